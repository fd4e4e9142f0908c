import Catalog
import Flows
import Foundation
import Testing
import Values

@Suite struct CatalogueGeneratorTests {
  private func bytes(_ count: Int, seed: UInt64) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try CatalogueGenerator(seed: seed).write(count) { bytes += $0 }
    return bytes
  }

  @Test func `the same seed writes the same file, another seed another`() throws {
    #expect(try bytes(50, seed: 3) == bytes(50, seed: 3))
    #expect(try bytes(50, seed: 3) != bytes(50, seed: 4))
  }

  @Test func `what it writes imports without a word, in both languages, and again without a change`() async throws {
    let shop = try ImportFixture()
    let file = try shop.file(bytes(1200, seed: 1))
    let report = try await shop.importer.run(file: file)
    #expect(report.created == 1200 && report.refusedCount == 0 && report.warningCount == 0)
    #expect((2.5...3.5).contains(Double(report.rows) / 1200))
    #expect(shop.catalog.all.allSatisfy { !$0.content.title.en.isEmpty && !$0.content.title.zhHans.isEmpty })
    let roots = try await shop.catalog.categories().roots
    #expect(roots.allSatisfy { !$0.name.en.isEmpty && !$0.name.zhHans.isEmpty } && roots.count == 6)
    #expect(try await shop.importer.run(file: file).unchanged == 1200)
    let out = shop.folder.appending(path: "out.csv")
    _ = try await shop.exporter.run(to: out)
    #expect(try await shop.importer.run(file: out).unchanged == 1200)
  }
}
