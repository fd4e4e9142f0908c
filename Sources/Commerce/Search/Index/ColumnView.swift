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
    withFigures { price, sold, reviews, currency, flags, rating in
      withPlaces { product, merchant, category, brand, createdAt in
        lengths.withUnsafeBufferPointer { lengths in
          choiceEnds.withUnsafeBufferPointer { ends -> Value? in
            // Without any choice in the shop there is no memory to point to; no document has one to look at.
            (choices.isEmpty ? [0] : choices).withUnsafeBufferPointer { choices -> Value? in
              guard let lengths = lengths.baseAddress, let ends = ends.baseAddress, let choices = choices.baseAddress
              else { return nil }
              return body(
                ColumnView(
                  count: count, product: product, price: price, merchant: merchant, category: category, brand: brand,
                  createdAt: createdAt, sold: sold, reviews: reviews, currency: currency, flags: flags, rating: rating,
                  lengths: lengths, choices: choices, choiceEnds: ends))
            }
          }
        }
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

  private typealias Places<Value> = (
    UnsafePointer<Int64>, UnsafePointer<UInt32>, UnsafePointer<UInt32>, UnsafePointer<UInt32>, UnsafePointer<UInt32>
  ) -> Value?

  private func withPlaces<Value>(_ body: Places<Value>) -> Value? {
    product.withUnsafeBufferPointer { product in
      merchant.withUnsafeBufferPointer { merchant in
        category.withUnsafeBufferPointer { category in
          brand.withUnsafeBufferPointer { brand in
            createdAt.withUnsafeBufferPointer { createdAt -> Value? in
              guard let product = product.baseAddress, let merchant = merchant.baseAddress,
                let category = category.baseAddress, let brand = brand.baseAddress,
                let createdAt = createdAt.baseAddress
              else { return nil }
              return body(product, merchant, category, brand, createdAt)
            }
          }
        }
      }
    }
  }
}
