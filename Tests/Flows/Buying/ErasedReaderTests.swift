import Accounts
import Flows
import Mail
import Merchants
import Messages
import Refunds
import Synchronization
import TestKit
import Testing
import Values

/// What is being written to an account while it is erased.
@Suite struct ErasedReaderTests {
  // req: 2.3.2.4-4
  @Test func `a message that was on its way while its account was erased isn't kept`() async throws {
    let shop = try await BuyingFixture()
    let post = Words()
    let letters = WriteLetters(
      shop.erasingMeanwhile, letters: post, mailer: post,
      terms: ReturnTerms(policy: StandardRefundPolicy(), confirmAfterDays: 10))
    try await letters.whenAccountRegistered(AccountRegistered(account: shop.buyer, language: .en))
    #expect(try await shop.contexts.accounts.account(shop.buyer)?.isErased == true)
    let box = MessageBox.account(shop.buyer)
    #expect(try await shop.contexts.messages.messages(in: box, PageRequest()).items.isEmpty)
    let sent = post.sent.withLock { $0 }
    #expect(sent == 0)
  }
}

extension BuyingFixture {
  /// Where the buyer is erased, and the box emptied, between the look at the account and the message's coming in.
  fileprivate var erasingMeanwhile: Contexts {
    let (known, buyer) = (contexts, buyer)
    let messages = MessagesAfter(kept: known.messages) {
      try await known.customers.erase(buyer, by: StaffID(raw: 1))
      try await known.messages.forget(buyer)
    }
    return Contexts(
      accounts: known.accounts, customers: known.customers, browsing: known.browsing, staff: known.staff,
      deskViews: known.deskViews, merchants: known.merchants, catalog: known.catalog, inventory: known.inventory,
      stockroom: known.stockroom, pricing: known.pricing, coupons: known.coupons, points: known.points,
      carts: known.carts, orders: known.orders, payments: known.payments, reconciliation: known.reconciliation,
      refunds: known.refunds, fulfilment: known.fulfilment, reviews: known.reviews, search: known.search,
      searchRules: known.searchRules, searchLedger: known.searchLedger,
      content: known.content, shelves: known.shelves, imports: known.imports, insight: known.insight,
      settlement: known.settlement, messages: messages)
  }
}

/// Something happens before a message comes in.
private struct MessagesAfter: MessageService {
  let kept: any MessageService
  let happening: @Sendable () async throws -> Void

  func keep(_ draft: MessageDraft, in box: MessageBox) async throws {
    try await happening()
    try await kept.keep(draft, in: box)
  }

  func messages(in box: MessageBox, _ page: PageRequest) async throws -> Page<Message> {
    try await kept.messages(in: box, page)
  }
  func messagesToMerchants(_ page: PageRequest) async throws -> Page<Message> {
    try await kept.messagesToMerchants(page)
  }
  func message(_ id: MessageID) async throws -> Message? { try await kept.message(id) }
  func unreadCount(in box: MessageBox) async throws -> Int { try await kept.unreadCount(in: box) }
  func read(_ id: MessageID, in box: MessageBox) async throws -> Message { try await kept.read(id, in: box) }
  func readAll(in box: MessageBox) async throws { try await kept.readAll(in: box) }
  func forget(_ account: AccountID) async throws { try await kept.forget(account) }
  func prune(writtenBefore: Timestamp, limit: Int) async throws -> Int {
    try await kept.prune(writtenBefore: writtenBefore, limit: limit)
  }
}

private final class Words: LetterWriter, Mailer {
  let sent = Mutex(0)

  func letter(_ occasion: Occasion, to account: Account) throws -> Letter? {
    Letter(key: "a", to: account.email, subject: "Paid", text: "Paid", html: nil)
  }
  func letter(_ occasion: Occasion, to merchant: Merchant) throws -> Letter? { nil }
  func letter(_ news: MerchantNews) throws -> Letter? { nil }
  func message(_ occasion: Occasion, to account: Account) throws -> MessageDraft? {
    MessageDraft(key: "a", title: LocalizedText("Paid"), text: LocalizedText("Paid"), address: "/orders")
  }
  func message(_ occasion: Occasion, to merchant: Merchant) throws -> MessageDraft? { nil }
  func message(_ news: MerchantNews) throws -> MessageDraft? { nil }
  func send(_ letter: Letter) async throws { sent.withLock { $0 += 1 } }
}
