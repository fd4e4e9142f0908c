/// Sorted tokens in one block of bytes, found by halving.
struct TokenTable: Sendable {
  private(set) var bytes: [UInt8] = []
  private(set) var starts: [UInt32] = [0]

  var count: Int { starts.count - 1 }

  init() {}

  /// - Parameter starts: where each token begins in the bytes, and where the last ends.
  init(bytes: [UInt8], starts: [UInt32]) {
    self.bytes = bytes
    self.starts = starts
  }

  /// Tokens must come in ascending order.
  mutating func append(_ token: some Collection<UInt8>) {
    bytes.append(contentsOf: token)
    starts.append(UInt32(bytes.count))
  }

  mutating func reserve(tokens: Int, bytes count: Int) {
    starts.reserveCapacity(tokens + 1)
    bytes.reserveCapacity(count)
  }

  func token(_ index: Int) -> ArraySlice<UInt8> { bytes[Int(starts[index])..<Int(starts[index + 1])] }

  func find(_ token: [UInt8]) -> Int? {
    let index = lowerBound(token)
    return index < count && self.token(index).elementsEqual(token) ? index : nil
  }

  /// The tokens that begin with these bytes.
  func range(prefix: [UInt8]) -> Range<Int> {
    let start = lowerBound(prefix)
    var low = start
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if token(middle).starts(with: prefix) { low = middle + 1 } else { high = middle }
    }
    return start..<low
  }

  private func lowerBound(_ token: [UInt8]) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if Self.precedes(self.token(middle), token[...]) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  static func precedes(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Bool {
    let shared = min(left.count, right.count)
    var offset = 0
    while offset < shared {
      let a = left[left.startIndex + offset]
      let b = right[right.startIndex + offset]
      if a != b { return a < b }
      offset += 1
    }
    return left.count < right.count
  }
}
