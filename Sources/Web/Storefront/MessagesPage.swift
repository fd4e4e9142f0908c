import Accounts
import Flows
import Hummingbird
import Messages
import Pages
import Values

/// `/account/messages`: what the shop wrote to a buyer about orders of all merchants, and each of these at an address of its
/// own, which counts as read once it was opened, though not while a browser fetches it ahead of time.
public struct MessagesPage: Sendable {
  private static let perPage = 20

  private let maker: PageMaker
  private var work: ReadMessages { maker.flows.readMessages }

  public init(_ maker: PageMaker) { self.maker = maker }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/account/messages") { request, context in
      let account = try context.visit.requireAccount()
      return try await list(account, request, context)
    }
    router.get("/account/messages/:id") { request, context in
      let account = try context.visit.requireAccount()
      guard let id = context.parameters.get("id").flatMap({ MessageID($0) }) else {
        throw MessageRefusal.unknownMessage
      }
      let message =
        request.isAhead
        ? try await work.look(at: id, of: account.id) : try await work.open(id, of: account.id)
      return try await show(message, request, context)
    }
    router.post("/account/messages/read") { _, context in
      try await work.readAll(of: try context.visit.requireAccount().id)
      return maker.go(Addresses.messages, saying: Flash(.good, "messagesRead"))
    }
  }

  private func list(
    _ account: Account, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = maker.frame.words(context.visit.language)
    let after = Form(query: request)["after"].flatMap { Cursor($0) }
    let page = try await work.messages(of: account.id, PageRequest(limit: Self.perPage, after: after))
    var model: Model = [
      "hasMessages": !page.items.isEmpty,
      "messages": page.items.map { MessageModel($0, words).row(address: Addresses.message($0.id)) },
    ]
    let unread = try await work.unreadCount(of: account.id)
    if unread > 0 {
      model["unreadText"] = words.phrase("messages.unread", count: unread)
      model["readAllURL"] = Addresses.readMessages
    }
    if let next = page.next { model["nextURL"] = Addresses.with([("after", next.description)], Addresses.messages) }
    return try await maker.page(
      "messages", PageFrame.Head(title: words["messages.heading"] ?? ""), model, request, context)
  }

  private func show(
    _ message: Message, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = maker.frame.words(context.visit.language)
    var model = MessageModel(message, words).whole
    if message.address != Addresses.home { model["linkURL"] = message.address }
    return try await maker.page(
      "message", PageFrame.Head(title: message.title[words.language]), ["message": model], request, context)
  }
}
