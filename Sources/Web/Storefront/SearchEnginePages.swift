import Catalog
import Flows
import HTTPTypes
import Hummingbird
import Merchants
import Pages
import Values

/// `robots.txt` and the sitemap: an index, and behind it pages of products, each in both languages.
public struct SearchEnginePages: Sendable {
  /// The protocol allows 50,000 addresses a file.
  private static let perFile = 5000

  private let maker: PageMaker

  public init(_ maker: PageMaker) { self.maker = maker }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/robots.txt") { _, _ in
      let rules = """
        User-agent: *
        Disallow: /cart
        Disallow: /checkout
        Disallow: /orders
        Disallow: /account
        Disallow: /login
        Disallow: /register
        Disallow: /admin
        Disallow: /search
        Disallow: /api/

        Sitemap: \(maker.frame.publicURL)/sitemap.xml

        """
      return Self.text(rules, "text/plain; charset=utf-8")
    }
    router.get("/sitemap.xml") { _, _ in
      let files = ["pages"] + (try await self.starts()).map { $0.map { "products-\($0)" } ?? "products" }
      let entries = files.map { "<sitemap><loc>\(maker.frame.publicURL)/sitemaps/\($0).xml</loc></sitemap>" }
      return Self.xml(
        "<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\(entries.joined(separator: "\n"))</sitemapindex>"
      )
    }
    router.get("/sitemaps/:name") { _, context in
      guard let name = context.parameters.get("name"), name.hasSuffix(".xml") else {
        throw CatalogRefusal.unknownProduct
      }
      if name == "pages.xml" { return Self.urls(try await self.pages().map { self.entry($0, changed: nil) }) }
      let start = name.dropFirst("products".count).dropLast(".xml".count)
      guard name.hasPrefix("products"), start.isEmpty || start.hasPrefix("-") else {
        throw CatalogRefusal.unknownProduct
      }
      let after = start.isEmpty ? nil : Cursor(String(start.dropFirst()))
      return Self.urls(try await self.products(after: after).items)
    }
  }

  /// Where each file of products begins: after which cursor.
  private func starts() async throws -> [Cursor?] {
    var starts: [Cursor?] = [nil]
    var last: Cursor?
    repeat {
      last = try await products(after: last).next
      if let last { starts.append(last) }
    } while last != nil && starts.count < 1000
    return starts
  }

  private func products(after start: Cursor?) async throws -> Page<String> {
    var entries: [String] = []
    var next = start
    repeat {
      let page = try await maker.contexts.catalog.products(PageRequest(limit: 100, after: next), of: nil)
      entries += page.items.filter(\.isPublished).map { product in
        entry(Addresses.product(product.id, product.handle), changed: product.changedAt)
      }
      next = page.next
    } while next != nil && entries.count < Self.perFile
    return Page(items: entries, next: next)
  }

  private func pages() async throws -> [String] {
    let categories = try await maker.contexts.catalog.categories().all.map(Addresses.category)
    let merchants = try await maker.contexts.merchants.merchants().map(Addresses.merchant)
    return ["/"] + categories + merchants + [Addresses.help]
  }

  private func entry(_ path: String, changed: Timestamp?) -> String {
    let url = maker.frame.publicURL
    let others = Language.allCases.map { language in
      "<xhtml:link rel=\"alternate\" hreflang=\"\(language.rawValue)\" href=\"\((url + maker.frame.inLanguage(language, path)).escapedForHTML)\"/>"
    }
    let date = changed.map { "<lastmod>\($0.description.prefix(10))</lastmod>" } ?? ""
    return "<url><loc>\((url + path).escapedForHTML)</loc>\(date)\(others.joined())</url>"
  }

  private static func urls(_ entries: [String]) -> Response {
    xml(
      "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">"
        + entries.joined(separator: "\n") + "</urlset>")
  }

  private static func xml(_ body: String) -> Response {
    text("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + body, "application/xml; charset=utf-8")
  }

  private static func text(_ body: String, _ type: String) -> Response {
    var headers = HTTPFields()
    headers[.contentType] = type
    headers[.cacheControl] = "public, max-age=3600"
    return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
  }
}
