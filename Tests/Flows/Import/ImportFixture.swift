import AuditLog
import Catalog
import Flows
import Foundation
import Inventory
import Merchants
import Pricing
import Synchronization
import Testing
import Values

/// A shop with two merchants and nothing in it, and a folder for files.
struct ImportFixture {
  let catalog = FakeCatalog()
  let pricing = FakePricing()
  let inventory = FakeInventory()
  let merchants: FakeMerchants
  let folder: URL
  /// What was put into the log.
  let deeds = Noted()

  init() throws {
    let slugs = try [#require(Slug(rawValue: "swallow")), #require(Slug(rawValue: "reed"))]
    merchants = FakeMerchants(
      all: slugs.enumerated().map { index, slug in
        Merchant(
          id: MerchantID(raw: Int64(index + 1)), slug: slug, name: LocalizedText(slug.rawValue),
          introduction: LocalizedText(), email: "", openedAt: Timestamp(milliseconds: 0))
      })
    folder = FileManager.default.temporaryDirectory.appending(path: "martlet-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  var importer: ImportCatalog {
    ImportCatalog(
      catalog: catalog, pricing: pricing, inventory: inventory, merchants: merchants,
      note: { [deeds] in deeds.add($0) })
  }
  var exporter: ExportCatalog {
    ExportCatalog(catalog: catalog, pricing: pricing, inventory: inventory, merchants: merchants)
  }

  func file(_ bytes: [UInt8], _ name: String = "goods.csv") throws -> URL {
    let url = folder.appending(path: name)
    try Data(bytes).write(to: url)
    return url
  }

  func run(_ text: String, _ options: ImportOptions = ImportOptions()) async throws -> ImportReport {
    try await importer.run(file: file(Array(text.utf8)), options: options)
  }

  func price(_ handle: String, _ variant: Int = 0) -> Price? {
    catalog.find(handle).flatMap { pricing.all[$0.variants[variant].id] }
  }
  func stock(_ handle: String, _ variant: Int = 0) -> StockLevel? {
    catalog.find(handle).flatMap { inventory.all[$0.variants[variant].id] }
  }
}

final class Noted: Sendable {
  private let deeds = Mutex<[Deed]>([])

  var all: [Deed] { deeds.withLock { $0 } }

  func add(_ deed: Deed) { deeds.withLock { $0.append(deed) } }
}

func yuan(_ text: String) -> Money? { Money(decimalText: text, currency: .cny) }
