import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Messages
import Pages
import Values

/// What the shop wrote to merchants.
struct StaffMessageEndpoints: Sendable {
  private static let access = APIDescription.Access.staff([])

  private let parts: APIParts
  private var work: ReadMessages { parts.flows.readMessages }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [list, read, readAll] }

  private var list: Endpoint {
    let description = APIDescription(
      .get, "/admin/messages", .staffPeople,
      "What the shop wrote to the token's merchant, the newest first, whatever its rights are; for tokens of the platform "
        + "with `merchants.edit` what it wrote to any. `unread` is counted up to 100, and 0 for the platform",
      access: Self.access, with: "Messages"
    ).paged().worded().refusing("invalidInput")
    return Endpoint(description) { call in
      let staff = try call.staff()
      let page = try await work.messages(call.page(), for: staff)
      let unread = try await work.unreadCount(for: staff)
      return try Answer(MessagesAnswer(page, unread: unread, call.words)).linking(to: page.next, call)
    }
  }

  private var read: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/messages/{id}/read", .staffPeople,
        "Counts a message as read by the merchant's people, and answers it; by a token of the platform it stays unread",
        access: Self.access, with: "Message"
      ).repeatable().worded().refusing("unknownMessage")
    ) { call in
      let id: MessageID = try call.id("id", or: MessageRefusal.unknownMessage)
      return try Answer(MessageAnswer(try await work.open(id, by: try call.staff()), call.words))
    }
  }

  private var readAll: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/messages/read", .staffPeople, "Counts all messages to the token's merchant as read",
        access: Self.access, answers: .noContent
      ).repeatable()
    ) { call in
      try await work.readAll(by: try call.staff())
      return .noContent
    }
  }
}
