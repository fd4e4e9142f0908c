/// The documents that meet a want, ascending, each with the way that meets it best and the fields.
struct WantList: Sendable {
  private(set) var numbers: [UInt32] = []
  /// The way's place above the field bits.
  private(set) var codes: [UInt16] = []
  /// How many documents each way finds.
  private(set) var counts: [Int] = []
  let weight: Double

  /// A document that doesn't meet the want.
  static let none = UInt16.max

  /// - Parameters:
  ///   - ways: what each of the ways found.
  ///   - worth: what a find by the way with these fields is worth about, for choosing between ways.
  init(_ ways: [Postings], weight: Double, worth: (_ way: Int, _ bits: UInt8) -> Float) {
    self.weight = weight
    counts = ways.map(\.count)
    for (way, postings) in ways.enumerated().prefix(512) where !postings.isEmpty {
      let codes = way == 0 ? postings.bits : postings.bits.map { UInt16(way) << 6 | $0 }
      if numbers.isEmpty {
        (numbers, self.codes) = (postings.numbers, codes)
      } else {
        unite(postings.numbers, codes, worth)
      }
    }
  }

  private mutating func unite(_ others: [UInt32], _ otherCodes: [UInt16], _ worth: (Int, UInt8) -> Float) {
    var (united, unitedCodes): ([UInt32], [UInt16]) = ([], [])
    united.reserveCapacity(numbers.count + others.count)
    unitedCodes.reserveCapacity(numbers.count + others.count)
    func value(_ code: UInt16) -> Float { worth(Int(code >> 6), UInt8(code & 63)) }
    var (left, right) = (0, 0)
    while left < numbers.count || right < others.count {
      if right == others.count || left < numbers.count && numbers[left] < others[right] {
        united.append(numbers[left])
        unitedCodes.append(codes[left])
        left += 1
      } else if left == numbers.count || others[right] < numbers[left] {
        united.append(others[right])
        unitedCodes.append(otherCodes[right])
        right += 1
      } else {
        united.append(numbers[left])
        unitedCodes.append(value(codes[left]) >= value(otherCodes[right]) ? codes[left] : otherCodes[right])
        left += 1
        right += 1
      }
    }
    (numbers, codes) = (united, unitedCodes)
  }
}

// MARK: Sets of documents

enum Candidates {
  /// Those that are in all of the lists.
  static func inAll(_ lists: [WantList]) -> [UInt32] {
    let sorted = lists.sorted { $0.numbers.count < $1.numbers.count }
    guard var numbers = sorted.first?.numbers else { return [] }
    for list in sorted.dropFirst() {
      if numbers.isEmpty { break }
      keepCommon(&numbers, list.numbers)
    }
    return numbers
  }

  private static func keepCommon(_ numbers: inout [UInt32], _ list: [UInt32]) {
    var kept = 0
    list.withUnsafeBufferPointer { list in
      numbers.withUnsafeMutableBufferPointer { numbers in
        let leaps = list.count > numbers.count * 16
        var place = 0
        for index in numbers.indices {
          let number = numbers[index]
          place = seek(number, in: list, from: place, leaps: leaps)
          guard place < list.count else { break }
          if list[place] == number {
            numbers[kept] = number
            kept += 1
          }
        }
      }
    }
    numbers.removeLast(numbers.count - kept)
  }

  /// The first place from there on whose number isn't smaller. Where the list is much longer it is leapt through.
  @inline(__always)
  private static func seek(
    _ number: UInt32, in list: UnsafeBufferPointer<UInt32>, from start: Int, leaps: Bool
  ) -> Int {
    var place = start
    guard leaps else {
      while place < list.count, list[place] < number { place += 1 }
      return place
    }
    var step = 1
    while place + step < list.count, list[place + step] < number {
      place += step
      step *= 2
    }
    var high = min(place + step, list.count)
    while place < high {
      let middle = (place + high) / 2
      if list[middle] < number { place = middle + 1 } else { high = middle }
    }
    return place
  }

  /// The postings of those that hold all of the tokens, with the fields that hold them together, if there are any.
  static func common(_ all: [Postings]) -> Postings {
    let sorted = all.sorted { $0.count < $1.count }
    guard var result = sorted.first else { return Postings() }
    for other in sorted.dropFirst() {
      var common = Postings()
      let leaps = other.count > result.count * 16
      other.numbers.withUnsafeBufferPointer { list in
        var place = 0
        for (index, number) in result.numbers.enumerated() {
          place = seek(number, in: list, from: place, leaps: leaps)
          guard place < list.count else { break }
          guard list[place] == number else { continue }
          let (left, right) = (result.bits[index], other.bits[place])
          // Words that stand in different fields make no name.
          common.append(number, left & right != 0 ? left & right : (left | right) & ~UInt16(Field.head))
        }
      }
      result = common
    }
    return result
  }

  /// Those whose wants weigh at least so much together, out of `count` documents.
  /// - Parameter least: handed the most that any document has.
  static func inSome(_ lists: [WantList], of count: Int, least: (Float) -> Float) -> [UInt32] {
    var weights = [Float](repeating: 0, count: count)
    var most: Float = 0
    weights.withUnsafeMutableBufferPointer { weights in
      for list in lists {
        let weight = Float(list.weight)
        for number in list.numbers where Int(number) < count {
          weights[Int(number)] += weight
          most = max(most, weights[Int(number)])
        }
      }
    }
    guard most > 0 else { return [] }
    // Sums of the same parts in another order differ by a little.
    let needed = max(least(most) - 0.001, .leastNonzeroMagnitude)
    var numbers: [UInt32] = []
    for number in weights.indices where weights[number] >= needed { numbers.append(UInt32(number)) }
    return numbers
  }

  /// For each of the documents how it meets the want.
  static func codes(of numbers: [UInt32], in list: WantList) -> [UInt16] {
    if numbers.count == list.numbers.count, numbers == list.numbers { return list.codes }
    var codes = [UInt16](repeating: WantList.none, count: numbers.count)
    list.numbers.withUnsafeBufferPointer { wanted in
      let leaps = wanted.count > numbers.count * 16
      var place = 0
      for index in numbers.indices {
        place = seek(numbers[index], in: wanted, from: place, leaps: leaps)
        guard place < wanted.count else { break }
        if wanted[place] == numbers[index] { codes[index] = list.codes[place] }
      }
    }
    return codes
  }
}
