import Accounts
import Events
import Orders
import Search
import Values

/// Credits orders to the queries from which their buyers came to the goods, within a day before.
public struct CreditSearches: Sendable {
  private let contexts: Contexts

  public init(_ contexts: Contexts) { self.contexts = contexts }

  func whenOrdersPlaced(_ envelopes: [EventEnvelope]) async throws {
    let ids = try envelopes.map { try $0.decode(OrderPlaced.self).order }
    for order in try await contexts.orders.orders(ids) {
      let visitor = Visitor.account(order.buyer).searchKey
      let products = Set(order.lines.map(\.product))
      let clicks = try await contexts.searchLedger.clicks(
        of: visitor, on: products, from: order.placedAt.adding(.days(-1)), to: order.placedAt)
      for query in Set(clicks.map { AskedWords(text: $0.text, language: $0.language) }) {
        try await contexts.searchLedger.notePurchase(query.text, language: query.language, order: order.id)
      }
    }
  }

  private struct AskedWords: Hashable {
    let text: String
    let language: Language
  }
}

extension Visitor {
  /// Under which the search ledger keeps for a day what a visitor opened.
  public var searchKey: String {
    switch self {
    case .account(let account): account.description
    case .device(let device): "dev_" + device.rawValue
    }
  }
}
