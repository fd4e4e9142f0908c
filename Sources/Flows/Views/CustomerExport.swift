import Accounts
import Messages
import Orders
import Pricing
import Refunds
import Reviews
import Values

/// All that the shop keeps of one customer, as a file to hand over: times in RFC 3339, amounts with their currency. What staff
/// noted isn't the customer's own and isn't part of it.
public struct CustomerExport: Encodable, Sendable {
  /// Pages of each kind, 100 to a page: a bound that no person reaches.
  private static let mostPages = 100

  public struct Place: Encodable, Sendable {
    public let recipient: String
    public let phone: String
    public let region: String
    public let street: String
    public let postcode: String
  }

  public struct Line: Encodable, Sendable {
    public let title: LocalizedText
    public let choice: LocalizedText
    public let sku: String
    public let quantity: Int
    public let due: String
  }

  public struct Bought: Encodable, Sendable {
    public let number: String
    public let placedAt: String
    public let state: String
    public let destination: Place
    public let note: String
    public let lines: [Line]
    public let due: String
    public let paid: String
  }

  public struct AskedBack: Encodable, Sendable {
    public let id: String
    public let requestedAt: String
    public let kind: String
    public let state: String
    public let reason: String
    public let explanation: String
    public let answer: String
    public let asked: String
  }

  public struct Said: Encodable, Sendable {
    public let product: String
    public let stars: Int
    public let text: String
    public let writtenAt: String
    public let reply: String?
  }

  public struct Written: Encodable, Sendable {
    public let title: LocalizedText
    public let text: LocalizedText
    public let at: String
    public let readAt: String?
  }

  public struct Moved: Encodable, Sendable {
    public let points: Int
    public let kind: String
    public let note: String
    public let at: String
  }

  public let id: String
  public let email: String
  public let name: String
  public let phone: String
  public let language: String
  public let registeredAt: String
  public let addresses: [Place]
  public let orders: [Bought]
  public let refunds: [AskedBack]
  public let reviews: [Said]
  public let points: [Moved]
  public let favourites: [String]
  public let viewed: [String]
  public let searched: [String]
  /// What the shop wrote to the customer.
  public let messages: [Written]

  init(of account: Account, contexts: Contexts) async throws {
    (id, email, name) = (account.id.description, account.email, account.profile.name)
    (phone, language) = (account.profile.phone, account.profile.language.rawValue)
    registeredAt = account.registeredAt.description
    addresses = try await contexts.accounts.addresses(of: account.id).map {
      Place(
        recipient: $0.recipient, phone: $0.phone, region: $0.region.rawValue, street: $0.street, postcode: $0.postcode)
    }
    orders = try await Self.all { try await contexts.orders.orders(of: account.id, at: nil, $0) }.map(Self.bought)
    refunds = try await Self.all { try await contexts.refunds.cases(of: account.id, at: nil, $0) }.map(Self.askedBack)
    var filter = ReviewFilter()
    filter.author = account.id
    reviews = try await Self.all { [filter] in
      try await contexts.reviews.reviews(.platform, matching: filter, $0)
    }.map(Self.said)
    points = try await Self.all { try await contexts.points.entries(of: account.id, $0) }.map {
      Moved(points: $0.points, kind: $0.kind.rawValue, note: $0.note, at: $0.at.description)
    }
    favourites = try await Self.all { try await contexts.browsing.favourites(of: account.id, $0) }.map(\.description)
    viewed = try await contexts.browsing.recentViews(of: .account(account.id), limit: 50).map(\.description)
    searched = try await contexts.browsing.recentSearches(of: .account(account.id), limit: 50)
    messages = try await Self.all { try await contexts.messages.messages(in: .account(account.id), $0) }.map {
      Written(title: $0.title, text: $0.text, at: $0.writtenAt.description, readAt: $0.readAt?.description)
    }
  }

  private static func all<Item: Sendable>(_ read: (PageRequest) async throws -> Page<Item>) async throws -> [Item] {
    var items: [Item] = []
    var place: Cursor?
    for _ in 1...mostPages {
      let page = try await read(PageRequest(limit: 100, after: place))
      items += page.items
      guard let next = page.next else { break }
      place = next
    }
    return items
  }

  private static func bought(_ order: Order) -> Bought {
    let place = order.destination
    return Bought(
      number: order.number.rawValue, placedAt: order.placedAt.description, state: order.state.rawValue,
      destination: Place(
        recipient: place.recipient, phone: place.phone, region: place.region.rawValue, street: place.street,
        postcode: place.postcode), note: order.note,
      lines: order.lines.map {
        Line(title: $0.title, choice: $0.choice, sku: $0.sku, quantity: $0.quantity.count, due: text($0.due))
      }, due: text(order.amounts.due), paid: text(order.amounts.paid))
  }

  private static func askedBack(_ refund: RefundCase) -> AskedBack {
    AskedBack(
      id: refund.id.description, requestedAt: refund.requestedAt.description, kind: refund.kind.rawValue,
      state: refund.state.rawValue, reason: refund.reason.rawValue, explanation: refund.explanation,
      answer: refund.answer, asked: text(refund.asked))
  }

  private static func said(_ review: Review) -> Said {
    Said(
      product: review.product.description, stars: review.stars, text: review.text,
      writtenAt: review.writtenAt.description, reply: review.reply?.text)
  }

  private static func text(_ money: Money) -> String { "\(money.decimalText) \(money.currency.code)" }
}
