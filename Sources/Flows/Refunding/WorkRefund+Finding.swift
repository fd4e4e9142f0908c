import Accounts
import Foundation
import Orders
import Refunds
import Values

/// A refund as lists at the desks show it, with what other contexts know of it.
public struct RefundRow: Sendable {
  public let refund: RefundCase
  public let order: Order
  public let buyerName: String
  /// Whether the staff may see the order, too.
  public let opensOrder: Bool
}

/// What staff look for among refunds. What is left out excludes none.
public struct RefundSearch: Sendable {
  public var filter: RefundCaseFilter
  /// The beginning of the order's number.
  public var number: String?
  /// A part of the name of something in the order.
  public var product: String?

  public init(filter: RefundCaseFilter, number: String? = nil, product: String? = nil) {
    self.filter = filter
    self.number = number
    self.product = product
  }

  var asksOfOrders: Bool { number != nil || product != nil }

  func fits(_ order: Order) -> Bool {
    (number.map { order.number.rawValue.hasPrefix($0) } ?? true)
      && product.map { product in
        order.lines.contains { line in
          [line.title.en, line.title.zhHans].contains { $0.localizedStandardContains(product) }
        }
      } ?? true
  }
}

extension WorkRefund {
  /// So many slices of the list are looked through for one page; the page then says where it goes on.
  static let slices = 8

  /// One page of what the staff may see. Refunds don't know numbers and names. Where few orders have them, theirs are asked
  /// for; where many have, the list is walked until the page is full. A page may be short of its limit, or empty, and
  /// still have a next one.
  public func rows(_ search: RefundSearch, _ page: PageRequest, for staff: Staff) async throws -> Page<RefundRow> {
    let scope = try Self.scope(of: staff)
    var search = search
    if search.asksOfOrders {
      let asked = OrderFilter(number: search.number, productName: search.product)
      let found = try await contexts.orders.orders(
        staff.orders, matching: asked, PageRequest(limit: PageRequest.limitRange.upperBound))
      if found.next != nil { return try await walk(search, page, scope, for: staff) }
      search.filter.orders = found.items.map(\.id)
    }
    let found = try await contexts.refunds.cases(scope, matching: search.filter, page)
    return Page(items: try await rows(found.items, for: staff) { _ in true }, next: found.next)
  }

  private func walk(
    _ search: RefundSearch, _ page: PageRequest, _ scope: RefundScope, for staff: Staff
  ) async throws -> Page<RefundRow> {
    var (found, after): ([RefundRow], Cursor?) = ([], page.after)
    for _ in 0..<Self.slices {
      let slice = try await contexts.refunds.cases(
        scope, matching: search.filter,
        PageRequest(limit: PageRequest.limitRange.upperBound, after: after))
      found += try await rows(slice.items, for: staff, where: search.fits)
      if found.count > page.limit {
        return Page(fetched: found, limit: page.limit) { $0.refund.cursor }
      }
      after = slice.next
      if after == nil { break }
    }
    return Page(items: found, next: after)
  }

  private func rows(
    _ cases: [RefundCase], for staff: Staff, where fits: (Order) -> Bool
  ) async throws -> [RefundRow] {
    let orders = try await contexts.orders.orders(Array(Set(cases.map(\.order)))).filter(fits)
    let byID = Dictionary(orders.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let buyers = try await contexts.accounts.accounts(Array(Set(orders.map(\.buyer))))
    return cases.compactMap { refund in
      byID[refund.order].map {
        RefundRow(
          refund: refund, order: $0,
          buyerName: BuyerContact.name(buyers[refund.buyer]?.profile.name ?? "", for: staff),
          opensOrder: WorkOrder.opens(to: staff))
      }
    }
  }
}
