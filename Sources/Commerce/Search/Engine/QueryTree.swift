/// A query as it is read: all wants are to be met, each in any of its ways. Without wants everything is found; a want
/// without ways can't be met.
public struct QueryTree: Hashable, Codable, Sendable {
  public var wants: [Want]
  /// Finds that hold some of the wants count where nothing holds all. False while somebody types.
  public var allowsPart: Bool

  public init(_ wants: [Want] = [], allowsPart: Bool = true) {
    self.wants = wants
    self.allowsPart = allowsPart
  }

  /// One thing asked for, such as a word with its synonyms.
  public struct Want: Hashable, Codable, Sendable {
    public var ways: [Way]
    /// How much it counts beside the others, 0…1; parts of one Chinese word share.
    public var weight: Double

    public init(_ ways: [Way], weight: Double = 1) {
      self.ways = ways
      self.weight = weight
    }
  }

  /// Tokens that a document must all hold.
  public struct Way: Hashable, Codable, Sendable {
    /// As `Analyser` writes them into the index.
    public var tokens: [String]
    /// The last token stands for all that begin with it.
    public var isPrefix: Bool
    /// 0…1: what a find by this way is worth beside the best way; less for synonyms, pinyin and completions.
    public var worth: Double

    public init(_ tokens: [String], isPrefix: Bool = false, worth: Double = 1) {
      self.tokens = tokens
      self.isPrefix = isPrefix
      self.worth = worth
    }
  }
}

/// The words of an index.
public protocol Vocabulary: Sendable {
  /// How many documents hold each, in the order asked for.
  func counts(_ tokens: [String]) async throws -> [Int]
  /// Those that begin so, of most documents first.
  func words(beginning prefix: String, limit: Int) async throws -> [(token: String, count: Int)]
  /// Words of titles, brands and categories as they are written, that begin so, of most documents first.
  func written(beginning prefix: String, limit: Int) async throws -> [(token: String, count: Int)]
  /// Words of titles, brands and categories for correcting, of most documents first: as they are written, each of three
  /// letters at least, and pairs of Chinese characters. At most 200,000.
  func spellable() async throws -> [(token: String, count: Int)]
  /// Moves when `spellable` is worth reading again.
  var revision: Int { get }
}
