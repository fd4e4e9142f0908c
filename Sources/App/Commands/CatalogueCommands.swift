import ArgumentParser
import Flows
import Foundation
import StorageSQLite

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
    let shop = try await Surroundings(settings).shop()
    let report: ExportReport
    do {
      report = try await write(shop, options)
    } catch {
      try await shop.close()
      throw ended(by: error)
    }
    try await shop.close()
    say("\(report.products) products in \(report.rows) rows are written.")
  }

  private func write(_ shop: Shop, _ options: ExportOptions) async throws -> ExportReport {
    let flow = ExportCatalog(
      catalog: shop.contexts.catalog, pricing: shop.contexts.pricing, inventory: shop.contexts.inventory,
      merchants: shop.contexts.merchants)
    let file = URL(fileURLWithPath: file)
    return try await interruptible { try await flow.run(to: file, options: options) { say("\($0) products") } }
  }

  private func ended(by error: any Error) -> ExitCode {
    switch error {
    case let fault as ImportFault: say("\(fault)")
    case is CancellationError:
      say("Stopped. Nothing was written.")
      return ExitCode(130)
    default: say("The export broke off: \(FaultWords.words(error)). Nothing was written.")
    }
    return .failure
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
