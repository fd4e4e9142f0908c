import ArgumentParser
import AuditLog
import Flows
import Foundation
import Storage
import Values

/// `martlet import FILE`: products from a CSV in Shopify's columns.
struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Import products from a CSV in the columns that Shopify exports.",
    discussion: """
      Ends with 0 when nothing was refused, 2 when some products were, 1 when the file can't be used, 130 when it was \
      stopped. It can be run again at any time: what is the same already stays as it is.
      """)

  @Argument(help: "The file.")
  var file: String

  @Option(help: "Whose products they are, by short name; else as the file's column Merchant says, else the first's.")
  var merchant: String?

  @Option(help: "utf-8, utf-16, gb18030, windows-1252 …; found out unless stated.")
  var encoding: String?

  @Option(help: "set: stock becomes what the file says; new: only for new products; keep: stock stays.")
  var stock: String = "set"

  @Argument(parsing: .allUnrecognized, help: "Settings, as --section-name VALUE.")
  var settings: [String] = []

  func run() async throws {
    var options = ImportOptions()
    if let merchant { options.merchant = try merchantSlug(merchant) }
    if let encoding {
      guard let known = TextEncoding(encoding) else { throw ValidationError("'\(encoding)' is not a known encoding") }
      options.encoding = known
    }
    options.stock = try stockRule()
    let surroundings = try await Surroundings(settings)
    options.currency = surroundings.settings.currency
    let report: ImportReport
    do {
      // Products become findable in the shop that serves: soon, or when it next starts, for their facts wait in the outbox.
      report = try await surroundings.withShop(makingDatabase: true) { [options] in try await bring(into: $0, options) }
    } catch {
      throw brokenOff(error, "The import", "What was saved stays; the same command carries on.")
    }
    for line in ImportWords.lines(of: report) { print(line) }
    if report.refusedCount > 0 { throw ExitCode(2) }
  }

  private func bring(into shop: Shop, _ options: ImportOptions) async throws -> ImportReport {
    let flow = ImportCatalog(
      catalog: shop.contexts.catalog, pricing: shop.contexts.pricing, inventory: shop.contexts.inventory,
      merchants: shop.contexts.merchants, note: { [log = shop.log] in try await log.note($0) })
    let file = URL(fileURLWithPath: file)
    return try await interruptible { [options] in
      try await flow.run(file: file, options: options) { say(ImportWords.line(of: $0)) }
    }
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

/// What an import tells the person who started it.
enum ImportWords {
  static func line(of progress: ImportProgress) -> String {
    let percent = Int((progress.fraction * 100).rounded(.down))
    let refused = progress.refused > 0 ? ", \(progress.refused) refused" : ""
    return "\(progress.products) of \(progress.productsTotal) products (\(percent)%)\(refused)"
  }

  static func lines(of report: ImportReport) -> [String] {
    var lines = [
      "created \(report.created)\tupdated \(report.updated)\tunchanged \(report.unchanged)"
        + "\trefused \(report.refusedCount)\twarnings \(report.warningCount)"
    ]
    if report.encoding != .utf8 { lines.append("read as \(report.encoding)") }
    lines += report.refused.map { "refused: \($0)" }
    lines += more(report.refusedCount - report.refused.count, "refused")
    lines += report.warnings.map { "warning: \($0)" }
    lines += more(report.warningCount - report.warnings.count, "warnings")
    return lines
  }

  private static func more(_ count: Int, _ kind: String) -> [String] {
    count > 0 ? ["… and \(count) more \(kind)"] : []
  }
}
