import Payments
import TestKit
import Testing
import Values

/// How bills come: late, again, broken off, by several processes at once.
@Suite struct BillRoundTests {
  @Test func `nothing is asked for before its hour`() async throws {
    let desk = try await BillDesk()
    let payment = try await desk.captured()
    desk.bill([desk.row(payment)])
    desk.store.clock.advance(by: .seconds(86_399))
    #expect(try await desk.reconcile() == 0)
    #expect(!desk.provider.calls.contains("readStatement"))
    #expect(try await desk.day().state == .waiting)
    desk.store.clock.advance(by: .seconds(1))
    #expect(try await desk.reconcile() == 1)
    // What is compared isn't asked for again.
    #expect(try await desk.reconcile() == 0)
    #expect(desk.provider.calls.filter { $0 == "readStatement" }.count == 1)
  }

  @Test func `a bill that isn't made is asked for after growing pauses, and is missing in the end`() async throws {
    let desk = try await BillDesk()
    let payment = try await desk.captured()
    try await desk.nextMorning()
    #expect(try await desk.day().fault == "notYet")
    var pauses: [Int64] = []
    while let next = try await desk.day().nextTryAt, pauses.count < 100 {
      let pause = next.milliseconds - desk.store.clock.now.milliseconds
      pauses.append(pause)
      desk.store.clock.advance(by: .milliseconds(pause))
      try await desk.reconcile()
    }
    #expect(pauses.count > 8 && zip(pauses, pauses.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(try await desk.day().sign == .failed)
    #expect(try await desk.payments.standing().failedDays >= 1)
    desk.bill([desk.row(payment)])
    let day = try #require(ProviderDay(rawValue: BillDesk.day))
    try await desk.payments.fetchAgain(desk.provider.method, on: day, by: desk.staff)
    try await desk.reconcile()
    #expect(try await desk.day().sign == .matched)
    #expect(try await desk.deeds() == ["payments.fetchBill"])
  }

  @Test func `a provider that turns us away says why there is no bill`() async throws {
    let desk = try await BillDesk()
    _ = try await desk.captured()
    desk.provider.set { $0.billFault = .turnedAway(code: "SIGN_ERROR") }
    #expect(try await desk.nextMorning() == 0)
    let day = try await desk.day()
    #expect(day.state == .waiting && day.tries == 1 && day.fault == "SIGN_ERROR")
  }

  @Test func `a bill that breaks off in the middle leaves nothing, and is read anew`() async throws {
    let desk = try await BillDesk()
    let paid = try await (desk.captured(), desk.captured([100]))
    desk.bill([desk.row(paid.0), desk.row(paid.1)])
    desk.provider.set { books in
      books.batch = 1
      books.whileReading = { _ in throw ProviderFault.outcomeUnknown("cut off") }
    }
    #expect(try await desk.nextMorning() == 0)
    let day = try await desk.day()
    #expect(day.state == .waiting && day.tries == 1 && day.fault == "cut off")
    #expect(try await desk.storedRows() == 0)
    #expect(try await desk.differences() == [])
    desk.provider.set { $0.whileReading = nil }
    desk.store.clock.advance(by: .minutes(5))
    #expect(try await desk.reconcile() == 1)
    #expect(try await desk.totals().there.payments == 2)
    #expect(try await desk.storedRows() == 2)
  }

  @Test func `what a process that died leaves is taken up by another, and counts once`() async throws {
    let desk = try await BillDesk()
    let payment = try await desk.captured()
    desk.bill([desk.row(payment), desk.row(payment, 100, fee: 0, refund: "none")])
    let other = desk.again()
    desk.provider.set { books in
      books.batch = 1
      books.whileReading = { [store = desk.store, provider = desk.provider] _ in
        guard provider.calls.filter({ $0 == "readStatement" }).count == 1 else { return }
        // The first says nothing for longer than its lease; another does the whole meanwhile.
        store.clock.advance(by: .minutes(11))
        let compared = try await other.reconcile(now: store.clock.now, limit: 10)
        #expect(compared == 1)
      }
    }
    #expect(try await desk.nextMorning() == 0)
    #expect(try await desk.day().state == .matched)
    #expect(try await desk.totals().there.payments == 1)
    #expect(try await desk.differences().count == 1)
    try await desk.reconcile()
    #expect(try await desk.storedRows() == 2)
  }

