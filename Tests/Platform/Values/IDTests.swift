import Foundation
import TestKit
import Testing
import Values

struct IDTests {
  @Test func `identifiers grow with time, and so does their text`() {
    let clock = TestClock()
    let ids = IDGenerator(clock: clock.clock, node: 1023)
    var made: [OrderID] = []
    for step in 0..<6000 {
      made.append(ids.next())
      if step % 100 == 0 { clock.advance(by: .milliseconds(7)) }
    }
    #expect(made == made.sorted())
    #expect(Set(made).count == made.count)
    #expect(made.map(\.description) == made.map(\.description).sorted())
  }

  @Test func `a clock that steps back makes no identifier twice`() {
    let clock = TestClock()
    let ids = IDGenerator(clock: clock.clock, node: 0)
    let before: OrderID = ids.next()
    clock.advance(by: .hours(-1))
    let after: OrderID = ids.next()
    #expect(after > before)
  }

  @Test func `a hundred tasks never get the same identifier`() async {
    let ids = IDGenerator(clock: TestClock().clock, node: 3)
    let all = await withTaskGroup(of: [OrderID].self) { group in
      for _ in 0..<100 { group.addTask { (0..<100).map { _ in ids.next() } } }
      return await group.reduce(into: Set<OrderID>()) { $0.formUnion($1) }
    }
    #expect(all.count == 10_000)
  }

  @Test func `the first identifier of a moment bounds what is made before and since`() {
    let clock = TestClock()
    let ids = IDGenerator(clock: clock.clock, node: 9)
    let before: EventID = ids.next()
    clock.advance(by: .milliseconds(1))
    let bound = EventID.first(at: clock.now)
    let after: EventID = ids.next()
    #expect(before < bound)
    #expect(bound <= after)
    #expect(EventID.first(at: Timestamp(milliseconds: 0)).raw == 0)
  }

  @Test(arguments: [0, 1, 31, 32, 1 << 40, Int64.max])
  func `text and JSON survive a round trip`(raw: Int64) throws {
    let id = OrderID(raw: raw)
    #expect(OrderID(id.description) == id)
    #expect(try JSONDecoder().decode(OrderID.self, from: JSONEncoder().encode(id)) == id)
    #expect(PaymentID(id.description) == nil)
  }

  @Test(arguments: [
    "", "ord", "ord_", "ord_000000000000", "ord_00000000000000", "ord-0000000000000", "ORD_0000000000000",
    "ord_000000000000i", "ord_000000000000A", "ord_zzzzzzzzzzzzz", "ord_00000000000\u{e9}", "ord_'; DROP TABL",
  ])
  func `text that is no identifier is refused`(text: String) {
    #expect(OrderID(text) == nil)
  }

  @Test func `an actor's text survives a round trip`() {
    for actor in [Actor.system, .buyer(AccountID(raw: 5)), .staff(StaffID(raw: 6))] {
      #expect(Actor(actor.text) == actor)
    }
    #expect(Actor("ord_0000000000001") == nil)
  }
}
