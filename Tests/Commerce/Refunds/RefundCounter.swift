import Events
import Refunds
import Storage
import TestKit
import Values

/// Refunds over a database of their own, and orders that were never placed.
struct RefundCounter {
  let store: TestStore
  let refunds: StoredRefunds
  let merchant: MerchantID
  let buyer: AccountID
  let staff: StaffID

  init(policy: StandardRefundPolicy = StandardRefundPolicy()) async throws {
    store = try await TestStore(StoredRefunds.migrations)
    refunds = StoredRefunds(
      database: store.database, outbox: store.outbox, ids: store.ids, clock: store.clock.clock, policy: policy)
    merchant = store.ids.next()
    buyer = store.ids.next()
    staff = store.ids.next()
  }

  func yuan(_ minor: Int64) -> Money { Money(minor: minor, currency: .cny) }

  /// - Parameter lines: units and what the line cost.
  func order(
    _ lines: [(units: Int, due: Int64)] = [(3, 10_000)], freight: Int64 = 600, wasShipped: Bool = true,
    completedAt: Timestamp? = nil
  ) throws -> RefundableOrder {
    RefundableOrder(
      id: store.ids.next(), merchant: merchant, buyer: buyer,
      lines: try lines.map { units, due in
        RefundableOrder.Line(
          id: store.ids.next(), variant: store.ids.next(), quantity: try unwrap(Quantity(units)), due: yuan(due))
      },
      freight: yuan(freight), wasShipped: wasShipped, completedAt: completedAt)
  }

  func draft(
    _ order: RefundableOrder, _ units: [Int], kind: RefundCase.Kind = .goodsBack,
    reason: RefundCase.Reason = .damaged, explanation: String = "Chipped"
  ) throws -> RefundDraft {
    RefundDraft(
      order: order, kind: kind, reason: reason, explanation: explanation,
      lines: zip(order.lines, units).compactMap { line, count in
        Quantity(count).map {
          RefundDraft.Line(line: line.id, quantity: $0, wanted: kind == .exchange ? line.variant : nil)
        }
      })
  }

  func ask(_ order: RefundableOrder, _ units: [Int], kind: RefundCase.Kind = .goodsBack) async throws -> RefundCase {
    try await refunds.request(try draft(order, units, kind: kind))
  }

  func total(_ order: RefundableOrder) -> Money {
    yuan(order.lines.reduce(order.freight.minor) { $0 + $1.due.minor })
  }

  func approve(
    _ refund: RefundCase, of order: RefundableOrder, amount: Int64? = nil, needsGoods: Bool = false
  ) async throws -> RefundCase {
    try await refunds.approve(
      refund.id, RefundGrant(amount: amount.map(yuan), paid: total(order), needsGoods: needsGoods),
      by: .staff(staff))
  }

  func part(_ refund: RefundCase) -> [SettledPart] {
    guard let granted = refund.granted, granted.isPositive else { return [] }
    return [SettledPart(refund: store.ids.next(), payment: store.ids.next(), amount: granted)]
  }

  func told(_ step: RefundStep.Kind) async throws -> Int {
    try await store.toldEvents().filter { try $0.decode(RefundMoved.self).step == step }.count
  }
}

struct Absent: Error {}

/// `#require` for code outside of tests.
func unwrap<Value>(_ value: Value?) throws -> Value {
  guard let value else { throw Absent() }
  return value
}
