import Content
import Flows
import Foundation
import Hummingbird
import Markup
import Pages
import Values

/// `/pages/{slug}`, `/articles`, `/articles/{slug}`, `/announcements/{slug}`: what the shop says of itself.
public struct ContentPages: Sendable {
  private static let perPage = 12
  private static let descriptionLength = 160

  private let maker: PageMaker
  private let pages: PageCache<PreparedPage>
  private var content: any ContentService { maker.contexts.content }

  public init(_ maker: PageMaker, pages: PageCache<PreparedPage>) {
    self.maker = maker
    self.pages = pages
  }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/pages/:slug") { try await show(.page, $0, $1) }
    router.get("/articles/:slug") { try await show(.article, $0, $1) }
    router.get("/announcements/:slug") { try await show(.announcement, $0, $1) }
    router.get("/articles") { try await list($0, $1) }
    router.get("/preview/content/:id/:pass") { try await preview($0, $1) }
  }

  /// What staff saved last, for whoever has the link that they handed out. Nothing of it is kept.
  private func preview(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    guard let id = context.parameters.get("id").flatMap({ EntryID($0) }), let pass = context.parameters.get("pass")
    else { throw HTTPError(.notFound) }
    let entry = try await maker.flows.handOutPreviews.entry(id, pass: pass)
    let words = maker.frame.words(context.visit.language)
    let date = entry.text.from ?? entry.shownFrom ?? maker.clock.now
    let model: Model = ["preview": ["text": words["content.previewNote"] ?? ""] as Model]
    return try await maker.page(
      "content", PageFrame.Head(title: entry.text.title[words.language]),
      Model.merged(model, EntryModel(words).page(entry.text, entry.kind, date: date)), request, context
    ).keptFromSearchEngines()
  }

  private func show(
    _ kind: EntryKind, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    guard let slug = context.parameters.get("slug")?.removingPercentEncoding.flatMap(Slug.init(rawValue:)),
      let entry = try await content.published(kind, slug), kind != .announcement || !entry.text.body.isEmpty
    else { throw HTTPError(.notFound) }
    let language = context.visit.language
    let around = "\(language.rawValue)/\(try await maker.frame.contentMark())"
    let key = "content/\(entry.id)/\(entry.version)/\(around)"
    let page = try await pages.item(key, topic: .lists, size: \.byteCount) { try await shared(entry, language) }
    return try await maker.filled(page, request, context)
  }

  private func shared(_ entry: PublishedEntry, _ language: Language) async throws -> PreparedPage {
    let text = entry.text
    let summary = text.summary[language]
    let path = Addresses.entry(entry.kind, entry.slug)
    let head = PageFrame.Head(
      title: text.title[language],
      description: summary.isEmpty ? HTMLText.plain(text.body[language], limit: Self.descriptionLength) : summary,
      canonical: path, picture: text.picture.map { "/media/\($0)" })
    let around = try await maker.frame.model(head, language: language, path: path)
    let page = EntryModel(maker.frame.words(language)).page(text, entry.kind, date: entry.shownFrom)
    return try maker.frame.theme.prepare("content", Model.merged(around, page), language)
  }

  private func list(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let words = maker.frame.words(context.visit.language)
    let after = Form(query: request)["after"].flatMap { Cursor($0) }
    let page = try await content.published(.article, PageRequest(limit: Self.perPage, after: after))
    let builder = EntryModel(words)
    var model: Model = ["hasArticles": !page.items.isEmpty, "articles": page.items.map(builder.card)]
    if let next = page.next {
      model["nextURL"] = Addresses.with([("after", next.description)], Addresses.articles)
    }
    let head = PageFrame.Head(
      title: words["content.articles"] ?? "", description: words["content.articlesWhat"],
      canonical: after == nil ? Addresses.articles : nil)
    return try await maker.page("articles", head, model, request, context)
  }
}
