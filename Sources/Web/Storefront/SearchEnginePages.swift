import Catalog
import Content
import Flows
import HTTPTypes
import Hummingbird
import Merchants
import Pages
import Synchronization
import Values

/// `robots.txt` and the sitemap: an index, and behind it pages of products, each in both languages.
public final class SearchEnginePages: Sendable {
  /// Products; the protocol allows 50,000 addresses a file.
  private static let perFile = 5000

  private let maker: PageMaker
  private let catalog: any CatalogService
  private let kept = Mutex<(until: Timestamp, marks: [ProductID])?>(nil)

  /// - Parameter catalog: whose listings may be some seconds old.
  public init(_ maker: PageMaker, catalog: any CatalogService) {
    self.maker = maker
    self.catalog = catalog
  }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/robots.txt") { [maker] _, _ in
      let rules = """
        User-agent: *
        Disallow: /cart
        Disallow: /checkout
        Disallow: /orders
        Disallow: /refunds
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
    router.get("/sitemap.xml") { [self] _, _ in
      let files = ["pages", "products"] + (try await marks()).map { "products-\($0)" }
      let entries = files.map { "<sitemap><loc>\(maker.frame.publicURL)/sitemaps/\($0).xml</loc></sitemap>" }
      return Self.xml(
        "<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\(entries.joined(separator: "\n"))</sitemapindex>"
      )
    }
    router.get("/sitemaps/:name") { [self] _, context in
      guard let name = context.parameters.get("name"), name.hasSuffix(".xml") else { throw HTTPError(.notFound) }
      if name == "pages.xml" { return Self.urls(try await pages().flatMap { entries($0, changed: nil) }) }
      let start = name.dropFirst("products".count).dropLast(".xml".count)
      let after = start.hasPrefix("-") ? ProductID(String(start.dropFirst())) : nil
      guard name.hasPrefix("products"), start.isEmpty || after != nil else { throw HTTPError(.notFound) }
      let listings = try await catalog.listings(after: after, limit: Self.perFile)
      return Self.urls(listings.flatMap { entries(Addresses.product($0.id, $0.handle), changed: $0.changedAt) })
    }
  }

  /// Where the files of products after the first begin. Remembered for the hour that the map may be kept anyway: what is
  /// published meanwhile stands in the last file.
  private func marks() async throws -> [ProductID] {
    let now = maker.clock.now
    if let kept = kept.withLock({ $0 }), kept.until > now { return kept.marks }
    let marks = try await catalog.listingMarks(every: Self.perFile)
    kept.withLock { $0 = (now.adding(.hours(1)), marks) }
    return marks
  }

  private func pages() async throws -> [String] {
    let categories = try await maker.contexts.catalog.categories().shown.all.map(Addresses.category)
    let merchants = try await maker.contexts.merchants.openMerchants().map(Addresses.merchant)
    return try await ["/"] + categories + merchants + [Addresses.help, Addresses.sell, Addresses.articles]
      + entryPaths(.page)
      + entryPaths(.article)
  }

  /// The addresses of the newest entries of a kind.
  private func entryPaths(_ kind: EntryKind) async throws -> [String] {
    var addresses: [String] = []
    var after: Cursor?
    repeat {
      let page = try await maker.contexts.content.published(kind, PageRequest(limit: 100, after: after))
      addresses += page.items.map { Addresses.entry(kind, $0.slug) }
      after = page.next
    } while after != nil && addresses.count < Self.perFile
    return addresses
  }

  /// An entry for each language, whose address is the one that the page itself calls canonical.
  private func entries(_ path: String, changed: Timestamp?) -> [String] {
    let date = changed.map { "<lastmod>\($0.description.prefix(10))</lastmod>" } ?? ""
    let alternates = maker.frame.alternates(path).map { language, address in
      "<xhtml:link rel=\"alternate\" hreflang=\"\(language)\" href=\"\(address.escapedForHTML)\"/>"
    }.joined()
    return Language.allCases.map { language in
      let address = (maker.frame.publicURL + maker.frame.inLanguage(language, path)).escapedForHTML
      return "<url><loc>\(address)</loc>\(date)\(alternates)</url>"
    }
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
