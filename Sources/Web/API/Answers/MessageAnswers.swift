import Flows
import Messages
import Values

struct MessageAnswer: Encodable, Sendable {
  let id: String
  @OrNull var merchant: String?
  let title: TextAnswer
  let text: TextAnswer
  let url: String
  let writtenAt: String
  @OrNull var readAt: String?

  init(_ message: Message, _ words: Wording) {
    id = message.id.description
    _merchant = OrNull(wrappedValue: message.merchant?.description)
    title = words(message.title)
    text = words(message.text)
    url = message.address
    writtenAt = message.writtenAt.description
    _readAt = OrNull(wrappedValue: message.readAt?.description)
  }
}

struct MessagesAnswer: Encodable, Sendable {
  /// Counted up to 100.
  let unread: Int
  let items: [MessageAnswer]
  @OrNull var next: String?

  init(_ page: Page<Message>, unread: Int, _ words: Wording) {
    self.unread = unread
    items = page.items.map { MessageAnswer($0, words) }
    _next = OrNull(wrappedValue: page.next?.description)
  }
}
