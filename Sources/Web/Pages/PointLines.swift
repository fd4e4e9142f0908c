import Flows
import Orders
import Pricing
import Values

/// Movements of points as buyers and staff read them, each with the order that it came of.
public struct PointLines: Sendable {
  private let entries: [PointEntry]
  private let byOrder: [OrderID: Order]
  private let byCheckout: [String: Order]
  private let words: Words

  /// - Parameter entries: one page of them.
  public init(_ entries: [PointEntry], contexts: Contexts, words: Words) async throws {
    self.entries = entries
    self.words = words
    let earned = try await contexts.orders.orders(entries.compactMap(\.order))
    byOrder = Dictionary(earned.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let spent = try await contexts.orders.orders(checkouts: Array(Set(entries.compactMap(\.checkout))))
    byCheckout = Dictionary(spent.map { ($0.checkout, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// - Parameter address: where an order is read.
  public func models(address: (OrderNumber) -> String) -> [Model] {
    let format = Format(words.language)
    return entries.map { entry in
      var model: Model = [
        "kindText": words["points.kinds.\(entry.kind.rawValue)"] ?? entry.kind.rawValue,
        "pointsText": entry.points > 0 ? "+\(entry.points)" : "−\(-entry.points)", "balanceText": String(entry.balance),
        "at": format.dateTime(entry.at), "atISO": entry.at.description, "isGain": entry.points > 0,
      ]
      if let order = entry.order.flatMap({ byOrder[$0] }) ?? entry.checkout.flatMap({ byCheckout[$0] }) {
        model["order"] = ["number": order.number.rawValue, "address": address(order.number)] as Model
      }
      if !entry.note.isEmpty { model["note"] = entry.note }
      return model
    }
  }
}
