import Imports
import Values

/// What an import did.
public struct ImportReport: Hashable, Sendable {
  /// At most this many refusals, and as many warnings, are listed; all are counted.
  public static let listLimit = 1000

  /// Something about one product or row.
  public struct Note: Hashable, Sendable, CustomStringConvertible {
    /// Line of the file, from 1. In a file that was recoded, of its text.
    public let line: Int
    public let handle: String
    /// Stable, camelCase: `noTitle`, `badPrice` …
    public let code: String
    /// The column that it is about, where the code doesn't say it.
    public let column: String?
    /// An English sentence for people.
    public let reason: String

    public init(line: Int, handle: String, code: String, column: String? = nil, reason: String) {
      self.line = line
      self.handle = handle
      self.code = code
      self.column = column
      self.reason = reason
    }

    public var description: String { "line \(line): \(handle.isEmpty ? "" : "\(handle): ")\(reason)" }
  }

  public internal(set) var created = 0
  /// Content, a price or the stock differed.
  public internal(set) var updated = 0
  public internal(set) var unchanged = 0
  public private(set) var refusedCount = 0
  public private(set) var refused: [Note] = []
  public private(set) var warningCount = 0
  public private(set) var warnings: [Note] = []
  public internal(set) var rows = 0
  public internal(set) var encoding = TextEncoding.utf8
  /// Of a rehearsal: what the file would do.
  public internal(set) var preview: ImportPreview?

  public init() {}

  init(created: Int, updated: Int, unchanged: Int, refused: Int, warnings: Int) {
    self.created = created
    self.updated = updated
    self.unchanged = unchanged
    refusedCount = refused
    warningCount = warnings
  }

  public var products: Int { created + updated + unchanged + refusedCount }

  mutating func refuse(_ note: Note) {
    refusedCount += 1
    if refused.count < Self.listLimit { refused.append(note) }
  }

  mutating func warn(_ notes: [Note]) {
    warningCount += notes.count
    warnings += notes.prefix(Self.listLimit - warnings.count)
  }

  /// What is listed, which is forgotten; all stay counted.
  mutating func takeLists() -> (refused: [Note], warnings: [Note]) {
    defer { (refused, warnings) = ([], []) }
    return (refused, warnings)
  }
}

/// How far an import is.
public struct ImportProgress: Hashable, Sendable {
  public let bytes: Int
  public let bytesTotal: Int
  public let products: Int
  public let productsTotal: Int
  public let refused: Int

  /// 0…1.
  public var fraction: Double { productsTotal == 0 ? 1 : min(1, Double(products) / Double(productsTotal)) }
}

public struct ImportOptions: Sendable {
  public enum Stock: Sendable {
    /// On-hand becomes the file's number, every time.
    case set
    /// Only variants that were never counted; what was sold since the first import stays sold.
    case newOnly
    case keep
  }

  /// For whom; nil takes the file's `Merchant` column, and without one the merchant who was first.
  public var merchant: Slug?
  /// Nil finds it out.
  public var encoding: TextEncoding?
  public var currency: Currency
  public var channel: Channel
  public var stock: Stock
  /// Beginning of the addresses under which this shop's own picture files are known, as an export writes them.
  public var filesAddress: String
  /// Stores nothing, and finds out what it would do.
  public var isRehearsal = false
  /// Whether categories that aren't there are made; else goods lie as near as there is one.
  public var makesCategories = true
  /// The merchant whose staff bring the file, who may bring only so many new brands; nil for the platform's.
  public var broughtBy: MerchantID?
  /// Whether what the file publishes has to be let in by the platform first.
  public var needsAdmission = false
  /// Whether what it changes in goods that are published has to be let in again.
  public var asksAgain = false
  /// What the file is called where it isn't by its own name.
  public var fileName: String?
  /// Names the run, so that one that is carried on counts stock once; nil for a run of its own.
  public var run: String?

  public init(
    merchant: Slug? = nil, encoding: TextEncoding? = nil, currency: Currency = .cny, channel: Channel = .main,
    stock: Stock = .set, filesAddress: String = "martlet:files/"
  ) {
    self.merchant = merchant
    self.encoding = encoding
    self.currency = currency
    self.channel = channel
    self.stock = stock
    self.filesAddress = filesAddress
  }
}
