import Catalog
import Flows
import Inventory
import Merchants
import Testing
import Values

@testable import API
@testable import App

/// Where the owner's merchant keeps goods, and counts of them that are under way.
extension Owner {
  private var stock: any StockroomService { test.shop.contexts.stockroom }
  private var clerk: StaffID { StaffID(raw: 1) }

  /// What a request used up is there again.
  mutating func keepStock() async throws {
    let inventory = test.shop.contexts.inventory
    let main = try await inventory.location(named: "Main", of: merchant.id)
    names["location"] = .text("\(main.id)")
    if self["otherLocation"].isEmpty {
      let other = try await stock.addLocation("Cellar", of: merchant.id, by: clerk)
      names["otherLocation"] = .text("\(other.id)")
    }
    for room in try await stock.stockrooms(of: merchant.id) {
      let id = room.location.id
      if "\(id)" == self["otherLocation"] {
        try await stock.renameLocation(id, to: "Cellar", by: clerk)
        try await stock.reopenLocation(id, by: clerk)
      } else if id != main.id, !room.location.name.hasPrefix("Old ") {
        // What tests added makes room for the same names.
        try await stock.renameLocation(id, to: "Old \(id)", by: clerk)
      }
    }
    let fresh = try await open("countSheet", at: main.id)
    if fresh.counted > 0 { names["countSheet"] = .text("\(try await begun(at: main.id).id)") }
    let counted = try await open("countedSheet", at: main.id)
    if counted.counted == 0 {
      try await stock.enter([product.variants[0].id: 8999], into: counted.id, by: clerk)
    }
  }

  private mutating func open(_ name: String, at location: LocationID) async throws -> CountSheet {
    if let id = CountSheetID(self[name]), let sheet = try await stock.count(id), sheet.state == .open { return sheet }
    let sheet = try await begun(at: location)
    names[name] = .text("\(sheet.id)")
    return sheet
  }

  private func begun(at location: LocationID) async throws -> CountSheet {
    let draft = CountDraft(location: location, title: "Autumn", variants: [product.variants[0].id])
    return try await stock.openCount(draft, by: clerk)
  }

  func stockroom() async throws -> [(String, Any)] {
    let variants = product.variants.map(\.id)
    let items = try await stock.items(of: variants)
    let places = try await stock.places(of: variants)
    return [
      ("stock", variants.map { [items[$0]?.level.onHand, items[$0]?.lowAt] }),
      ("shelves", variants.map { places[$0]?.map { [$0.location.name, "\($0.level.onHand)"] } }),
      ("locations", try await stock.stockrooms(of: merchant.id).map(\.location)),
      ("counts", try await stock.counts(of: merchant.id, PageRequest(limit: 100)).items),
    ]
  }
}
