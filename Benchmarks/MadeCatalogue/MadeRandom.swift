/// The numbers of one seed, the same on every machine (SplitMix64; Steele, Lea and Flood 2014).
public struct MadeRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(_ seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  /// 0 up to but not the bound.
  mutating func below(_ bound: Int) -> Int { Int(truncatingIfNeeded: next() >> 1) % max(bound, 1) }

  mutating func share() -> Double { Double(next() >> 11) / Double(1 << 53) }

  mutating func happens(_ share: Double) -> Bool { self.share() < share }
}

/// Draws numbers of which the first are common and the last rare, as words and brands are.
struct Zipf: Sendable {
  private let sums: [Double]

  /// - Parameter exponent: 1 as in language; less is more even.
  init(_ count: Int, exponent: Double) {
    var sum = 0.0
    // x^s by its series would be no plainer: exponents are multiples of a half, so that roots will do.
    sums = (1...max(count, 1)).map { rank in
      let root = Double(rank).squareRoot()
      sum += exponent >= 1 ? 1 / Double(rank) : 1 / root
      return sum
    }
  }

  func draw(_ random: inout MadeRandom) -> Int {
    let wanted = random.share() * (sums.last ?? 0)
    var (low, high) = (0, sums.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if sums[middle] <= wanted { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
