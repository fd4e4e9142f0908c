import AuditLog
import Catalog
import Foundation
import Imports
import Inventory
import Merchants
import Pricing
import Values

/// Brings a product file into the shop. Running it again with the same file changes nothing: products are known by
/// merchant and handle, variants by their choice. A product that is wrong is refused with its line and a reason, and the
/// others go on. What the file says of a product replaces what the shop had; prices and stock that the file doesn't
/// mention stay as they are.
///
/// There is no undo: each batch is whole by itself, and a run that was cut short is mended by running it again.
public struct ImportCatalog: Sendable {
  /// Products that are saved in one transaction, and bytes of text that close a batch earlier.
  static let batchSize = 500
  static let batchBytes = 4 << 20

  private let catalog: any CatalogService
  private let pricing: any PricingService
  private let inventory: any InventoryService
  private let merchants: any MerchantService
  private let note: @Sendable (Deed) async throws -> Void

  /// - Parameter note: puts into the log that an import begins, without which it doesn't, and what came of it.
  public init(
    catalog: any CatalogService, pricing: any PricingService, inventory: any InventoryService,
    merchants: any MerchantService, note: @escaping @Sendable (Deed) async throws -> Void
  ) {
    self.catalog = catalog
    self.pricing = pricing
    self.inventory = inventory
    self.merchants = merchants
    self.note = note
  }

  /// - Parameters:
  ///   - begun: how far an earlier run of the same file has come, whose products are passed over; nil begins.
  ///   - progress: told at the start, about once a second, and at the end.
  ///   - step: told after each batch how far it is and what was found since; what it throws ends the run. With it the
  ///     report lists nothing.
  /// - Throws: `ImportFault` when the file as a whole can't be read, before anything is changed; `CancellationError`
  ///   between batches.
  public func run(
    file: URL, options: ImportOptions = ImportOptions(), begun: ImportFigures? = nil,
    progress: @escaping @Sendable (ImportProgress) -> Void = { _ in },
    step: (@Sendable (ImportStep) async throws -> Void)? = nil
  ) async throws -> ImportReport {
    let owners = try await owners(options)
    let state = try FileState(file)
    let text = try TextDecoding.decode(file, as: options.encoding)
    defer { text.removeIfTemporary() }
    let sheet = try ProductSheet(text.url)
    let rows = ProductRows(columns: sheet.columns, currency: options.currency, filesAddress: options.filesAddress)
    var report = begun.map { ImportReport(resuming: $0) } ?? self.report(on: sheet, of: text, stock: options.stock)
    if options.isRehearsal { report.preview = ImportPreview(sheet, read: text) }
    if begun == nil, !options.isRehearsal {
      try await note(Self.begun(file, products: sheet.productCount, options, of: owners))
    }
    let shelves = ImportShelves(
      catalog: catalog, makesCategories: options.makesCategories, broughtBy: options.broughtBy,
      isRehearsal: options.isRehearsal)
    let batches = ImportBatch(
      catalog: catalog, pricing: pricing, inventory: inventory, options: options, shelves: shelves)

    var batch = Waiting()
    var teller = Teller(sheet: sheet, bytesTotal: text.size, progress: progress)
    teller.tell(report)
    var saved = begun?.done ?? 0
    func save() async throws {
      try Task.checkCancellation()
      // A copy is read by itself; of the file, places were noted that would lead astray.
      guard try text.isTemporary || FileState(file) == state else { throw ImportFault.changed(file.path) }
      try await batches.save(batch.take(), of: owners, at: saved, into: &report)
      saved = teller.products
      guard let step else { return }
      let notes = report.takeNotes()
      try await step(ImportStep(report.figures(done: teller.products, of: sheet.productCount), notes: notes))
    }
    while teller.products < begun?.done ?? 0, try sheet.next() != nil { teller.products += 1 }
    while let group = try sheet.next() {
      teller.products += 1
      if let product = read(group, by: rows, into: &report) { batch.add(product) }
      if batch.isFull { try await save() }
      teller.tellEachSecond(report)
    }
    try await save()
    teller.tell(report)
    if options.isRehearsal {
      let figures = report.figures(done: teller.products, of: sheet.productCount)
      let (brands, categories) = (await shelves.newBrands, await shelves.newCategories)
      report.preview?.add(brands: brands, categories: categories, figures: figures)
    } else {
      try await note(Self.done(file, report, options, of: owners))
    }
    return report
  }

  private static func begun(_ file: URL, products: Int, _ options: ImportOptions, of owners: ImportOwners) -> Deed {
    Deed(
      "catalog.import", on: "file", named: options.fileName ?? file.lastPathComponent, of: owners.only,
      after: ["products": products, "stock": "\(options.stock)"])
  }

