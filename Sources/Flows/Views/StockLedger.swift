import Accounts
import Catalog
import Inventory
import Orders
import Values

/// The books of one item as staff read them: what each movement was for, and who did it.
public struct StockLedger: Sendable {
  public enum Cause: Sendable {
    case order(OrderNumber)
    /// A change of an order, until the order's own hold has its units.
    case change
    case refund(RefundCaseID)
    case count(CountSheetID)
    case desk
    /// A file, or something that is forgotten.
    case other
  }

  public struct Line: Sendable {
    public let movement: StockMovement
    public let cause: Cause
    /// Of staff; nil for buyers and the shop itself, or who isn't known any more.
    public let name: String?
    /// Of where it was.
    public let place: String
  }

  private let contexts: Contexts

  init(_ contexts: Contexts) { self.contexts = contexts }

  /// The newest first, in a number of statements that doesn't grow with the lines.
  func lines(of variant: VariantID, merchant: MerchantID, _ page: PageRequest) async throws -> Page<Line> {
    let found = try await contexts.stockroom.movements(of: variant, page)
    let checkouts = Set(found.items.compactMap { Self.checkout($0.entry.cause) }).sorted()
    let orders = try await contexts.orders.orders(checkouts: checkouts).filter { $0.merchant == merchant }
    let numbers = Dictionary(orders.map { (HoldKey($0).rawValue, $0.number) }, uniquingKeysWith: { first, _ in first })
    let names = try await names(of: found.items.map(\.entry.actor), merchant)
    let rooms = try await contexts.stockroom.stockrooms(of: merchant)
    let places = Dictionary(
      rooms.map { ($0.location.id, $0.location.name) }, uniquingKeysWith: { first, _ in first })
    return found.map { movement in
      let entry = movement.entry
      let name: String? = if case .staff(let id) = entry.actor { names[id] } else { nil }
      return Line(
        movement: movement, cause: numbers[entry.cause].map(Cause.order) ?? Self.cause(entry.cause), name: name,
        place: places[entry.location] ?? "")
    }
  }

  /// What stands before the merchant in the key of an order's hold.
  private static func checkout(_ cause: String) -> String? {
    guard let slash = cause.lastIndex(of: "/"), MerchantID(cause[cause.index(after: slash)...]) != nil else {
      return nil
    }
    return String(cause[..<slash])
  }

  private static func cause(_ text: String) -> Cause {
    if text == "desk" { return .desk }
    if text.hasPrefix("edit/") { return .change }
    if let id = after("refund/", text).flatMap({ RefundCaseID($0) }) { return .refund(id) }
    if let id = after("sheet/", text).flatMap({ CountSheetID($0) }) { return .count(id) }
    return text.hasPrefix("desk/") ? .desk : .other
  }

  private static func after(_ prefix: String, _ text: String) -> Substring? {
    text.hasPrefix(prefix) ? text.dropFirst(prefix.count) : nil
  }

  private func names(of actors: [Actor], _ merchant: MerchantID) async throws -> [StaffID: String] {
    let wanted = Set(actors.compactMap { actor -> StaffID? in if case .staff(let id) = actor { id } else { nil } })
    var names: [StaffID: String] = [:]
    for employer in [merchant, nil] where !wanted.isSubset(of: names.keys) {
      for member in try await contexts.staff.members(of: employer, PageRequest(limit: 100)).items {
        names[member.staff.id] = member.staff.name
      }
    }
    return names
  }
}

extension WorkStock {
  public func ledger(of id: VariantID, _ page: PageRequest, for staff: Staff) async throws -> Page<StockLedger.Line> {
    let variant = try await own(id, staff)
    return try await StockLedger(contexts).lines(of: id, merchant: variant.merchant, page)
  }
}
