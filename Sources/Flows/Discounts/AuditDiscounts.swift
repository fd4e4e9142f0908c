import Orders
import Pricing
import Values

/// Compares what coupons and points took off with the orders that they were used for, both ways.
public struct AuditDiscounts: Sendable {
  /// How long a reaction may take.
  private static let grace: Duration = .minutes(1)
  private static let most = 100

  private let contexts: Contexts
  private let clock: WallClock

  public init(_ contexts: Contexts, clock: WallClock) {
    self.contexts = contexts
    self.clock = clock
  }

  public func run() async throws -> [Discrepancy] {
    var found: [Discrepancy] = []
    var seen: Set<String> = []
    var next: Cursor?
    repeat {
      let page = try await contexts.orders.orders(
        .platform, matching: OrderFilter(), PageRequest(limit: 100, after: next))
      for order in page.items where found.count < Self.most {
        if order.state == .completed, let discrepancy = try await earning(of: order) { found.append(discrepancy) }
        guard !order.shares.isEmpty || !order.waived.isEmpty, seen.insert(order.checkout).inserted else { continue }
        found += try await discrepancies(checkout: order.checkout)
      }
      next = page.next
    } while next != nil && found.count < Self.most
    return try await found + strayUses()
  }

  private func discrepancies(checkout: String) async throws -> [Discrepancy] {
    let orders = try await contexts.orders.orders(checkout: checkout)
    guard try await !isFresh(orders) else { return [] }
    var found: [Discrepancy] = []
    let offers = Set(orders.flatMap { ($0.shares + $0.waived).map(\.offer) })
    let uses = try await contexts.coupons.uses(checkout: checkout)
    for offer in offers.sorted() where offer != DiscountShare.points {
      let code = DiscountShare(offer: offer, bearer: .platform, amount: .zero(.cny)).couponCode ?? ""
      let use = uses.first { $0.code.rawValue == code }
      if let discrepancy = try coupon(code, use, orders.filter { $0.bears(offer) }, checkout) {
        found.append(discrepancy)
      }
    }
    if offers.contains(DiscountShare.points), let discrepancy = try await points(orders, checkout) {
      found.append(discrepancy)
    }
    return found
  }

  /// A coupon is used as long as any of its goods stand, and comes back when all of its orders were cancelled.
  private func coupon(
    _ code: String, _ use: CouponUse?, _ orders: [Order], _ checkout: String
  ) throws -> Discrepancy? {
    func said(_ expected: String) -> Discrepancy {
      Discrepancy(
        book: "coupons", row: checkout, expected: "\(code) \(expected)", found: use?.state.rawValue ?? "no use of it")
    }
    guard let use else { return said("used") }
    if orders.contains(where: { $0.outcome == .stands }) { return use.state == .settled ? nil : said("settled") }
    if orders.allSatisfy({ $0.outcome == .cancelled }) { return use.state == .givenBack ? nil : said("given back") }
    return use.state == .held ? said("settled or given back") : nil
  }

  private func points(_ orders: [Order], _ checkout: String) async throws -> Discrepancy? {
    guard let use = try await contexts.points.use(checkout: checkout), use.state == .settled else {
      return Discrepancy(book: "points", row: checkout, expected: "points that were spent", found: "none")
    }
    let standing = try orders.reduce(Int64(0)) { try $0 + $1.standing(of: DiscountShare.points) }
    let returned = StandardDiscountReturn().returned(of: use, standing: standing)
    guard returned != use.returned || standing > use.worth.minor else { return nil }
    return Discrepancy(
      book: "points", row: checkout, expected: "\(returned) of \(use.points) returned", found: "\(use.returned)")
  }

  private func earning(of order: Order) async throws -> Discrepancy? {
    guard let earning = try await contexts.points.earning(of: order.id) else { return nil }
    let left = earning.left(for: try await contexts.paidForGoods(of: order))
    guard left != earning.points, try await !isFresh([order]) else { return nil }
    return Discrepancy(
      book: "points", row: "\(order.id)", expected: "\(left) earned by what is left of it", found: "\(earning.points)")
  }

  /// Uses of which there are no orders, though they count as made.
  private func strayUses() async throws -> [Discrepancy] {
    var found: [Discrepancy] = []
    var next: Cursor?
    repeat {
      let page = try await contexts.coupons.coupons(CouponFilter(), PageRequest(limit: 100, after: next))
      for coupon in page.items where found.count < Self.most { found += try await strayUses(of: coupon) }
      next = page.next
    } while next != nil
    return found
  }

  private func strayUses(of coupon: Coupon) async throws -> [Discrepancy] {
    var found: [Discrepancy] = []
    var next: Cursor?
    repeat {
      let page = try await contexts.coupons.uses(of: coupon.id, PageRequest(limit: 100, after: next))
      let settled = page.items.filter { $0.state == .settled }
      let known = Set(try await contexts.orders.orders(checkouts: settled.map(\.checkout)).map(\.checkout))
      found += settled.filter { !known.contains($0.checkout) }.map {
        Discrepancy(book: "coupons", row: $0.checkout, expected: "orders with \(coupon.code)", found: "none")
      }
      next = page.next
    } while next != nil && found.count < Self.most
    return found
  }

  /// Whether something happened to one of them only now, so that its aftermath may be under way.
  private func isFresh(_ orders: [Order]) async throws -> Bool {
    let due = clock.now.adding(.zero - Self.grace)
    for order in orders {
      if let last = try await contexts.orders.timeline(of: order.id).last, last.at > due { return true }
    }
    return false
  }
}