  @Test func `of two processes at once one compares the day`() async throws {
    let desk = try await BillDesk()
    let payment = try await desk.captured()
    desk.bill([desk.row(payment, 8900)])
    desk.store.clock.advance(by: .days(1))
    let (now, other) = (desk.store.clock.now, desk.again())
    async let first = desk.payments.reconcile(now: now, limit: 10)
    async let second = other.reconcile(now: now, limit: 10)
    #expect(try await first + second == 1)
    #expect(desk.provider.calls.filter { $0 == "readStatement" }.count == 1)
    #expect(try await desk.differences().count == 1)
  }

  @Test func `a bill that is fetched again takes the place of the first, and decisions stay`() async throws {
    let desk = try await BillDesk()
    let (kept, gone) = (try await desk.captured(), try await desk.captured([100]))
    desk.bill([desk.row(kept, 8900), desk.row(gone, 90)])
    try await desk.nextMorning()
    let found = try await desk.differences()
    #expect(found.count == 2)
    let decided = try #require(found.first { $0.paymentNumber == kept.id.description })
    _ = try await desk.payments.decide(.explained, on: decided.id, reason: "a voucher of theirs", by: desk.staff)
    let day = try #require(ProviderDay(rawValue: BillDesk.day))
    // The same bill finds the same.
    try await desk.payments.fetchAgain(desk.provider.method, on: day, by: desk.staff)
    try await desk.reconcile()
    #expect(Set(try await desk.differences().map(\.id)) == Set(found.map(\.id)))
    #expect(try await desk.totals().there.payments == 2)
    desk.bill([desk.row(kept, 8900), desk.row(gone)])
    try await desk.payments.fetchAgain(desk.provider.method, on: day, by: desk.staff)
    try await desk.reconcile()
    let after = try await desk.differences()
    #expect(after.first { $0.id == decided.id }?.reason == "a voucher of theirs")
    let closed = try #require(after.first { $0.paymentNumber == gone.id.description })
    #expect(closed.state == .explained && closed.cause == .newBill)
    #expect(try await desk.storedRows() == 2)
    #expect(try await desk.day().sign == .matched)
  }

  @Test func `a bill comes as a file, if it is one and of the day`() async throws {
    let desk = try await BillDesk()
    let payment = try await desk.captured()
    let row = desk.row(payment)
    desk.store.clock.advance(by: .days(1))
    let (method, day) = (desk.provider.method, try #require(ProviderDay(rawValue: BillDesk.day)))
    await #expect(throws: FieldFaults(field: "file", code: "notABill")) {
      try await desk.payments.bring(file: "/nowhere", of: method, on: day, by: desk.staff)
    }
    // Nine days away, and the whole of the day beside.
    for days in [9, 0] {
      desk.provider.set { $0.bills["file"] = [desk.row(payment, at: desk.store.clock.now.adding(.days(days)))] }
      await #expect(throws: FieldFaults(field: "file", code: "otherDay")) {
        try await desk.payments.bring(file: "/somewhere", of: method, on: day, by: desk.staff)
      }
    }
    #expect(try await desk.day().state == .waiting)
    desk.provider.set { $0.bills["file"] = [row] }
    try await desk.payments.bring(file: "/somewhere", of: method, on: day, by: desk.staff)
    let brought = try await desk.day()
    #expect(brought.sign == .matched && brought.source == .file && brought.rows == 1)
    #expect(try await desk.deeds() == ["payments.bringBill"])
    #expect(try await desk.reconcile() == 0)
    let today = try #require(ProviderDay(rawValue: BillDesk.next))
    await #expect(throws: BillRefusal.unknownBill) {
      try await desk.payments.bring(file: "/somewhere", of: method, on: today, by: desk.staff)
    }
  }
}
