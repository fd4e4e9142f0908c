/// Steele and Vigna's SplitMix64: all that a world leaves to chance comes from its seed.
struct Dice: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Seeds that follow one another give worlds that have nothing in common.
  init(seed: UInt64) { state = seed &* 0xD6E8_FEB8_6659_FD93 }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

  /// - Parameter percent: 0 is never, 100 always.
  mutating func happens(_ percent: Int) -> Bool { percent > 0 && number(1...100) <= percent }

  mutating func pick<Item>(_ items: [Item]) -> Item? { items.randomElement(using: &self) }
}
