import Merchants
import AuditLog
import Catalog
import Flows
import Foundation
import Imports
import Inventory
import Pricing
import Synchronization
import Testing
import Values

/// What a file would do, found out without storing anything, and runs that are carried on.
@Suite struct RehearsalTests {
  private func rehearsal() -> ImportOptions {
    var options = ImportOptions()
    options.isRehearsal = true
    return options
  }

  // req: 2.2-7
  @Test func `a rehearsal counts what would be new, changed and unchanged, and stores nothing`() async throws {
    let shop = try ImportFixture()
    _ = try await shop.run(
      "Handle,Title,Price,Variant Inventory Qty,Type\na,Pot,88,3,Tea\nb,Cup,9,1,Tea\nc,Lid,5,1,Tea\nd,Jug,7,1,Tea\n")
    let standing = shop.catalog.all
    let deeds = shop.deeds.all.count
    let report = try await shop.run(
      """
      Handle,Title,Price,Variant Inventory Qty,Type,Vendor,Colour code
      a,Pot,88,3,Tea,,
      b,Cup,9.50,1,Tea,,
      c,Lid,5,2,Tea,,
      d,Jug,7,1,Tea > Jugs,Reed,
      e,Bowl,12,1,Kitchen > Bowls,reed,#fff
      f,Vase,dear,1,Tea,,

      """, rehearsal())
    #expect(report.created == 1 && report.updated == 3 && report.unchanged == 1 && report.refusedCount == 1)
    #expect(shop.catalog.all == standing)
    #expect(try await shop.catalog.categories().all.count == 1)
    #expect(try await shop.catalog.brands().isEmpty)
    #expect(shop.price("b")?.sale == yuan("9.00") && shop.stock("c")?.onHand == 1)
    #expect(shop.deeds.all.count == deeds)
    let preview = try #require(report.preview)
    #expect(preview.delimiter == "," && preview.encoding == "UTF-8")
    #expect(preview.newCategories == ["Tea > Jugs", "Kitchen", "Kitchen > Bowls"] && preview.newCategoryCount == 3)
    #expect(preview.newBrands == ["Reed"])
    #expect(
      preview.columns.map(\.meaning) == [
        "Handle", "Title", "Variant Price", "Variant Inventory Qty", "Type", "Vendor", nil,
      ])
    #expect(Set(preview.samples.map(\.outcome)) == [.created, .updated, .unchanged])
    #expect(preview.samples.first { $0.handle == "e" }?.lowest == yuan("12.00"))
    #expect(report.refused.first?.line == 7 && report.refused.first?.code == "badPrice")
  }

  @Test func `where categories aren't made, goods lie as near as there is one, and it is said`() async throws {
    let shop = try ImportFixture()
    _ = try await shop.run("Title,Price,Type\nPot,88,Tea\n")
    var options = ImportOptions()
    options.makesCategories = false
    let report = try await shop.run("Title,Price,Type\nJug,7,Tea > Jugs\nBowl,9,Kitchen\n", options)
    #expect(report.created == 2 && report.warnings.filter { $0.code == "unknownCategory" }.map(\.line) == [2, 3])
    let tree = try await shop.catalog.categories()
    #expect(tree.all.map(\.name.en) == ["Tea"])
    #expect(shop.catalog.find("jug")?.content.category == tree.all.first?.id)
    #expect(shop.catalog.find("bowl")?.content.category == nil)
  }

  private struct Broken: Error {}

  // req: 2.2-7
  @Test func `a run that was broken off goes on where it stood, and comes to the same end`() async throws {
    let shop = try ImportFixture()
    let lines = (0..<1400).map { "p\($0),Product \($0),\($0 == 700 ? "dear" : "5")\n" }
    let file = try shop.file(Array(("Handle,Title,Price\n" + lines.joined()).utf8))
    let steps = Mutex<[ImportStep]>([])
    await #expect(throws: Broken.self) {
      try await shop.importer.run(
        file: file,
        step: { step in
          steps.withLock { $0.append(step) }
          if step.figures.done >= 1000 { throw Broken() }
        })
    }
    let last = try #require(steps.withLock { $0.last })
    #expect(last.figures.done == 1001 && last.figures.created == 1000 && last.figures.refused == 1)
    let report = try await shop.importer.run(
      file: file, begun: last.figures,
      step: { step in
        steps.withLock { $0.append(step) }
      })
    #expect(report.created == 1399 && report.refusedCount == 1 && report.unchanged == 0)
    #expect(shop.catalog.all.count == 1399)
    let notes = steps.withLock { $0.flatMap(\.notes) }
    #expect(notes.filter { !$0.isWarning }.map(\.line) == [702])
    #expect(notes.first { !$0.isWarning }?.column == "Variant Price")
    // It began once and was done once.
    #expect(shop.deeds.all.map(\.verb) == ["catalog.import", "catalog.imported"])
  }

  @Test(arguments: [5, 8])
  func `what was sold since a batch was saved stays sold when the batch is saved again`(before: Int) async throws {
    let shop = try ImportFixture()
    let head = "Handle,Title,Price,Variant Inventory Qty\n"
    _ = try await shop.run(head + "a,A,1,\(before)\nb,B,1,3\n")
    let file = try shop.file(Array((head + "a,A,1,5\nb,B,1,9\n").utf8))
    var options = ImportOptions()
    options.run = "imp_1"
    await #expect(throws: Broken.self) {
      try await shop.importer.run(file: file, options: options, step: { _ in throw Broken() })
    }
    #expect(shop.stock("a")?.onHand == 5 && shop.stock("b")?.onHand == 9)
    let sold = try #require(shop.catalog.find("a")).variants[0].id
    let place = try #require(try await shop.inventory.locations(of: shop.merchants.all[0].id).first).id
    try await shop.inventory.count([StockCount(variant: sold, location: place, onHand: 4)], key: "sale", by: .system)
    _ = try await shop.importer.run(file: file, options: options, step: { _ in })
    #expect(shop.stock("a")?.onHand == 4 && shop.stock("b")?.onHand == 9)
    options.run = "imp_2"
    _ = try await shop.importer.run(file: file, options: options)
    #expect(shop.stock("a")?.onHand == 5, "another run counts anew")
  }

  @Test func `a batch of which nothing differs is counted as well`() async throws {
    let shop = try ImportFixture()
    let text = "Handle,Title,Price,Variant Inventory Qty\na,A,1,5\n"
    _ = try await shop.run(text)
    let file = try shop.file(Array(text.utf8))
    var options = ImportOptions()
    options.run = "imp_1"
    _ = try await shop.importer.run(file: file, options: options)
    let variant = try #require(shop.catalog.find("a")).variants[0].id
    let place = try #require(try await shop.inventory.locations(of: shop.merchants.all[0].id).first).id
    try await shop.inventory.count([StockCount(variant: variant, location: place, onHand: 1)], key: "sale", by: .system)
    _ = try await shop.importer.run(file: file, options: options)
    #expect(shop.stock("a")?.onHand == 1)
  }

  @Test(arguments: [
    ([0x42, 0x5A, 0x68, 0x39] as [UInt8], "an archive"), ([0x89, 0x50, 0x4E, 0x47, 0x0D], "a picture"),
    ([0xFF, 0xD8, 0xFF, 0xE0], "a picture"), (Array("Rar!\u{1A}\u{7}".utf8), "an archive"),
    ([0x7F, 0x45, 0x4C, 0x46, 2], "a program"),
  ])
  func `another kind of file behind a right name is refused`(head: [UInt8], kind: String) async throws {
    let shop = try ImportFixture()
    let file = try shop.file(head + Array(repeating: 7, count: 200))
    await #expect(throws: ImportFault.notText(kind)) { try await shop.importer.run(file: file) }
  }
}
