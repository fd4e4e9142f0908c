import Values

/// The listed documents of each category, ascending, so that a category page doesn't walk the whole shop. Worked out when
/// first asked for after the list of documents changed.
struct Shelves: Sendable {
  let exchange: Int
  let listing: Int
  let categories: Grouped

  struct Grouped: Sendable {
    private let starts: [UInt32]
    private let numbers: [UInt32]

    /// - Parameters:
    ///   - values: of every document, 0 for none.
    ///   - count: one more than the largest value.
    init(_ columns: Columns, by values: (ColumnView) -> UnsafePointer<UInt32>, count: Int) {
      var starts = [UInt32](repeating: 0, count: count + 1)
      var numbers: [UInt32] = []
      columns.withView { view in
        let values = values(view)
        func isListed(_ number: Int) -> Bool { view.flags[number] & Columns.Flag.listed != 0 }
        for number in 0..<view.count where isListed(number) { starts[Int(values[number]) + 1] += 1 }
        for index in 1..<starts.count { starts[index] += starts[index - 1] }
        var next = starts
        numbers = [UInt32](repeating: 0, count: Int(starts[count]))
        for number in 0..<view.count where isListed(number) {
          let value = Int(values[number])
          numbers[Int(next[value])] = UInt32(number)
          next[value] += 1
        }
      }
      self.starts = starts
      self.numbers = numbers
    }

    subscript(_ value: UInt32) -> ArraySlice<UInt32> { numbers[Int(starts[Int(value)])..<Int(starts[Int(value) + 1])] }
    var counts: [Int32] { (0..<(starts.count - 1)).map { Int32(starts[$0 + 1] - starts[$0]) } }
  }

  init(_ snapshot: IndexSnapshot, exchange: Int) {
    self.exchange = exchange
    listing = snapshot.versions.listing
    let columns = snapshot.columns
    categories = Grouped(columns, by: \.category, count: columns.categories.count)
  }
}
