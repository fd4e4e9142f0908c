import Accounts
import Orders
import Refunds
import Values

/// A row of the record table as its desk shows it, with what other contexts know of it.
public struct RefundRecordRow: Sendable {
  public let record: RefundRecord
  public let refund: RefundCase
  public let order: Order
  /// Whether the staff may see the order, too.
  public let opensOrder: Bool
}

/// What staff look for among records. What is left out excludes none.
public struct RefundRecordSearch: Sendable {
  public var filter: RefundRecordFilter
  /// The beginning of the order's number.
  public var number: String?
  /// A part of the name of something in the order.
  public var product: String?

  public init(filter: RefundRecordFilter, number: String? = nil, product: String? = nil) {
    self.filter = filter
    self.number = number
    self.product = product
  }
}

extension WorkRefund {
  /// One page of the record table, as far as the staff may see it. Number and names are the orders' to know, so a page may
  /// be short of its limit, or empty, and still have a next one, as `rows` may.
  public func records(
    _ search: RefundRecordSearch, _ page: PageRequest, for staff: Staff
  ) async throws -> Page<RefundRecordRow> {
    let scope = try Self.scope(of: staff)
    var search = search
    if search.number != nil || search.product != nil {
      let asked = OrderFilter(number: search.number, productName: search.product)
      let found = try await contexts.orders.orders(
        staff.orders, matching: asked, PageRequest(limit: PageRequest.limitRange.upperBound))
      if found.next != nil { return try await walk(search, page, scope, for: staff) }
      search.filter.orders = found.items.map(\.id)
    }
    let found = try await contexts.refunds.records(scope, matching: search.filter, page)
    return Page(items: try await rows(found.items, for: staff) { _ in true }, next: found.next)
  }

  private func walk(
    _ search: RefundRecordSearch, _ page: PageRequest, _ scope: RefundScope, for staff: Staff
  ) async throws -> Page<RefundRecordRow> {
    let wanted = RefundSearch(filter: RefundCaseFilter(), number: search.number, product: search.product)
    var (found, after): ([RefundRecordRow], Cursor?) = ([], page.after)
    for _ in 0..<Self.slices {
      let slice = try await contexts.refunds.records(
        scope, matching: search.filter,
        PageRequest(limit: PageRequest.limitRange.upperBound, after: after))
      found += try await rows(slice.items, for: staff, where: wanted.fits)
      if found.count > page.limit { return Page(fetched: found, limit: page.limit) { $0.record.cursor } }
      after = slice.next
      if after == nil { break }
    }
    return Page(items: found, next: after)
  }

  private func rows(
    _ records: [RefundRecord], for staff: Staff, where fits: (Order) -> Bool
  ) async throws -> [RefundRecordRow] {
    let orders = try await contexts.orders.orders(Array(Set(records.map(\.order)))).filter(fits)
    let cases = try await contexts.refunds.cases(Array(Set(records.map(\.request))))
    let orderByID = Dictionary(orders.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let caseByID = Dictionary(cases.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    return records.compactMap { record in
      guard let order = orderByID[record.order], let refund = caseByID[record.request] else { return nil }
      return RefundRecordRow(record: record, refund: refund, order: order, opensOrder: WorkOrder.opens(to: staff))
    }
  }
}
