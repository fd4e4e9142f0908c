import Messages
import TestKit
import Testing
import Values

/// What was written, in the boxes of those to whom it was.
@Suite struct StoredMessagesTests {
  private let lin = MessageBox.account(AccountID(raw: 7))
  private let kiln = MessageBox.merchant(MerchantID(raw: 7))

  // Goes with the test, and its database with it.
  private let store: TestStore
  private let messages: StoredMessages

  init() async throws {
    store = try await TestStore(StoredMessages.migrations)
    messages = StoredMessages(database: store.database, ids: store.ids, clock: store.clock.clock)
  }

  private func draft(_ key: String, _ title: String = "Paid", text: String = "Thank you") -> MessageDraft {
    MessageDraft(
      key: key, title: LocalizedText(en: title, zhHans: "已付款"), text: LocalizedText(en: text, zhHans: "谢谢"),
      address: "/orders/1")
  }

  // req: 4.1.4-4
  @Test func `one letter is one message, however many times it is told at the same moment`() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 1...20 { group.addTask { try await messages.keep(draft("paid-1"), in: lin) } }
      try await group.waitForAll()
    }
    try await messages.keep(draft("paid-1", "Paid again"), in: lin)
    // The same fact is another message in another box.
    try await messages.keep(draft("paid-1"), in: kiln)
    let kept = try await messages.messages(in: lin, PageRequest())
    #expect(kept.items.map(\.title.en) == ["Paid"] && kept.items.map(\.title.zhHans) == ["已付款"])
    #expect(try await messages.messages(in: kiln, PageRequest()).items.count == 1)
    #expect(try await messages.messagesToMerchants(PageRequest()).items.map(\.box) == [kiln])
  }

  // req: 2.3.2.1-3
  @Test func `pages follow one another from the newest on, and each box has its own`() async throws {
    for number in 1...5 {
      try await messages.keep(draft("\(number)", "\(number)"), in: lin)
      try await messages.keep(draft("\(number)", "other"), in: .account(AccountID(raw: 8)))
      store.clock.advance(by: .minutes(1))
    }
    var titles: [String] = []
    var place: Cursor?
    repeat {
      let page = try await messages.messages(in: lin, PageRequest(limit: 2, after: place))
      titles += page.items.map(\.title.en)
      place = page.next
    } while place != nil
    #expect(titles == ["5", "4", "3", "2", "1"])
  }

  @Test func `a message is read once, by whose it is alone, and all of a box together`() async throws {
    for key in ["a", "b", "c"] { try await messages.keep(draft(key), in: lin) }
    try await messages.keep(draft("a"), in: kiln)
    let first = try #require(try await messages.messages(in: lin, PageRequest()).items.first)
    #expect(first.isUnread)
    let unread = try await messages.unreadCount(in: lin)
    #expect(unread == 3)
    for box in [kiln, .account(AccountID(raw: 8)), .merchant(MerchantID(raw: 8))] {
      await #expect(throws: MessageRefusal.unknownMessage) { try await messages.read(first.id, in: box) }
    }
    await #expect(throws: MessageRefusal.unknownMessage) {
      try await messages.read(MessageID(raw: 99), in: lin)
    }
    let readAt = try await messages.read(first.id, in: lin).readAt
    #expect(readAt == store.clock.clock.now)
    store.clock.advance(by: .minutes(1))
    #expect(try await messages.read(first.id, in: lin).readAt == readAt)
    #expect(try await messages.unreadCount(in: lin) == 2)
    try await messages.readAll(in: lin)
    #expect(try await messages.unreadCount(in: lin) == 0)
    #expect(try await messages.message(first.id)?.readAt == readAt)
    #expect(try await messages.unreadCount(in: kiln) == 1)
  }

  @Test func `what is longer than there is room for is cut, not refused`() async throws {
    let long = String(repeating: "长", count: 5000)
    try await messages.keep(draft("long", long, text: long), in: lin)
    let kept = try #require(try await messages.messages(in: lin, PageRequest()).items.first)
    #expect(kept.title.en.count == 300 && kept.text.en.count == 4000)
  }

  @Test func `a box is emptied without the others, and what is old goes in slices`() async throws {
    for number in 1...3 { try await messages.keep(draft("old \(number)"), in: kiln) }
    try await messages.keep(draft("old"), in: lin)
    try await messages.forget(AccountID(raw: 7))
    #expect(try await messages.messages(in: lin, PageRequest()).items.isEmpty)
    #expect(try await messages.messages(in: kiln, PageRequest()).items.count == 3)
    store.clock.advance(by: .days(1))
    let now = store.clock.clock.now
    try await messages.keep(draft("new"), in: kiln)
    #expect(try await messages.prune(writtenBefore: now, limit: 2) == 2)
    #expect(try await messages.prune(writtenBefore: now, limit: 2) == 1)
    #expect(try await messages.prune(writtenBefore: now, limit: 2) == 0)
    #expect(try await messages.messages(in: kiln, PageRequest()).items.count == 1)
  }
}
