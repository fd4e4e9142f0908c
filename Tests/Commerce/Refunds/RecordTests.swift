import Refunds
import TestKit
import Testing
import Values

/// The table of what went back, by days and amounts.
@Suite struct RecordTests {
  private func settled(_ counter: RefundCounter, _ amount: Int64) async throws -> RefundCase {
    let order = try counter.order()
    let agreed = try await counter.approve(try await counter.ask(order, [3]), of: order, amount: amount)
    return try await counter.refunds.settle(agreed.id, counter.part(agreed), replacement: nil)
  }

  // req: 4.2.4-4
  @Test func `records are found by the days and the amounts that they are of, to the millisecond and the cent`()
    async throws
  {
    let counter = try await RefundCounter()
    let start = counter.store.clock.now
    for amount in [100, 250, 900] as [Int64] {
      _ = try await settled(counter, amount)
      counter.store.clock.advance(by: .days(1))
    }
    func found(_ filter: RefundRecordFilter, _ scope: RefundScope? = nil) async throws -> [Int64] {
      let scope = scope ?? .merchant(counter.merchant)
      return try await counter.refunds.records(scope, matching: filter, PageRequest()).items.map(\.amount.minor)
    }
    let second = start.adding(.days(1))
    let third = start.adding(.days(2))
    for scope in [RefundScope.merchant(counter.merchant), .platform] {
      #expect(try await found(RefundRecordFilter(settledFrom: second), scope) == [900, 250])
      #expect(try await found(RefundRecordFilter(settledBefore: third), scope) == [250, 100])
      #expect(try await found(RefundRecordFilter(settledFrom: second, settledBefore: third), scope) == [250])
      #expect(try await found(RefundRecordFilter(settledFrom: second.adding(.milliseconds(1))), scope) == [900])
      #expect(try await found(RefundRecordFilter(amountFrom: counter.yuan(250)), scope) == [900, 250])
      #expect(try await found(RefundRecordFilter(amountTo: counter.yuan(249)), scope) == [100])
      #expect(
        try await found(RefundRecordFilter(amountFrom: counter.yuan(101), amountTo: counter.yuan(899)), scope) == [250])
      #expect(try await found(RefundRecordFilter(settledFrom: third, amountTo: counter.yuan(300)), scope) == [])
    }
    let other = RefundScope.merchant(counter.store.ids.next())
    #expect(try await found(RefundRecordFilter(amountFrom: counter.yuan(1)), other) == [])
    let always = RefundRecordFilter(
      settledFrom: Timestamp(milliseconds: 0), settledBefore: Timestamp(milliseconds: 4_102_444_800_000))
    #expect(try await found(always).count == 3)
  }
}
