import Accounts
import Catalog
import Flows
import Foundation
import Merchants
import Orders
import Reviews
import Testing
import Values

@testable import API
@testable import App

extension Owner {
  private static let hand = StaffID(raw: 1)
  private static let noteText = "Prefers parcels on Fridays"
  private static let replyText = "Thank you for telling us"

  /// A note on the owner, an answered review of theirs and a hidden one, and two customers who may come to harm.
  mutating func keepCustomers() async throws {
    names["buyer"] = .text("\(account.id)")
    try await keepNote()
    try await keepReviews()
    let (accounts, customers) = (test.shop.contexts.accounts, test.shop.contexts.customers)
    for (name, isBlocked) in [("openCustomer", false), ("blockedCustomer", true)] {
      if let id = AccountID(self[name]), let known = try await accounts.account(id), !known.isErased,
        known.isBlocked == isBlocked
      {
        continue
      }
      let made = try await accounts.register(
        Registration(
          email: "\(UUID().uuidString.lowercased())@example.com", password: TestShop.password, name: "Wu",
          language: .en))
      if isBlocked { try await customers.block(made.id, reason: "never pays", by: Self.hand) }
      names[name] = .text("\(made.id)")
    }
  }

  private mutating func keepNote() async throws {
    let customers = test.shop.contexts.customers
    let notes = try await customers.notes(on: account.id, of: merchant.id, PageRequest(limit: 100)).items
    // There is a most of notes; what tests added makes room.
    for note in notes where note.text != Self.noteText {
      try await customers.removeNote(note.id, on: account.id, of: merchant.id, by: Self.hand)
    }
    try await customers.setTags(["regular"], of: account.id, employer: merchant.id, by: Self.hand)
    if let kept = notes.first(where: { $0.text == Self.noteText }) {
      names["customerNote"] = .text("\(kept.id)")
      return
    }
    let note = try await customers.addNote(Self.noteText, on: account.id, of: merchant.id, by: Self.hand)
    names["customerNote"] = .text("\(note.id)")
  }

  private mutating func keepReviews() async throws {
    let reviews = test.shop.contexts.reviews
    for name in ["review", "hiddenReview"] where ReviewID(self[name]) == nil {
      let written = try await reviews.write(
        ReviewDraft(
          line: test.shop.ids.next(), product: product.id, merchant: merchant.id, author: account.id,
          authorName: account.profile.name, stars: 4, text: "Pours in a fine arc"))
      names[name] = .text("\(written.id)")
    }
    guard let review = ReviewID(self["review"]), let hidden = ReviewID(self["hiddenReview"]) else { return }
    _ = try await reviews.show(review, by: Self.hand)
    _ = try await reviews.reply(Self.replyText, to: review, by: Self.hand)
    _ = try await reviews.hide(hidden, reason: "rude", by: Self.hand)
  }

  /// What staff of the merchant keep about the owner and their review.
  func wordsOfStaff() async throws -> [(String, Any)] {
    let (customers, reviews) = (test.shop.contexts.customers, test.shop.contexts.reviews)
    let notes = try await customers.notes(on: account.id, of: merchant.id, PageRequest(limit: 100)).items
    let tags = try await customers.tags(of: [account.id], employer: merchant.id)[account.id] ?? []
    var words: [(String, Any)] = [("notes", notes.map(\.text).sorted()), ("tags", tags)]
    if let id = ReviewID(self["review"]), let review = try await reviews.review(id) {
      words.append(("review", [review.state.rawValue, review.reply?.text ?? "none"]))
      let asked = try await reviews.reports(of: id).filter { $0.cause == nil }
      words.append(("looks", asked.map(\.text).sorted() + [String(asked.count)]))
    }
    return words
  }

  /// Where staff of the platform find forms that those of a merchant don't.
  var platformPages: [String] {
    [
      "/admin/customers/\(self["openCustomer"])", "/admin/customers/\(self["blockedCustomer"])",
      "/admin/reviews?part=hidden", "/admin/reviews/\(self["hiddenReview"])", "/admin/settlements",
      "/admin/settlements/\(self["draftedStatement"])", "/admin/settlements/\(self["approvedStatement"])",
    ]
  }
}
