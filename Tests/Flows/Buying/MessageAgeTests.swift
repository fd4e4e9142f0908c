import Flows
import Messages
import TestKit
import Testing
import Values

/// How long messages stay.
@Suite struct MessageAgeTests {
  @Test func `messages are kept for four hundred days, then the shop's periodic work takes them away`() async throws {
    let shop = try await BuyingFixture()
    let box = MessageBox.account(shop.buyer)
    let words = LocalizedText("Paid")
    try await shop.contexts.messages.keep(MessageDraft(key: "a", title: words, text: words, address: "/"), in: box)
    func count() async throws -> Int { try await shop.contexts.messages.messages(in: box, PageRequest()).items.count }
    shop.store.clock.advance(by: .days(ReadMessages.keptDays))
    try await shop.run("messages.prune")
    #expect(try await count() == 1)
    shop.store.clock.advance(by: .minutes(1))
    try await shop.run("messages.prune")
    #expect(try await count() == 0)
  }
}
