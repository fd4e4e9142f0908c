/// A row of the books that disagrees with the rows it should follow from, as `martlet audit` names it.
public struct Discrepancy: Hashable, Codable, Sendable, CustomStringConvertible {
  /// `stock`, `orders`, `payments`.
  public let book: String
  /// The row, by its identifier.
  public let row: String
  public let expected: String
  public let found: String

  public init(book: String, row: String, expected: String, found: String) {
    self.book = book
    self.row = row
    self.expected = expected
    self.found = found
  }

  public var description: String { "\(book): \(row): expected \(expected), found \(found)" }
}
