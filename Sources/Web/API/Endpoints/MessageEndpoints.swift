import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Messages
import Pages
import Values

/// What the shop wrote to an account, whichever merchants it was about.
struct MessageEndpoints: Sendable {
  private let parts: APIParts
  private var work: ReadMessages { parts.flows.readMessages }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [list, read, readAll] }

  private var list: Endpoint {
    let description = APIDescription(
      .get, "/account/messages", .account,
      "What the shop wrote to the account, about all merchants, the newest first; `unread` is counted up to 100. Listing "
        + "reads nothing", access: .account, with: "Messages"
    ).paged().worded().refusing("invalidInput")
    return Endpoint(description) { call in
      let account = try call.account().id
      let page = try await work.messages(of: account, call.page())
      let unread = try await work.unreadCount(of: account)
      return try Answer(MessagesAnswer(page, unread: unread, call.words)).linking(to: page.next, call)
    }
  }

  private var read: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/account/messages/{id}/read", .account, "Counts a message as read, and answers it", access: .account,
        with: "Message"
      ).repeatable().worded().refusing("unknownMessage")
    ) { call in
      let id: MessageID = try call.id("id", or: MessageRefusal.unknownMessage)
      return try Answer(MessageAnswer(try await work.open(id, of: try call.account().id), call.words))
    }
  }

  private var readAll: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/account/messages/read", .account, "Counts all messages as read", access: .account,
        answers: .noContent
      ).repeatable()
    ) { call in
      try await work.readAll(of: try call.account().id)
      return .noContent
    }
  }
}
