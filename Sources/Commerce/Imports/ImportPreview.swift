import Values

/// What a file would do, found out without storing anything.
public struct ImportPreview: Hashable, Codable, Sendable {
  /// A column of the file and what it is taken for; nil for one that the shop has no place for and keeps as it is.
  public struct Column: Hashable, Codable, Sendable {
    public var name: String
    public var meaning: String?
    /// Stands for what an earlier column has said already.
    public var isIdle: Bool

    public init(name: String, meaning: String?, isIdle: Bool = false) {
      self.name = name
      self.meaning = meaning
      self.isIdle = isIdle
    }
  }

  /// One of the first products as it would be.
  public struct Sample: Hashable, Codable, Sendable {
    public enum Outcome: String, Codable, Sendable { case created, updated, unchanged, refused }

    public var line: Int
    public var handle: String
    public var title: LocalizedText
    public var category: LocalizedText
    public var brand: String
    public var variants: Int
    public var lowest: Money?
    public var outcome: Outcome

    public init(
      line: Int, handle: String, title: LocalizedText, category: LocalizedText, brand: String, variants: Int,
      lowest: Money?, outcome: Outcome
    ) {
      self.line = line
      self.handle = handle
      self.title = title
      self.category = category
      self.brand = brand
      self.variants = variants
      self.lowest = lowest
      self.outcome = outcome
    }
  }

  /// What is listed of categories and brands; all are counted.
  public static let mostNames = 30
  public static let mostSamples = 20
  public static let mostColumns = 120

  public var encoding: String
  /// `,`, `;` or a tab.
  public var delimiter: String
  public var columns: [Column] = []
  public var samples: [Sample] = []
  public var newCategories: [String] = []
  public var newCategoryCount = 0
  public var newBrands: [String] = []
  public var newBrandCount = 0
  public var figures = ImportFigures()

  public init(encoding: String, delimiter: String) {
    self.encoding = encoding
    self.delimiter = delimiter
  }
}
