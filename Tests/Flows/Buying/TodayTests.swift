import Accounts
import Flows
import Insight
import Orders
import TestKit
import Testing
import Values

/// How the day that runs stands beside others at the same time of day.
@Suite struct TodayTests {
  // req: 3.2.3-1
  @Test func `a day is compared with what others had come to by the same time`() async throws {
    let shop = try await BuyingFixture()
    let clock = shop.store.clock
    let staff = Staff(
      id: StaffID(raw: 7), email: "mei@example.com", name: "Mei", merchant: nil, rights: [.reportsView])
    // From the next midnight on: one order early, one late; the day after, two early.
    clock.advance(by: .milliseconds(ShopDay(clock.now).adding(1).start.milliseconds - clock.now.milliseconds))
    let first = ShopDay(clock.now)
    clock.advance(by: .hours(9))
    _ = try await shop.paid(try await shop.place())
    clock.advance(by: .hours(12))
    _ = try await shop.paid(try await shop.place())
    clock.advance(by: .hours(12))
    for _ in 1...2 { _ = try await shop.paid(try await shop.place()) }
    try await shop.settle()
    clock.advance(by: .minutes(30))
    let today = try await ViewToday(shop.contexts, clock: clock.clock).run(for: staff)
    #expect(today.day == first.adding(1) && today.isOfAll && today.channels == [.main])
    let (figures, hours) = (try #require(today.figures), try #require(today.hours))
    #expect(figures.count(.placed, on: first) == 2)
    #expect(hours.count(.placed, on: first) == 1)
    #expect(hours.count(.placed, on: today.day) == 2 && figures.count(.placed, on: today.day) == 2)
    #expect(hours.minor(.captured, on: first) == 8800)
    let byHour = hours.minorByHour(.captured, on: first)
    #expect(byHour[8] == 0 && byHour[9] == 8800 && byHour[20] == 8800 && byHour[21] == 17_600 && byHour[23] == 17_600)
    #expect(hours.minorByHour(.captured, on: today.day, hours: 9) == Array(repeating: 0, count: 9))
    // Who may not see figures sees none.
    let packer = Staff(
      id: StaffID(raw: 8), email: "xu@example.com", name: "Xu", merchant: nil, rights: [.ordersShip])
    let without = try await ViewToday(shop.contexts, clock: clock.clock).run(for: packer)
    #expect(without.figures == nil && without.hours == nil && without.short == nil && without.newest?.count == 4)
  }
}
