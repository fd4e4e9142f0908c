import Accounts
import Catalog
import Inventory
import Merchants
import Values

/// What staff do with stock: look after it, put it right, move it. Staff of a merchant with their merchant's alone.
public struct WorkStock: Sendable {
  /// What a text may find; who finds more says more.
  public static let mostFound = 200

  let contexts: Contexts
  var stock: any StockroomService { contexts.stockroom }

  public init(_ contexts: Contexts) { self.contexts = contexts }

  /// Whether the staff may work here at all. Throws of all below are `StaffRefusal.notAllowed`, and
  /// `InventoryRefusal.unknownItem`, `.unknownLocation` or `.unknownCount` for what is another merchant's.
  public static func opens(to staff: Staff) -> Bool { staff.rights.contains(.stockAdjust) }

  /// What a list is narrowed to.
  public struct Filter: Sendable {
    public var merchant: MerchantID?
    public var location: LocationID?
    public var states: Set<StockItem.State>
    public var text: String?

    public init(
      merchant: MerchantID? = nil, location: LocationID? = nil, states: Set<StockItem.State> = [],
      text: String? = nil
    ) {
      self.merchant = merchant
      self.location = location
      self.states = states
      self.text = text
    }
  }

  /// An item as lists show it.
  public struct Line: Sendable {
    public let item: StockItem
    /// Nil for what the catalogue has no more.
    public let variant: VariantSummary?
    public let places: [LocatedStock]
  }

  // MARK: Reads

  public func shortage(for staff: Staff) async throws -> StockShortage {
    try staff.require(.stockAdjust)
    return try await stock.shortage(of: staff.merchant)
  }

  /// What to look after first: see `StockroomService.lowest`. What the catalogue has no more is left out.
  public func lowest(for staff: Staff, limit: Int) async throws -> [Line] {
    try staff.require(.stockAdjust)
    let items = try await stock.lowest(of: staff.merchant, limit: limit)
    let variants = try await contexts.catalog.variants(items.map(\.variant))
    return items.compactMap { item in
      variants[item.variant].map { Line(item: item, variant: $0, places: []) }
    }
  }

  public func lines(_ filter: Filter, _ page: PageRequest, for staff: Staff) async throws -> Page<Line> {
    try staff.require(.stockAdjust)
    guard staff.merchant == nil || filter.merchant == nil || filter.merchant == staff.merchant else {
      return Page(items: [], next: nil)
    }
    let merchant = staff.merchant ?? filter.merchant
    if let text = filter.text { return try await found(text, filter, of: merchant, page) }
    let items = try await stock.items(
      StockFilter(merchant: merchant, location: filter.location, states: filter.states), page)
    let lines = try await lines(items.items)
    return Page(items: lines, next: items.next)
  }

  /// What a text finds is looked up in the catalogue, so what was never on a shelf is there too.
  private func found(
    _ text: String, _ filter: Filter, of merchant: MerchantID?, _ page: PageRequest
  ) async throws -> Page<Line> {
    let ids = try await contexts.catalog.variants(matching: text, of: merchant, limit: Self.mostFound)
    let before = page.after?.parts.first.flatMap { Int64($0) } ?? Int64.max
    let items = try await stock.items(of: ids)
    let shelves = filter.location == nil ? [:] : try await stock.places(of: ids)
    let variants = try await contexts.catalog.variants(ids)
    let all = ids.sorted(by: >).compactMap { id -> StockItem? in
      guard id.raw < before, let owner = variants[id]?.merchant else { return nil }
      if let location = filter.location, shelves[id]?.contains(where: { $0.location.id == location }) != true {
        return nil
      }
      return items[id] ?? .neverCounted(id, of: owner)
    }
    let fitting = all.filter { filter.states.isEmpty || filter.states.contains($0.state) }
    let shown = try await lines(Array(fitting.prefix(page.limit + 1)))
    return Page(fetched: shown, limit: page.limit) { Cursor([String($0.item.variant.raw)]) }
  }

  private func lines(_ items: [StockItem]) async throws -> [Line] {
    let ids = items.map(\.variant)
    let variants = try await contexts.catalog.variants(ids)
    let places = try await stock.places(of: ids)
    return items.map { Line(item: $0, variant: variants[$0.variant], places: places[$0.variant] ?? []) }
  }

  public func item(_ id: VariantID, for staff: Staff) async throws -> Line {
    let variant = try await own(id, staff)
    let item = try await stock.items(of: [id])[id] ?? .neverCounted(id, of: variant.merchant)
    return Line(item: item, variant: variant, places: try await stock.places(of: [id])[id] ?? [])
  }

