import Values

/// What people judged of finds: lines of a query, a product and how well the product answers the query.
///
/// Grades are 0 (no answer) … 3 (exactly what is meant), or 0 … 1; decimals will do. What has grade 1 or more counts as
/// relevant. Where the first line has no grade it names the columns and is passed over.
public struct JudgementFile: Hashable, Sendable {
  /// Bytes of a file.
  public static let longest = 2 << 20
  public static let mostLines = 50_000
  public static let grades = 0.0...3.0
  /// Characters of a product's name in the file.
  private static let longestProduct = 200
  /// Faults that are told; a file of another kind has one on every line.
  public static let mostFaults = 100

  public struct Line: Hashable, Sendable {
    /// In the file, from 1.
    public let line: Int
    public let query: String
    /// As the file names it: a handle, an id (`prd_…`) or a SKU.
    public let product: String
    public let grade: Double

    public init(line: Int, query: String, product: String, grade: Double) {
      self.line = line
      self.query = query
      self.product = product
      self.grade = grade
    }
  }

  public struct Fault: Hashable, Sendable {
    public enum Kind: String, CaseIterable, Sendable {
      /// Less or more than three columns.
      case columns
      case noQuery, queryTooLong, noProduct, productTooLong
      /// No number within the grades.
      case grade
      /// The same product for the same query on a line before.
      case judgedTwice
      case tooManyLines
    }

    public let line: Int
    public let kind: Kind

    public init(line: Int, kind: Kind) {
      self.line = line
      self.kind = kind
    }
  }

  /// Of records without faults, in the order of the file.
  public private(set) var lines: [Line] = []
  /// The first `mostFaults`.
  public private(set) var faults: [Fault] = []
  private var judged: Set<Pair> = []
  private var isBegun = false

  private struct Pair: Hashable {
    let query: String
    let product: String
  }

  public init() {}

  /// Takes the next record.
  /// - Parameter line: in the file, from 1.
  /// - Returns: false when there are more lines than are read.
  @discardableResult
  public mutating func add(_ fields: [String], line: Int) -> Bool {
    let isFirst = !isBegun
    isBegun = true
    let fields = fields.map { $0.trimmed }
    // Spreadsheets write empty columns behind the last.
    guard fields.count >= 3, fields[3...].allSatisfy(\.isEmpty) else {
      note(.columns, line)
      return true
    }
    guard let grade = Self.grade(fields[2]) else {
      if !(isFirst && !fields[2].contains(where: \.isNumber)) { note(.grade, line) }
      return true
    }
    guard lines.count < Self.mostLines else {
      note(.tooManyLines, line)
      return false
    }
    if let kind = Self.fault(query: fields[0], product: fields[1]) {
      note(kind, line)
    } else if judged.insert(Pair(query: Self.key(fields[0]), product: fields[1])).inserted {
      lines.append(Line(line: line, query: fields[0], product: fields[1], grade: grade))
    } else {
      note(.judgedTwice, line)
    }
    return true
  }

  /// Queries that differ in case or spaces alone are one.
  public static func key(_ query: String) -> String {
    query.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private static func fault(query: String, product: String) -> Fault.Kind? {
    if query.isEmpty { return .noQuery }
    if query.unicodeScalars.count > SearchQuery.longestText { return .queryTooLong }
    if product.isEmpty { return .noProduct }
    return product.unicodeScalars.count > longestProduct ? .productTooLong : nil
  }

  /// A decimal with a point or a comma, and nothing else that a number may look like.
  private static func grade(_ text: String) -> Double? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) || $0 == 0x2E || $0 == 0x2C }),
      let grade = Double(text.replacing(",", with: ".")), grades.contains(grade)
    else { return nil }
    return grade
  }

  private mutating func note(_ kind: Fault.Kind, _ line: Int) {
    if faults.count < Self.mostFaults { faults.append(Fault(line: line, kind: kind)) }
  }
}

extension String {
  fileprivate var trimmed: String {
    guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace }) else {
      return ""
    }
    return String(self[first...last])
  }
}
