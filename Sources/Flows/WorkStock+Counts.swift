import Accounts
import Catalog
import Inventory
import Values

/// Counting what lies on the shelves.
extension WorkStock {
  /// What begins a count.
  public struct CountRequest: Sendable {
    public var location: LocationID
    public var title: String
    /// SKUs, one a line or with commas between; none for all that lies at the place.
    public var skus: String

    public init(location: LocationID, title: String, skus: String = "") {
      self.location = location
      self.title = title
      self.skus = skus
    }
  }

  /// Staff of a merchant see their own merchant's, whatever the filter says.
  public func counts(_ filter: CountFilter, _ page: PageRequest, for staff: Staff) async throws -> Page<CountSheet> {
    try staff.require(.stockAdjust)
    guard staff.merchant == nil || filter.merchant == nil || filter.merchant == staff.merchant else {
      return Page(items: [], next: nil)
    }
    var filter = filter
    filter.merchant = staff.merchant ?? filter.merchant
    return try await stock.counts(matching: filter, page)
  }

  public func count(_ id: CountSheetID, for staff: Staff) async throws -> CountSheet {
    guard let sheet = try await stock.count(id), staff.merchant == nil || staff.merchant == sheet.merchant else {
      throw InventoryRefusal.unknownCount
    }
    try staff.require(.stockAdjust)
    return sheet
  }

  /// Throws `FieldFaults` for `skus` that aren't the merchant's.
  public func openCount(_ request: CountRequest, by staff: Staff) async throws -> CountSheet {
    try staff.require(.stockAdjust)
    guard let place = try await stock.location(request.location),
      staff.merchant == nil || staff.merchant == place.merchant
    else { throw FieldFaults(field: "location", code: "unknown") }
    let skus = request.skus.split { $0.isNewline || $0 == "," || $0 == "，" }.map { String($0).trimmed }
      .filter { !$0.isEmpty }
    guard skus.count <= 500 else { throw FieldFaults(field: "skus", code: "tooMany", details: ["max": "500"]) }
    let known = try await contexts.catalog.variants(skus: skus, of: place.merchant)
    if let sku = skus.first(where: { known[$0] == nil }) {
      throw FieldFaults(field: "skus", code: "unknownSKU", details: ["sku": String(sku.prefix(60))])
    }
    let draft = CountDraft(
      location: place.id, title: request.title, variants: skus.isEmpty ? nil : Array(known.values))
    return try await stock.openCount(draft, by: staff.id)
  }

  /// A count of these items, wherever the first of their merchant's goods lie.
  public func openCount(of ids: [VariantID], title: String, at location: LocationID?, by staff: Staff) async throws
    -> CountSheet
  {
    try staff.require(.stockAdjust)
    let variants = try await contexts.catalog.variants(ids)
    let merchants = Set(ids.map { variants[$0]?.merchant })
    guard let merchant = merchants.first.flatMap(\.self), merchants.count == 1,
      staff.merchant == nil || staff.merchant == merchant
    else { throw InventoryRefusal.unknownItem }
    let places = try await contexts.inventory.locations(of: merchant)
    guard let place = places.first(where: { location ?? $0.id == $0.id }) else {
      throw InventoryRefusal.unknownLocation
    }
    return try await stock.openCount(CountDraft(location: place.id, title: title, variants: ids), by: staff.id)
  }

  public func lines(
    of id: CountSheetID, _ part: CountPart, _ page: PageRequest, for staff: Staff
  ) async throws -> (Page<CountLine>, [VariantID: VariantSummary]) {
    _ = try await count(id, for: staff)
    let lines = try await stock.lines(of: id, part, page)
    return (lines, try await contexts.catalog.variants(lines.items.map(\.variant)))
  }

  public func outcome(of id: CountSheetID, for staff: Staff) async throws -> CountOutcome {
    try await stock.outcome(of: count(id, for: staff).id)
  }

  public func enter(_ numbers: [VariantID: Int], into id: CountSheetID, by staff: Staff) async throws {
    let sheet = try await count(id, for: staff)
    let variants = try await contexts.catalog.variants(numbers.keys.sorted())
    guard numbers.keys.allSatisfy({ variants[$0]?.merchant == sheet.merchant }) else {
      throw InventoryRefusal.unknownItem
    }
    try await stock.enter(numbers, into: id, by: staff.id)
  }

  /// As a scanner reads it: one item by its SKU. Throws `FieldFaults` for `sku`.
  public func enter(_ units: Int, ofSKU sku: String, into id: CountSheetID, by staff: Staff) async throws {
    let sheet = try await count(id, for: staff)
    guard let variant = try await contexts.catalog.variant(sku: sku, of: sheet.merchant) else {
      throw FieldFaults(field: "sku", code: "unknownSKU", details: ["sku": String(sku.prefix(60))])
    }
    try await stock.enter([variant.id: units], into: id, by: staff.id)
  }

  public func applyCount(_ id: CountSheetID, by staff: Staff) async throws -> CountSheet {
    try await stock.applyCount(count(id, for: staff).id, by: staff.id)
  }

  public func cancelCount(_ id: CountSheetID, by staff: Staff) async throws -> CountSheet {
    try await stock.cancelCount(count(id, for: staff).id, by: staff.id)
  }
}

extension String {
  fileprivate var trimmed: String {
    var text = self[...]
    while text.last?.isWhitespace == true { text.removeLast() }
    while text.first?.isWhitespace == true { text.removeFirst() }
    return String(text)
  }
}
