import Carts
import Catalog
import Inventory
import Merchants
import Pricing
import Values

/// A cart with words, prices and stock, line by line, and what stands in the way of ordering it.
public struct CartView: Sendable {
  public struct Line: Sendable {
    public let line: CartLine
    /// Nil when the variant is gone for good.
    public let summary: VariantSummary?
    public let price: Price?
    public let free: Int
    public let problem: Problem?

    /// unit × quantity; nil when it has no price.
    public var total: Money? { price.flatMap { try? $0.sale.times(line.quantity.count) } }
    public var canBeOrdered: Bool { problem?.blocks != true }
  }

  public enum Problem: Hashable, Sendable {
    case noLongerSold
    case soldOut
    case shortStock(left: Int)
    case priceChanged(from: Money, to: Money)

    /// A changed price is said and doesn't stop anyone.
    public var blocks: Bool { if case .priceChanged = self { false } else { true } }

    public var code: String {
      switch self {
      case .noLongerSold: "noLongerSold"
      case .soldOut: "soldOut"
      case .shortStock: "shortStock"
      case .priceChanged: "priceChanged"
      }
    }
  }

  public struct Group: Sendable {
    public let merchant: Merchant
    public let lines: [Line]
  }

  public let cart: Cart
  /// By merchant, the merchant of the newest line first.
  public let groups: [Group]
  public let currency: Currency

  public var lines: [Line] { groups.flatMap(\.lines) }
  public var ticked: [Line] { lines.filter(\.line.isTicked) }
  /// Ticked lines with nothing in their way; the sums of a cart are theirs.
  public var orderable: [Line] { ticked.filter(\.canBeOrdered) }
  /// Ticked lines that can't be ordered as they are. Nothing is ordered until they are mended or unticked, so that no
  /// order silently lacks what its buyer chose.
  public var blocked: [Line] { ticked.filter { !$0.canBeOrdered } }
  /// Ticked lines and nothing in their way.
  public var canBeOrdered: Bool { !ticked.isEmpty && blocked.isEmpty }
  /// The goods of the orderable lines, before freight.
  public func goods() throws -> Money { try Money.sum(orderable.compactMap(\.total), currency: currency) }
}

/// Joins a cart with the contexts that know its goods, in a fixed number of reads whatever the number of lines.
public struct ViewCart: Sendable {
  let contexts: Contexts
  let currency: Currency
  let quoting: QuoteDiscounts

  public init(_ contexts: Contexts, currency: Currency, points: PointTerms = .off) {
    self.contexts = contexts
    self.currency = currency
    quoting = QuoteDiscounts(contexts, points: points)
  }

  public func run(_ owner: CartOwner?) async throws -> CartView {
    guard let owner else {
      return CartView(cart: Cart(id: nil, version: 0, channel: .main, lines: []), groups: [], currency: currency)
    }
    return try await view(contexts.carts.cart(of: owner))
  }

  public func view(_ cart: Cart) async throws -> CartView {
    let ids = cart.lines.map(\.variant)
    let summaries = try await contexts.catalog.variants(ids)
    let prices = try await contexts.pricing.prices(of: ids, in: cart.channel)
    let stock = try await contexts.inventory.stock(of: ids)
    let merchants = Dictionary(
      try await contexts.merchants.merchants().map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    var groups: [(merchant: MerchantID, lines: [CartView.Line])] = []
    for line in cart.lines {
      let joined = Self.joined(
        line, summary: summaries[line.variant], price: prices[line.variant], free: stock[line.variant]?.free ?? 0)
      if let index = groups.firstIndex(where: { $0.merchant == line.merchant }) {
        groups[index].lines.append(joined)
      } else {
        groups.append((line.merchant, [joined]))
      }
    }
    return CartView(
      cart: cart,
      groups: groups.compactMap { group in
        merchants[group.merchant].map { CartView.Group(merchant: $0, lines: group.lines) }
      },
      currency: currency)
  }

  private static func joined(_ line: CartLine, summary: VariantSummary?, price: Price?, free: Int) -> CartView.Line {
    let problem: CartView.Problem? =
      if let summary, summary.isPublished, let price {
        if free == 0 {
          .soldOut
        } else if free < line.quantity.count {
          .shortStock(left: free)
        } else if price.sale != line.seenPrice {
          .priceChanged(from: line.seenPrice, to: price.sale)
        } else {
          nil
        }
      } else {
        .noLongerSold
      }
    return CartView.Line(line: line, summary: summary, price: price, free: free, problem: problem)
  }
}
