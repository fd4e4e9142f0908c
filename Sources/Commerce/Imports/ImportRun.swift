import Values

/// A file of goods on its way into the shop.
public struct ImportRun: Hashable, Codable, Sendable {
  /// Bytes of a kept piece, at most.
  public static let pieceSize = 512 * 1024
  /// Bytes of a file, at most.
  public static let longestFile = 50 << 20
  /// Notes that are kept of a run; further ones are counted alone.
  public static let mostNotes = 10_000

  public let id: ImportRunID
  /// Whose goods; nil when the file says of each whose it is.
  public let merchant: MerchantID?
  public let staff: StaffID
  /// As its browser called it.
  public let fileName: String
  /// Bytes.
  public let size: Int
  public let rules: ImportRules
  public let state: ImportState
  /// Whether a check made it ready once, so that it goes on with the run itself.
  public let isChecked: Bool
  /// Whether its file is still kept.
  public let hasFile: Bool
  /// Of the check while it isn't started, of the run itself afterwards.
  public let figures: ImportFigures
  /// What the check found; nil until it is through.
  public let preview: ImportPreview?
  /// Why it failed.
  public let fault: ImportFailure?
  public let createdAt: Timestamp
  public let changedAt: Timestamp
  public let startedAt: Timestamp?
  public let finishedAt: Timestamp?

  public init(
    id: ImportRunID, merchant: MerchantID?, staff: StaffID, fileName: String, size: Int, rules: ImportRules,
    state: ImportState, isChecked: Bool, hasFile: Bool, figures: ImportFigures, preview: ImportPreview?,
    fault: ImportFailure?, createdAt: Timestamp, changedAt: Timestamp, startedAt: Timestamp?, finishedAt: Timestamp?
  ) {
    self.id = id
    self.merchant = merchant
    self.staff = staff
    self.fileName = fileName
    self.size = size
    self.rules = rules
    self.state = state
    self.isChecked = isChecked
    self.hasFile = hasFile
    self.figures = figures
    self.preview = preview
    self.fault = fault
    self.createdAt = createdAt
    self.changedAt = changedAt
    self.startedAt = startedAt
    self.finishedAt = finishedAt
  }
}

/// How the file is to be read.
public struct ImportRules: Hashable, Codable, Sendable {
  public enum Stock: String, CaseIterable, Codable, Sendable {
    /// Stock becomes what the file says.
    case set
    /// Only of what was never counted.
    case new
    case keep
  }

  public var stock: Stock
  /// A name of an encoding; nil finds it out.
  public var encoding: String?

  public init(stock: Stock, encoding: String? = nil) {
    self.stock = stock
    self.encoding = encoding
  }
}

public struct ImportDraft: Sendable {
  public var merchant: MerchantID?
  public var fileName: String
  public var size: Int
  public var rules: ImportRules

  public init(merchant: MerchantID?, fileName: String, size: Int, rules: ImportRules) {
    self.merchant = merchant
    self.fileName = fileName
    self.size = size
    self.rules = rules
  }
}

/// How far it is, in products of the file.
public struct ImportFigures: Hashable, Codable, Sendable {
  public var rows: Int
  public var products: Int
  /// Of these, gone through.
  public var done: Int
  public var created: Int
  public var updated: Int
  public var unchanged: Int
  public var refused: Int
  public var warnings: Int

  public init(
    rows: Int = 0, products: Int = 0, done: Int = 0, created: Int = 0, updated: Int = 0, unchanged: Int = 0,
    refused: Int = 0, warnings: Int = 0
  ) {
    self.rows = rows
    self.products = products
    self.done = done
    self.created = created
    self.updated = updated
    self.unchanged = unchanged
    self.refused = refused
    self.warnings = warnings
  }

  /// 0…100.
  public var percent: Int { products == 0 ? 0 : min(100, done * 100 / products) }
}

/// Something about one product or row of the file.
public struct ImportNote: Hashable, Codable, Sendable {
  public var isWarning: Bool
  /// Line of the file, from 1.
  public var line: Int
  public var handle: String
  /// Stable: `noTitle`, `badPrice` …
  public var code: String
  /// The column that it is about, as the format calls it; nil where it is about more.
  public var column: String?
  /// An English sentence with the particulars.
  public var reason: String

  public init(isWarning: Bool, line: Int, handle: String, code: String, column: String? = nil, reason: String) {
    self.isWarning = isWarning
    self.line = line
    self.handle = handle
    self.code = code
    self.column = column
    self.reason = reason
  }
}

public struct ImportFailure: Hashable, Codable, Sendable {
  public var code: String
  public var details: [String: String]

  public init(code: String, details: [String: String] = [:]) {
    self.code = code
    self.details = details
  }
}
