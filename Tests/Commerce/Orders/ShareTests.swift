import Orders
import TestKit
import Testing
import Values

/// What offers take off lines, through all that happens to an order.
@Suite struct ShareTests {
  /// Random numbers that a seed repeats.
  private struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      let mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
      return mixed ^ (mixed >> 27)
    }

    /// 0..<sides.
    mutating func roll(_ sides: Int) -> Int { Int.random(in: 0..<sides, using: &self) }
  }

  private func line(_ desk: OrderDesk, unit: Int64, count: Int, _ shares: [Int64]) throws -> CheckoutOrders.NewLine {
    var line = try desk.line(unit: unit, count: count, discount: shares.reduce(0, +))
    line.shares = zip(["coupon/SPRING", DiscountShare.points], shares).filter { $0.1 > 0 }.map { offer, minor in
      DiscountShare(offer: offer, bearer: offer == "points" ? .platform : .merchant, amount: desk.yuan(minor))
    }
    return line
  }

  // req: 4.1.3-5
  @Test(arguments: 1...30)
  func `shares make up the discount of each line, whatever is changed and taken back`(seed: Int) async throws {
    var dice = Dice(state: UInt64(seed))
    let desk = try await OrderDesk()
    let lines = try (1...3).map { _ in
      let (unit, count) = (Int64(dice.roll(500) + 1) * 7, dice.roll(9) + 1)
      let most = unit * Int64(count)
      let first = Int64(dice.roll(Int(most) + 1))
      return try line(desk, unit: unit, count: count, [first, Int64(dice.roll(Int(most - first) + 1))])
    }
    let order = try await desk.pay(try await desk.place("crt/\(seed)", lines: lines))
    #expect(order.shares.map(\.amount.minor).reduce(0, +) == order.amounts.discount.minor)
    let changes = order.lines.map {
      OrderChange.Line(line: $0.id, quantity: dice.roll($0.quantity.count) + 1, unit: $0.unit)
    }
    let edited = try await desk.orders.edit(
      order.id, as: desk.store.ids.next(),
      OrderChange(revision: 0, lines: changes, payBefore: desk.store.clock.now.adding(.days(1))), by: desk.staff)
    for (line, before) in zip(edited.lines, order.lines) {
      #expect(line.shares.map(\.amount.minor).reduce(0, +) == line.discount.minor)
      for share in line.shares {
        #expect(share.amount.minor <= before.shares.minor(of: share.offer) && share.amount.isPositive)
      }
    }
    var standing = try edited.standing(of: DiscountShare.points)
    #expect(standing == edited.shares.minor(of: DiscountShare.points))
    var left = edited
    for (number, line) in edited.lines.enumerated() {
      for unit in 1...line.quantity.count {
        left = try await desk.orders.takeBack(
          [line.id: 1], of: order.id, key: "k\(number)/\(unit)", ifUnshipped: true, by: .system)
        let now = try left.standing(of: DiscountShare.points)
        #expect(now <= standing && now >= 0)
        standing = now
      }
    }
    #expect(standing == 0 && left.state == .refunded)
    #expect(try await desk.orders.audit().isEmpty)
  }

  @Test func `shares that don't make up the discount are refused, and freight that is waived is kept beside`()
    async throws
  {
    let desk = try await OrderDesk()
    var odd = try line(desk, unit: 1000, count: 2, [300, 0])
    odd.discount = desk.yuan(301)
    await #expect(throws: FieldFaults.self) { try await desk.place("crt/odd", lines: [odd]) }
    var checkout = try desk.checkout("crt/1", lines: [try line(desk, unit: 1000, count: 2, [300, 0])], freight: 0)
    let waived = [DiscountShare(offer: "coupon/FREE", bearer: .platform, amount: desk.yuan(600))]
    checkout.orders[0].waived = waived
    let placed = try #require(try await desk.orders.place(checkout).first)
    let read = try #require(try await desk.orders.order(placed.id))
    #expect(read.waived == waived && read == placed)
    #expect(read.bears("coupon/FREE") && read.bears("coupon/SPRING") && !read.bears("points"))
  }
}
