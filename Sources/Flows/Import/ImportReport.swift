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
    /// An English sentence for people.
    public let reason: String

    public init(line: Int, handle: String, code: String, reason: String) {
      self.line = line
      self.handle = handle
      self.code = code
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

  public init() {}

  public var products: Int { created + updated + unchanged + refusedCount }

  mutating func refuse(_ note: Note) {
    refusedCount += 1
    if refused.count < Self.listLimit { refused.append(note) }
  }

  mutating func warn(_ notes: [Note]) {
    warningCount += notes.count
    warnings += notes.prefix(Self.listLimit - warnings.count)
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
