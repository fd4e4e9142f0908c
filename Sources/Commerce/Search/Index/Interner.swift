/// Small numbers for values that repeat; 0 stands for none.
struct Interner<Value: Hashable & Sendable>: Sendable {
  private var values: [Value] = []
  private var numbers: [Value: UInt32] = [:]

  /// One more than the largest number.
  var count: Int { values.count + 1 }

  subscript(_ number: UInt32) -> Value? { number == 0 || Int(number) > values.count ? nil : values[Int(number) - 1] }

  /// 0 when it was never numbered.
  func known(_ value: Value) -> UInt32 { numbers[value] ?? 0 }

  mutating func number(of value: Value) -> UInt32 {
    if let known = numbers[value] { return known }
    values.append(value)
    let number = UInt32(values.count)
    numbers[value] = number
    return number
  }
}