  private static func done(
    _ file: URL, _ report: ImportReport, _ options: ImportOptions, of owners: ImportOwners
  ) -> Deed {
    Deed(
      "catalog.imported", on: "file", named: options.fileName ?? file.lastPathComponent, of: owners.only,
      after: [
        "created": report.created, "updated": report.updated, "unchanged": report.unchanged,
        "refused": report.refusedCount,
      ])
  }

  /// Products that were read and not yet saved.
  private struct Waiting {
    private var products: [ImportedProduct] = []
    private var bytes = 0

    var isFull: Bool { products.count >= ImportCatalog.batchSize || bytes >= ImportCatalog.batchBytes }

    mutating func add(_ product: ImportedProduct) {
      products.append(product)
      bytes += product.size
    }

    mutating func take() -> [ImportedProduct] {
      defer { self = Waiting() }
      return products
    }
  }

  private struct Teller {
    let sheet: ProductSheet
    let bytesTotal: Int
    let progress: @Sendable (ImportProgress) -> Void
    var products = 0
    private var told = ContinuousClock.now

    init(sheet: ProductSheet, bytesTotal: Int, progress: @escaping @Sendable (ImportProgress) -> Void) {
      self.sheet = sheet
      self.bytesTotal = bytesTotal
      self.progress = progress
    }

    func tell(_ report: ImportReport) {
      progress(
        ImportProgress(
          bytes: min(sheet.offset, bytesTotal), bytesTotal: bytesTotal, products: products,
          productsTotal: sheet.productCount, refused: report.refusedCount))
    }

    mutating func tellEachSecond(_ report: ImportReport) {
      guard told.duration(to: .now) >= .seconds(1) else { return }
      told = .now
      tell(report)
    }
  }

  private func read(_ group: ProductGroup, by rows: ProductRows, into report: inout ImportReport) -> ImportedProduct? {
    var notes: [ImportReport.Note] = []
    defer { report.warn(notes) }
    do {
      return try rows.product(of: group, notes: &notes)
    } catch {
      let handle = group.key.split(separator: "\u{0}").last.map { String($0.prefix(Slug.limit)) } ?? ""
      report.refuse(ImportReport.Note(line: error.line, handle: handle, code: error.code, reason: error.reason))
      return nil
    }
  }

  private func report(on sheet: ProductSheet, of text: DecodedFile, stock: ImportOptions.Stock) -> ImportReport {
    var report = ImportReport()
    report.rows = sheet.rowCount
    report.encoding = text.encoding
    func warn(_ code: String, _ reason: String) {
      report.warn([ImportReport.Note(line: 1, handle: "", code: code, reason: reason)])
    }
    if text.isGuess {
      warn(
        "guessedEncoding",
        "The file isn't UTF-8 and was read as \(text.encoding); if letters are wrong, say which it is (--encoding).")
    }
    if text.brokenBytes > 0 {
      warn("brokenBytes", "\(text.brokenBytes) bytes aren't UTF-8 and were read as U+FFFD.")
    }
    for name in sheet.columns.repeated {
      warn("repeatedColumn", "The column '\(name.prefix(60))' stands twice in the file; the first one counts.")
    }
    if !sheet.columns.has(.price) {
      warn("noPriceColumn", "The file has no prices; new products aren't for sale until they are priced.")
    }
    let stockColumns: [ProductColumn] = [.inventoryQuantity, .inventoryTracker, .inventoryPolicy]
    if stock != .keep, !stockColumns.contains(where: sheet.columns.has) {
      warn("noStockColumn", "The file has no stock numbers; new products are sold out until they are counted.")
    }
    for number in 0..<sheet.strayCount {
      // Only the first are listed, so the lines of the others aren't kept.
      let line = number < sheet.strayLines.count ? sheet.strayLines[number] : 0
      report.refuse(
        ImportReport.Note(line: line, handle: "", code: "noHandle", reason: "The row has neither handle nor title."))
    }
    return report
  }

  private func owners(_ options: ImportOptions) async throws -> ImportOwners {
    let all = try await merchants.merchants()
    guard let first = all.first else { throw ImportFault.noMerchant }
    guard let slug = options.merchant else {
      let named = Dictionary(all.map { ($0.slug.rawValue, $0.id) }, uniquingKeysWith: { first, _ in first })
      return ImportOwners(standard: first.id, named: named)
    }
    guard let chosen = all.first(where: { $0.slug == slug }) else { throw ImportFault.unknownMerchant(slug.rawValue) }
    return ImportOwners(standard: chosen.id, named: nil)
  }
}

/// Whose products a file brings.
struct ImportOwners: Sendable {
  let standard: MerchantID
  /// By slug; nil when the file's column doesn't count.
  let named: [String: MerchantID]?

  /// Whose all products are; nil when the file says whose each is.
  var only: MerchantID? { named == nil ? standard : nil }

  /// Nil for a name that no merchant has.
  func owner(_ name: String) -> MerchantID? {
    guard let named, !name.isEmpty else { return standard }
    return named[name]
  }
}
