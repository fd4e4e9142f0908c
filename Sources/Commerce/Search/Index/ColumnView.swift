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
}

extension Columns {
  /// Nil when there are no documents.
  func withView<Value>(_ body: (ColumnView) -> Value) -> Value? {
    guard count > 0 else { return nil }
    return withExtendedLifetime(self) {
      withFigures { price, sold, reviews, currency, flags, rating in
        body(
          ColumnView(
            count: count, product: product.pointer, price: price, merchant: merchant.pointer,
            category: category.pointer, brand: brand.pointer, createdAt: createdAt.pointer, sold: sold,
            reviews: reviews, currency: currency, flags: flags, rating: rating, lengths: lengths.pointer,
            choices: choices.pointer, choiceEnds: choiceEnds.pointer))
      }
    }
  }

  private typealias Figures<Value> = (
    UnsafePointer<Int64>, UnsafePointer<Int32>, UnsafePointer<UInt32>, UnsafePointer<UInt8>, UnsafePointer<UInt8>,
    UnsafePointer<UInt8>
  ) -> Value?

  private func withFigures<Value>(_ body: Figures<Value>) -> Value? {
    price.withUnsafeBufferPointer { price in
      sold.withUnsafeBufferPointer { sold in
        reviews.withUnsafeBufferPointer { reviews in
          currency.withUnsafeBufferPointer { currency in
            flags.withUnsafeBufferPointer { flags in
              rating.withUnsafeBufferPointer { rating -> Value? in
                guard let price = price.baseAddress, let sold = sold.baseAddress, let reviews = reviews.baseAddress,
                  let currency = currency.baseAddress, let flags = flags.baseAddress, let rating = rating.baseAddress
                else { return nil }
                return body(price, sold, reviews, currency, flags, rating)
              }
            }
          }
        }
      }
    }
  }
}
