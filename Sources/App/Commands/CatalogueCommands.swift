import ArgumentParser
import Flows
import Foundation
import Storage

/// `martlet export FILE`: the same format back.
struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Export products as a CSV in the columns that Shopify imports.")

  @Argument(help: "The file to write.")
  var file: String

  @Option(help: "Whose products, by short name; everybody's unless stated.")
  var merchant: String?

  @Flag(help: "Begin with a byte order mark, by which Excel knows that the file is UTF-8.")
  var bom = false

  @Argument(parsing: .allUnrecognized, help: "Settings, as --section-name VALUE.")
  var settings: [String] = []

  func run() async throws {
    var options = ExportOptions(writesByteOrderMark: bom)
    // A name that is none must not export everybody's.
    if let merchant { options.merchant = try merchantSlug(merchant) }
    let surroundings = try await Surroundings(settings)
    let report: ExportReport
    do {
      report = try await surroundings.withShop { [options] in try await write($0, options) }
    } catch {
      throw brokenOff(error, "The export", "Nothing was written.")
    }
    say("\(report.products) products in \(report.rows) rows are written.")
  }

  private func write(_ shop: Shop, _ options: ExportOptions) async throws -> ExportReport {
    let flow = shop.exportCatalog()
    let file = URL(fileURLWithPath: file)
    return try await interruptible { try await flow.run(to: file, options: options) { say("\($0) products") } }
  }
}

/// `martlet generate-catalogue N FILE`: a made-up catalogue, the same for the same seed, to measure with.
struct GenerateCatalogueCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate-catalogue", abstract: "Write a made-up catalogue in the import format.")

  @Argument(help: "How many products, 1…10,000,000.")
  var count: Int

  @Argument(help: "The file to write.")
  var file: String

  @Option(help: "Equal seeds write equal files.")
  var seed: UInt64 = 1

  func run() async throws {
    guard (1...10_000_000).contains(count) else { throw ValidationError("N lies within 1…10,000,000") }
    try CatalogueGenerator(seed: seed).write(count, to: URL(fileURLWithPath: file))
  }
}
