import Catalog
import Flows
import Imports
import Merchants
import Values

@testable import API
@testable import App

/// Shelves that staff of the platform arrange, and a file of goods of the owner's merchant, beside the owner's own things.
extension Owner {
  private var shelves: any ShelfService { test.shop.contexts.shelves }
  private var imports: any ImportService { test.shop.contexts.imports }

  /// What a request used up is there again.
  mutating func keepShelves() async throws {
    let shelf = try await category("shelf", "Shelf")
    names["shelfVersion"] = .integer(Int64(shelf.version))
    _ = try await category("otherShelf", "Other shelf")
    _ = try await category("spareShelf", "Spare shelf")
    guard let handle = Slug(rawValue: "shelved") else { return }
    _ = try await test.shop.contexts.catalog.save(
      ProductDraft(
        merchant: merchant.id, handle: handle,
        content: ProductContent(title: LocalizedText(en: "Shelved"), category: shelf.id),
        variants: [VariantDraft(sku: "shelved")], isPublished: false))
    let brand: Brand
    if let id = BrandID(self["spareBrand"]), let kept = try await shelves.brand(id) {
      brand = kept
    } else {
      let number = try await shelves.brands(named: nil, PageRequest(limit: 100)).items.count
      brand = try await shelves.addBrand(BrandFace(name: "Spare \(number) \(shelf.version)"), by: .system)
    }
    names["mainBrand"] = .text("\(try await test.shop.contexts.catalog.brand(named: "Riverlight").id)")
    names["spareBrand"] = .text("\(brand.id)")
    names["spareBrandVersion"] = .integer(Int64(brand.version))
    try await keepImport()
  }

  private mutating func category(_ name: String, _ title: String) async throws -> Catalog.Category {
    if let id = CategoryID(self[name]), let kept = try await test.shop.contexts.catalog.categories()[id] { return kept }
    let made = try await shelves.addCategory(
      CategoryFace(name: LocalizedText(en: title)), below: nil, by: .system)
    names[name] = .text("\(made.id)")
    return made
  }

  /// A file that waits for staff to start it.
  private mutating func keepImport() async throws {
    if let id = ImportRunID(self["import"]), try await imports.run(id)?.state == .ready { return }
    let staff = StaffID(raw: 7)
    // There is a most of files; what tests brought makes room.
    try await test.shop.flows.runImports.run()
    for run in try await imports.runs(of: nil, PageRequest(limit: 100)).items where run.state.allows(.drop) {
      _ = try await imports.decide(.drop, on: run.id, by: staff)
    }
    let bytes = Array("Handle,Title,Price\nbowl,Bowl,12.00\nlid,Lid,dear\n".utf8)
    let begun = try await imports.begin(
      ImportDraft(
        merchant: merchant.id, fileName: "goods.csv", size: bytes.count, rules: ImportRules(stock: .keep)), by: staff)
    try await imports.keep(bytes, number: 0, of: begun.id)
    let checking = try await imports.complete(begun.id, by: staff)
    try await test.shop.flows.runImports.run()
    names["import"] = .text("\(checking.id)")
  }
}
