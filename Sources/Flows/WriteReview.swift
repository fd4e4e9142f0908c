import Accounts
import Orders
import Reviews
import Values

/// A buyer says what a bought line was like: once, after the order is completed.
public struct WriteReview: Sendable {
  public struct Input: Sendable {
    public var account: AccountID
    public var order: OrderID
    public var line: OrderLineID
    public var stars: Int
    public var text: String
    public var pictures: [FileKey]

    public init(account: AccountID, order: OrderID, line: OrderLineID, stars: Int, text: String, pictures: [FileKey]) {
      self.account = account
      self.order = order
      self.line = line
      self.stars = stars
      self.text = text
      self.pictures = pictures
    }
  }

  private let contexts: Contexts

  public init(_ contexts: Contexts) { self.contexts = contexts }

  /// Throws `OrderRefusal.unknownOrder` for another's order, `ReviewRefusal.notBought` before it is completed,
  /// `.alreadyReviewed`, `FieldFaults`.
  public func run(_ input: Input) async throws -> Review {
    let order = try await contexts.order(input.order, of: input.account)
    guard order.state == .completed, let line = order.lines.first(where: { $0.id == input.line }) else {
      throw ReviewRefusal.notBought
    }
    let author = try await contexts.accounts.account(input.account)
    return try await contexts.reviews.write(
      ReviewDraft(
        line: line.id, product: line.product, merchant: order.merchant, author: input.account,
        authorName: author?.profile.name ?? "",
        stars: input.stars, text: input.text, pictures: input.pictures, choice: line.choice))
  }
}
