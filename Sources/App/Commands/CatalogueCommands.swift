import ArgumentParser
import Flows
import Foundation
import StorageSQLite
import Values

/// `martlet import FILE`: products from a CSV in Shopify's columns.
struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Import products from a CSV in the columns that Shopify exports.",
    discussion: "Ends with 0 when nothing was refused, 2 when some products were, 1 when the file can't be used.")

  @Argument(help: "The file.")
  var file: String

  @Option(help: "Whose products they are; the first merchant unless stated.")
  var merchant: String?

  @Option(help: "utf-8, utf-16 or gb18030; found out unless stated.")
  var encoding: String?

  @Option(help: "set: stock becomes what the file says; new: only for new products; keep: stock stays.")
  var stock: String = "set"

  @Argument(parsing: .allUnrecognized, help: "Settings, as --section-name VALUE.")
  var settings: [String] = []

  func run() async throws {
    let surroundings = try await Surroundings(settings)
    let shop = try await surroundings.shop()
    var options = ImportOptions()
    options.currency = surroundings.settings.currency
    if let merchant { options.merchant = try slug(merchant) }
    if let encoding {
      guard let known = TextEncoding(encoding) else { throw ValidationError("'\(encoding)' is not a known encoding") }
      options.encoding = known
    }
    options.stock = try stockRule()
    let flow = ImportCatalog(
      catalog: shop.contexts.catalog, pricing: shop.contexts.pricing, inventory: shop.contexts.inventory,
      merchants: shop.contexts.merchants)
    let report: ImportReport
    do {
      report = try await flow.run(file: URL(fileURLWithPath: file), options: options) { say("\($0)") }
    } catch let fault as ImportFault {
      say("\(fault)")
      throw ExitCode(1)
    }
    // Products become findable in the shop that serves: soon, or when it next starts, for their facts wait in the outbox.
    try await shop.close()
    print(
      "created \(report.created)\tupdated \(report.updated)\tunchanged \(report.unchanged)\trefused \(report.refusedCount)"
    )
    for note in report.refused { print(note) }
    for note in report.warnings { print("warning: \(note)") }
    if report.refusedCount > 0 { throw ExitCode(2) }
  }

  private func slug(_ text: String) throws -> Slug {
    guard let slug = Slug(rawValue: text) else { throw ValidationError("'\(text)' is not a merchant's short name") }
    return slug
  }

  private func stockRule() throws -> ImportOptions.Stock {
    switch stock {
    case "set": .set
    case "new": .newOnly
    case "keep": .keep
    default: throw ValidationError("--stock is set, new or keep")
    }
  }
}

/// `martlet export FILE`: the same format back.
struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Export products as a CSV in the columns that Shopify imports.")

  @Argument(help: "The file to write.")
  var file: String

  @Option(help: "Whose products; everybody's unless stated.")
  var merchant: String?

  @Argument(parsing: .allUnrecognized, help: "Settings, as --section-name VALUE.")
  var settings: [String] = []

  func run() async throws {
    let shop = try await Surroundings(settings).shop()
    var options = ExportOptions()
    if let merchant { options.merchant = Slug(rawValue: merchant) }
    let report = try await ExportCatalog(
      catalog: shop.contexts.catalog, pricing: shop.contexts.pricing, inventory: shop.contexts.inventory,
      merchants: shop.contexts.merchants
    ).run(to: URL(fileURLWithPath: file), options: options) { say("\($0) products") }
    try await shop.close()
    print("\(report)")
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