  /// Open places where the merchant's goods can lie.
  public func locations(of merchant: MerchantID, for staff: Staff) async throws -> [Location] {
    try staff.require(.stockAdjust)
    guard staff.merchant == nil || staff.merchant == merchant else { throw InventoryRefusal.unknownLocation }
    return try await contexts.inventory.locations(of: merchant)
  }

  public func days(of id: VariantID, for staff: Staff) async throws -> [StockDay] {
    _ = try await own(id, staff)
    return try await stock.days(of: id, last: 90, offsetMinutes: 480)
  }

  // MARK: Changes

  /// - Parameter key: of the form, so that one that is sent twice is booked once.
  public func adjust(_ adjustment: StockAdjustment, key: String, by staff: Staff) async throws {
    let variant = try await own(adjustment.variant, staff)
    try await expect(adjustment.location, of: variant.merchant, "location")
    try await stock.adjust(adjustment, key: key, by: staff.id)
  }

  public func transfer(_ transfer: StockTransfer, key: String, by staff: Staff) async throws {
    let variant = try await own(transfer.variant, staff)
    try await expect(transfer.from, of: variant.merchant, "from")
    try await expect(transfer.to, of: variant.merchant, "to")
    try await stock.transfer(transfer, key: key, by: staff.id)
  }

  /// Says how many lie somewhere, or that they are sold there without counting.
  public func set(_ count: StockCount, key: String, by staff: Staff) async throws {
    let variant = try await own(count.variant, staff)
    try await expect(count.location, of: variant.merchant, "location")
    do {
      try await contexts.inventory.count([count], key: "desk/\(key)", by: .staff(staff.id))
    } catch let faults as FieldFaults where faults.faults.contains(where: { $0.field == "counts.0.onHand" }) {
      throw FieldFaults(field: "onHand", code: "outOfRange", details: ["min": "0", "max": "1000000000"])
    }
  }

  /// Nil for what is usual in the shop.
  public func setThreshold(of id: VariantID, _ lowAt: Int?, by staff: Staff) async throws {
    let variant = try await own(id, staff)
    try await stock.setThreshold(of: id, lowAt, of: variant.merchant, by: staff.id)
  }

  /// What came of several small changes at once.
  public struct Outcome: Sendable {
    public let booked: Int
    public let refused: Int
  }

  /// Each by itself, at the place that is named, or where its merchant's goods are taken from first.
  public func adjustAll(
    _ changes: [VariantID: Int], at location: LocationID?, for reason: AdjustmentReason, key: String, by staff: Staff
  ) async throws -> Outcome {
    try staff.require(.stockAdjust)
    let variants = try await contexts.catalog.variants(changes.keys.sorted())
    var homes: [MerchantID: LocationID] = [:]
    var (booked, refused) = (0, 0)
    for (id, change) in changes.sorted(by: { $0.key < $1.key }) {
      guard let merchant = variants[id]?.merchant, staff.merchant == nil || staff.merchant == merchant else {
        throw InventoryRefusal.unknownItem
      }
      if homes[merchant] == nil {
        homes[merchant] = try await contexts.inventory.locations(of: merchant).first { location ?? $0.id == $0.id }?.id
      }
      guard let home = homes[merchant] else {
        refused += 1
        continue
      }
      do {
        try await stock.adjust(
          StockAdjustment(variant: id, location: home, change: change, reason: reason), key: "\(key)/\(id)",
          by: staff.id)
        booked += 1
      } catch is any Refusal {
        refused += 1
      }
    }
    return Outcome(booked: booked, refused: refused)
  }

  // MARK: Whose it is

  /// What was retired stays workable, since it may lie on a shelf still.
  func own(_ id: VariantID, _ staff: Staff) async throws -> VariantSummary {
    guard let variant = try await contexts.catalog.variants([id])[id],
      staff.merchant == nil || staff.merchant == variant.merchant
    else { throw InventoryRefusal.unknownItem }
    try staff.require(.stockAdjust)
    return variant
  }

  /// Another merchant's place is as unknown as one that isn't there.
  func expect(_ id: LocationID, of merchant: MerchantID, _ field: String) async throws {
    guard try await stock.location(id)?.merchant == merchant else { throw FieldFaults(field: field, code: "unknown") }
  }
}

extension StockItem {
  static func neverCounted(_ id: VariantID, of merchant: MerchantID) -> StockItem {
    StockItem(variant: id, merchant: merchant, level: .none, lowAt: 0, hasOwnThreshold: false, state: .out)
  }
}
