import Hummingbird
import Pages
import Values

/// `/docs`: the API's endpoints for people, in English whatever the reader's language: so are its descriptions.
public struct DocsPage: Sendable {
  private let maker: PageMaker
  private let model: Once<Model>

  /// - Parameter model: `version` and `groups` as the theme's `docs` shows them.
  public init(_ maker: PageMaker, model: Once<Model>) {
    self.maker = maker
    self.model = model
  }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/docs") { request, context in
      let language = Language.en
      var context = context
      context.visit.language = language
      let words = maker.frame.words(language)
      let head = PageFrame.Head(
        title: words["docs.heading"] ?? "", description: words["docs.intro"], canonical: Addresses.docs)
      return try await maker.page("docs", head, model.value, request, context)
    }
  }
}
