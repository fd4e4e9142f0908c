import Catalog
import Foundation
import Inventory
import Merchants
import Pricing
import Values

public struct ExportOptions: Sendable {
  /// Nil exports the products of all, with a `Merchant` column if there are several.
  public var merchant: Slug?
  /// Only goods of these; nil exports those of all categories and of none.
  public var categories: Set<CategoryID>?
  public var channel: Channel
  /// Beginning of the addresses of picture files that have no address elsewhere.
  public var filesAddress: String
  /// Spreadsheets in Chinese Windows take a UTF-8 file for GB18030 unless it begins with a byte order mark.
  public var writesByteOrderMark: Bool

  public init(
    merchant: Slug? = nil, channel: Channel = .main, filesAddress: String = "martlet:files/",
    writesByteOrderMark: Bool = false
  ) {
    self.merchant = merchant
    self.channel = channel
    self.filesAddress = filesAddress
    self.writesByteOrderMark = writesByteOrderMark
  }
}

public struct ExportReport: Hashable, Sendable {
  public internal(set) var products = 0
  public internal(set) var rows = 0
}

/// Writes the catalogue as a product file in the columns that an import reads, such that importing it changes nothing.
/// Products stream by the hundred: first once through for the names of the columns, then again for the rows.
public struct ExportCatalog: Sendable {
  private let catalog: any CatalogService
  private let pricing: any PricingService
  private let inventory: any InventoryService
  private let merchants: any MerchantService

  public init(
    catalog: any CatalogService, pricing: any PricingService, inventory: any InventoryService,
    merchants: any MerchantService
  ) {
    self.catalog = catalog
    self.pricing = pricing
    self.inventory = inventory
    self.merchants = merchants
  }

  /// Writes a file that takes the place of an older one only when it is whole; pipes and devices are written to directly.
  /// Throws `ImportFault`.
  /// - Parameter progress: Told how many products are written, after every hundred.
  public func run(
    to file: URL, options: ExportOptions = ExportOptions(), progress: @Sendable (Int) -> Void = { _ in }
  ) async throws -> ExportReport {
    // A link stays a link: what it leads to is replaced.
    let target = file.resolvingSymlinksInPath()
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder) {
      if isFolder.boolValue { throw ImportFault.notAFile(file.path) }
      let kind = try? FileManager.default.attributesOfItem(atPath: target.path)[.type] as? FileAttributeType
      if kind != .typeRegular { return try await run(options: options, into: FileSink(existing: file), progress) }
    }
    let draft = target.deletingLastPathComponent().appending(path: ".\(target.lastPathComponent).\(UUID().uuidString)")
    do {
      let report = try await run(options: options, into: FileSink(draft, shownAs: file.path), progress)
      guard rename(draft.path, target.path) == 0 else { throw ImportFault.unwritable(file.path) }
      return report
    } catch {
      try? FileManager.default.removeItem(at: draft)
      throw error
    }
  }

  private func run(
    options: ExportOptions, into sink: FileSink, _ progress: @Sendable (Int) -> Void
  ) async throws -> ExportReport {
    let report = try await run(options: options, progress: progress) { try sink.write($0) }
    try sink.close()
    return report
  }

  /// Throws `ImportFault.unknownMerchant`.
  public func run(
    options: ExportOptions, progress: @Sendable (Int) -> Void = { _ in },
    to sink: (ArraySlice<UInt8>) async throws -> Void
  ) async throws -> ExportReport {
    let all = try await merchants.merchants()
    let chosen = try options.merchant.map { slug in
      guard let merchant = all.first(where: { $0.slug == slug }) else {
        throw ImportFault.unknownMerchant(slug.rawValue)
      }
      return merchant.id
    }
    let names =
      chosen == nil && all.count > 1
      ? Dictionary(all.map { ($0.id, $0.slug.rawValue) }, uniquingKeysWith: { first, _ in first }) : [:]
    let brands = try await catalog.brands()
    let tree = try await catalog.categories()
    var shape = ExportShape(showsMerchant: !names.isEmpty)
    let rows = ProductLines(
      tree: tree, brands: Dictionary(brands.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first }),
      merchants: names, filesAddress: options.filesAddress)
    try await eachPage(of: chosen, in: options.categories) { page in
      for product in page { shape.note(rows.lines(of: product, prices: [:], stock: [:])) }
    }

    if options.writesByteOrderMark { try await sink([0xEF, 0xBB, 0xBF]) }
    var written: [UInt8] = []
    var writer = CSVWriter { written += $0 }
    var report = ExportReport()
    let header = shape.header
    try writer.write(header)
    try await eachPage(of: chosen, in: options.categories) { page in
      let variants = page.flatMap { $0.variants.map(\.id) }
      let prices = try await pricing.prices(of: variants, in: options.channel)
      let stock = try await inventory.stock(of: variants)
      for product in page {
        for line in rows.lines(of: product, prices: prices, stock: stock) {
          try writer.write(header.map { line[$0] ?? "" })
          report.rows += 1
        }
        report.products += 1
      }
      if !written.isEmpty {
        try await sink(written[...])
        written.removeAll(keepingCapacity: true)
      }
      progress(report.products)
    }
    try writer.flush()
    if !written.isEmpty { try await sink(written[...]) }
    return report
  }

  private func eachPage(
    of merchant: MerchantID?, in categories: Set<CategoryID>?, _ body: ([Product]) async throws -> Void
  ) async throws {
    var after: Cursor?
    repeat {
      try Task.checkCancellation()
      let page = try await catalog.products(PageRequest(limit: 100, after: after), of: merchant)
      try await body(
        categories.map { wanted in page.items.filter { $0.content.category.map(wanted.contains) ?? false } }
          ?? page.items)
      after = page.next
    } while after != nil
  }
}

/// Which columns a file needs: always those of the format, the others where a product fills them.
struct ExportShape {
  private static let rare: Set<ProductColumn> = [.subtitle, .attributes, .merchant, .weight, .productCategory]

  private var names: Set<String>
  private var extras: Set<String> = []

  init(showsMerchant: Bool) {
    names = Set(ProductColumn.allCases.filter { !Self.rare.contains($0) }.map(\.rawValue))
    if showsMerchant { names.insert(ProductColumn.merchant.rawValue) }
  }

  mutating func note(_ lines: [[String: String]]) {
    for line in lines {
      for (name, value) in line where !names.contains(name) && !value.isEmpty { extras.insert(name) }
    }
  }

  var header: [String] {
    var rest = extras
    var header: [String] = []
    for column in ProductColumn.allCases {
      let candidates = [column.rawValue] + (column.isLocalized ? Language.allCases.map(column.name(in:)) : [])
      for name in candidates where names.contains(name) || rest.contains(name) {
        header.append(name)
        rest.remove(name)
      }
    }
    return header + rest.sorted()
  }
}
