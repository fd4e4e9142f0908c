import Imports
import Values

/// A file of goods on its way into the shop.
struct ImportAnswer: Encodable, Sendable {
  /// Those that are seen: what is arriving isn't there yet.
  static let states = ImportState.allCases.filter { $0 != .arriving }.map(\.rawValue)

  struct Figures: Encodable, Sendable {
    let rows: Int
    let products: Int
    /// Of these, gone through.
    let done: Int
    let created: Int
    let updated: Int
    let unchanged: Int
    let refused: Int
    let warnings: Int

    init(_ figures: ImportFigures) {
      rows = figures.rows
      products = figures.products
      done = figures.done
      created = figures.created
      updated = figures.updated
      unchanged = figures.unchanged
      refused = figures.refused
      warnings = figures.warnings
    }
  }

  let id: String
  /// Null where the file says of each whose it is.
  @OrNull var merchant: String?
  let staff: String
  let fileName: String
  /// Bytes.
  let size: Int
  let stock: String
  @OrNull var encoding: String?
  let state: String
  let hasFile: Bool
  let figures: Figures
  /// Why it failed.
  @OrNull var fault: String?
  let createdAt: String
  let changedAt: String
  @OrNull var startedAt: String?
  @OrNull var finishedAt: String?

  init(_ run: ImportRun) {
    id = run.id.description
    _merchant = OrNull(wrappedValue: run.merchant?.description)
    staff = run.staff.description
    fileName = run.fileName
    size = run.size
    stock = run.rules.stock.rawValue
    _encoding = OrNull(wrappedValue: run.rules.encoding)
    state = run.state.rawValue
    hasFile = run.hasFile
    figures = Figures(run.figures)
    _fault = OrNull(wrappedValue: run.fault?.code)
    createdAt = run.createdAt.description
    changedAt = run.changedAt.description
    _startedAt = OrNull(wrappedValue: run.startedAt?.description)
    _finishedAt = OrNull(wrappedValue: run.finishedAt?.description)
  }
}

/// One file with what its check found.
struct ImportDetailAnswer: Encodable, Sendable {
  struct Preview: Encodable, Sendable {
    struct Column: Encodable, Sendable {
      let name: String
      /// Null for what the shop has no place for and keeps as it is.
      @OrNull var meaning: String?
      let isIdle: Bool
    }

    struct Sample: Encodable, Sendable {
      let line: Int
      let handle: String
      let title: LocalizedText
      let category: LocalizedText
      let brand: String
      let variants: Int
      @OrNull var lowest: MoneyAnswer?
      let outcome: String

      init(_ sample: ImportPreview.Sample) {
        line = sample.line
        handle = sample.handle
        title = sample.title
        category = sample.category
        brand = sample.brand
        variants = sample.variants
        _lowest = OrNull(wrappedValue: sample.lowest.map(MoneyAnswer.init))
        outcome = sample.outcome.rawValue
      }
    }

    let encoding: String
    let delimiter: String
    let columns: [Column]
    let samples: [Sample]
    let newCategories: [String]
    let newCategoryCount: Int
    let newBrands: [String]
    let newBrandCount: Int
    let figures: ImportAnswer.Figures

    init(_ preview: ImportPreview) {
      encoding = preview.encoding
      delimiter = preview.delimiter
      columns = preview.columns.map {
        Column(name: $0.name, meaning: $0.meaning, isIdle: $0.isIdle)
      }
      samples = preview.samples.map(Sample.init)
      newCategories = preview.newCategories
      newCategoryCount = preview.newCategoryCount
      newBrands = preview.newBrands
      newBrandCount = preview.newBrandCount
      figures = ImportAnswer.Figures(preview.figures)
    }
  }

  let `import`: ImportAnswer
  /// Null until the check is through.
  @OrNull var preview: Preview?

  init(_ run: ImportRun) {
    `import` = ImportAnswer(run)
    _preview = OrNull(wrappedValue: run.preview.map(Preview.init))
  }
}

struct ImportNoteAnswer: Encodable, Sendable {
  let line: Int
  let handle: String
  @OrNull var column: String?
  /// `refused` or `warning`.
  let kind: String
  let code: String
  let reason: String

  init(_ note: ImportNote) {
    line = note.line
    handle = note.handle
    _column = OrNull(wrappedValue: note.column)
    kind = note.isWarning ? "warning" : "refused"
    code = note.code
    reason = note.reason
  }

  /// A row of the file of what was found.
  var cells: [String] { [String(line), handle, column ?? "", kind, code, reason] }
}
