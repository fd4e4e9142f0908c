import Accounts
import Flows
import Hummingbird
import Merchants
import Messages
import Pages
import Values

/// `/admin/messages`: what the shop wrote to a merchant, for all of its people; staff of the platform see what it wrote to
/// any, which stays unread by that.
struct MessagesDesk: Desk {
  private static let perPage = 20

  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }
  private var work: ReadMessages { maker.flows.readMessages }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/messages") { request, context in
      try await list(try context.visit.requireStaff(), request, context)
    }
    router.get("/admin/messages/:id") { request, context in
      let staff = try context.visit.requireStaff()
      guard let id = context.parameters.get("id").flatMap({ MessageID($0) }) else {
        throw MessageRefusal.unknownMessage
      }
      let message = try await work.look(at: id, by: staff)
      guard message.isUnread, ReadMessages.hasBox(staff), !request.isAhead else {
        return try await show(message, staff, request, context)
      }
      let read = try await work.open(id, by: staff)
      // The number beside the desk is less by one at once.
      maker.waiting.forgetAll()
      return try await show(read, staff, request, context)
    }
    router.post("/admin/messages/read") { _, context in
      try await work.readAll(by: try context.visit.requireStaff())
      return maker.go(Addresses.messagesDesk, saying: Flash(.good, "messagesRead"))
    }
  }

  private func list(_ staff: Staff, _ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let words = frame.words(context)
    let after = Form(query: request)["after"].flatMap { Cursor($0) }
    let page = try await work.messages(PageRequest(limit: Self.perPage, after: after), for: staff)
    var rows: [Model] = []
    for message in page.items {
      var row = MessageModel(message, words).row(address: Addresses.desk(message.id))
      if staff.merchant == nil { row["merchantName"] = try await frame.employer(message.merchant, words) }
      rows.append(row)
    }
    var model: Model = [
      "hasMessages": !rows.isEmpty, "messages": rows,
      "what": words[ReadMessages.hasBox(staff) ? "messages.whatDesk" : "messages.whatPlatform"] ?? "",
    ]
    let unread = try await work.unreadCount(for: staff)
    if unread > 0 {
      model["unreadText"] = words.phrase("messages.unread", count: unread)
      model["readAllURL"] = Addresses.readMessagesDesk
    }
    if let next = page.next {
      model["nextURL"] = Addresses.with([("after", next.description)], Addresses.messagesDesk)
    }
    return try await frame.page(
      "messages", title: words["desks.messages"] ?? "", desk: Addresses.messagesDesk, model, request, context)
  }

  private func show(
    _ message: Message, _ staff: Staff, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    var model = MessageModel(message, words).whole
    if Self.leads(message.address, staff) { model["linkURL"] = message.address }
    if staff.merchant == nil { model["merchantName"] = try await frame.employer(message.merchant, words) }
    return try await frame.page(
      "message", title: message.title[words.language], desk: Addresses.messagesDesk, ["message": model], request,
      context)
  }

  /// Whether the desk that it is about opens to them.
  private static func leads(_ address: String, _ staff: Staff) -> Bool {
    DeskMenu.entries(for: staff).contains { desk in
      desk.address != Addresses.adminHome && (address == desk.address || address.hasPrefix(desk.address + "/"))
    }
  }
}
