extension Collection where SubSequence == ArraySlice<Element> {
  /// Hands the rows over in parts, each for one statement. There are few different sizes, so that statements stay prepared,
  /// and none above the number of rows of which MariaDB warns one by one (`max_error_count`).
  public func inParts(_ body: (ArraySlice<Element>) throws -> Void) rethrows {
    var rest = self[...]
    while let size = RowParts.sizes.first(where: { $0 <= rest.count }) {
      try body(rest.prefix(size))
      rest = rest.dropFirst(size)
    }
  }
}

enum RowParts {
  static let sizes = [64, 8, 1]
}
