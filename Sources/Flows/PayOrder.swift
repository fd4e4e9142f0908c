import Orders
import Payments
import Values

/// Hands the buyer over to a payment provider for orders that are due. The amounts are the orders' own.
public struct PayOrder: Sendable {
  private let contexts: Contexts

  public init(_ contexts: Contexts) { self.contexts = contexts }

  /// Throws `OrderRefusal.unknownOrder` for another buyer's order, `.notPayable` when nothing of them is due any more,
  /// and `PaymentRefusal`. Paying one order of a checkout pays all of it that is still due. Where that is nothing, it is
  /// paid at once, whatever the method. Of a paid order that was changed, what the change added is paid, alone.
  public func run(
    _ order: OrderID, by account: AccountID, method: PaymentMethod, language: Language
  ) async throws -> OpenedPayment {
    let chosen = try await contexts.order(order, of: account)
    if let open = chosen.openDifference {
      return try await contexts.payments.open(
        OpenPayment(
          method: method, payer: account,
          shares: [OpenPayment.Share(order: chosen.id, amount: open, merchant: chosen.merchant)],
          subject: Self.subject(of: [chosen], language: language), language: language, expiresAt: chosen.payBefore,
          occasion: "edit-\(chosen.revision)"))
    }
    let due = try await contexts.orders.orders(checkout: chosen.checkout)
      .filter { $0.buyer == account && $0.state == .awaitingPayment }
    guard let first = due.first else { throw OrderRefusal.notPayable(chosen.state) }
    let request = OpenPayment(
      method: method, payer: account,
      shares: due.map { OpenPayment.Share(order: $0.id, amount: $0.amounts.due, merchant: $0.merchant) },
      subject: Self.subject(of: due, language: language), language: language, expiresAt: first.payBefore)
    guard due.allSatisfy(\.amounts.due.isZero) else { return try await contexts.payments.open(request) }
    return OpenedPayment(payment: try await contexts.payments.settleFree(request), handover: .settled)
  }

  private static func subject(of orders: [Order], language: Language) -> String {
    let titles = orders.flatMap(\.lines).map { $0.title[language] }
    let numbers = orders.map(\.number.rawValue).joined(separator: " ")
    return String("\(numbers) \(titles.first ?? "")".prefix(120))
  }
}
