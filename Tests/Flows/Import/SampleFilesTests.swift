import Flows
import Foundation
import Testing

/// Files of real shops, which aren't part of the project: their folder is named by `MARTLET_SAMPLE_DATA`, else looked for
/// beside the project.
@Suite struct SampleFilesTests {
  static let folder: URL? = {
    let named = ProcessInfo.processInfo.environment["MARTLET_SAMPLE_DATA"].map { URL(filePath: $0) }
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
    let found = named ?? root.appending(path: "../shared/data/shopify").standardized
    return FileManager.default.fileExists(atPath: found.path) ? found : nil
  }()

  @Test(.enabled(if: folder != nil, "the folder with files of real shops is absent; MARTLET_SAMPLE_DATA names it"))
  func `files of real shops come in whole, again without a change, and out and in again`() async throws {
    let folder = try #require(Self.folder)
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "csv" }
    #expect(!files.isEmpty)
    for file in files {
      let shop = try ImportFixture()
      let report = try await shop.importer.run(file: file)
      #expect(report.refusedCount == 0, "\(file.lastPathComponent): \(report.refused.prefix(5))")
      #expect(report.created > 10)
      #expect(try await shop.importer.run(file: file).unchanged == report.created)
      let out = shop.folder.appending(path: "out.csv")
      _ = try await shop.exporter.run(to: out)
      let again = try await shop.importer.run(file: out)
      #expect(again.unchanged == report.created, "\(file.lastPathComponent)")
    }
  }
}
