/// The columns as they lie in memory, for loops over very many documents. Good only within `withView`.
struct ColumnView {
  let count: Int
  let product: UnsafePointer<Int64>
  let price: UnsafePointer<Int64>
  let merchant: UnsafePointer<UInt32>
  let category: UnsafePointer<UInt32>
  let brand: UnsafePointer<UInt32>
  let createdAt: UnsafePointer<UInt32>
  let sold: UnsafePointer<Int32>
  let reviews: UnsafePointer<UInt32>
  let currency: UnsafePointer<UInt8>
  let flags: UnsafePointer<UInt8>
  let rating: UnsafePointer<UInt8>
  let lengths: UnsafePointer<UInt8>
  let choices: UnsafePointer<UInt32>
  let choiceEnds: UnsafePointer<UInt32>

  func choices(of number: Int) -> UnsafeBufferPointer<UInt32> {
    let start = number == 0 ? 0 : Int(choiceEnds[number - 1])
    return UnsafeBufferPointer(start: choices + start, count: Int(choiceEnds[number]) - start)
  }

  /// Of each field eight bits, the first field's lowest.
  @inline(__always)
  func lengths(of number: Int) -> UInt64 {
    let first = lengths + number * Field.count
    return (0..<Field.count).reduce(UInt64(0)) { $0 | UInt64(first[$1]) << UInt64(8 * $1) }
  }
}

extension Columns {
  /// Nil when there are no documents.
  func withView<Value>(_ body: (ColumnView) -> Value) -> Value? {
    guard count > 0 else { return nil }
    return withExtendedLifetime(self) {
      body(
        ColumnView(
          count: count, product: product.pointer, price: price.pointer, merchant: merchant.pointer,
          category: category.pointer, brand: brand.pointer, createdAt: createdAt.pointer, sold: sold.pointer,
          reviews: reviews.pointer, currency: currency.pointer, flags: flags.pointer, rating: rating.pointer,
          lengths: lengths.pointer, choices: choices.pointer, choiceEnds: choiceEnds.pointer))
    }
  }
}
