import Hummingbird
import Pages
import Values

/// `/help`: how ordering, paying and delivery work, and whom to ask.
public struct HelpPage: Sendable {
  private let maker: PageMaker
  private let contact: String

  /// - Parameter contact: the shop's e-mail address.
  public init(_ maker: PageMaker, contact: String) {
    self.maker = maker
    self.contact = contact
  }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/help") { request, context in
      let words = maker.frame.words(context.visit.language)
      let model: Model = ["contactURL": "mailto:\(contact)", "contactText": contact]
      let head = PageFrame.Head(title: words["help.heading"] ?? "", canonical: Addresses.help)
      return try await maker.page("help", head, model, request, context)
    }
  }
}
