import Flows
import Payments
import Storage
import Values

@testable import API
@testable import App

/// Something in which a provider's bill and the books don't agree.
extension Owner {
  mutating func keepBills() async throws {
    // A rule that stands already is no change.
    names["freshFee"] = .text("\(Int.random(in: 1...19)).\(Int.random(in: 10...99))")
    if let id = BillDifferenceID(self["difference"]),
      try await test.shop.contexts.reconciliation.difference(id)?.state == .open
    {
      return
    }
    let id: BillDifferenceID = test.shop.ids.next()
    let now = test.shop.clock.now
    try await test.shop.database.write { transaction in
      try transaction.execute(
        """
        INSERT INTO bill_difference (id, method, day, kind, subject, is_refund, payment_number, refund_number,
          provider_number, currency, there_amount, happened_at, state, take_id, found_at, changed_at)
        VALUES (\(id), 'sandbox', '2025-01-09', 'missingHere', \("p:\(id)"), 0, 'other_shop_1', '', 'T-1', 'CNY', 100,
          \(now), 'open', 0, \(now), \(now))
        """)
    }
    names["difference"] = .text("\(id)")
  }
}
