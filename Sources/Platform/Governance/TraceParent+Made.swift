import Synchronization

extension TraceParent {
  /// What a request from outside brings, if W3C Trace Context takes it for one; ids of zeros alone name nothing.
  public static func received(_ text: String?) -> String? {
    guard let text = valid(text), !text.hasPrefix("ff"), trace(of: text).contains(where: { $0 != "0" }),
      text.dropFirst(36).prefix(16).contains(where: { $0 != "0" })
    else { return nil }
    return text
  }

  /// Begins a trace.
  public static func made() -> String {
    let number = next()
    return text(hex: [mixed(number, 0), mixed(number, 1), mixed(number, 2)], flags: "01")
  }

  /// A step of its own in the same trace.
  public static func step(in parent: String) -> String {
    "\(parent.prefix(36))\(text(of: mixed(next(), 2)))\(parent.suffix(3))"
  }

  /// The 32 digits that all steps of a trace share.
  public static func trace(of parent: String) -> Substring { parent.dropFirst(3).prefix(32) }

  /// The trace of the current task; nil outside of one.
  public static var trace: String? { current.map { String(trace(of: $0)) } }

  // MARK: Numbers

  /// Drawn once; asking the system for chance three times a request would cost more than the rest of it.
  private static let seeds = (0..<3).map { _ in UInt64.random(in: .min ... .max) }
  private static let count = Atomic<UInt64>(0)

  private static func next() -> UInt64 { count.wrappingAdd(1, ordering: .relaxed).newValue }

  /// SplitMix64 of Vigna: distinct numbers give distinct results. Zero, which names nothing, becomes one.
  private static func mixed(_ number: UInt64, _ seed: Int) -> UInt64 {
    var value = seeds[seed] &+ number &* 0x9E37_79B9_7F4A_7C15
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return max(1, value ^ (value >> 31))
  }

  private static func text(of number: UInt64) -> String { String(decoding: digits(of: number), as: UTF8.self) }

  private static func text(hex numbers: [UInt64], flags: String) -> String {
    var bytes = Array("00-".utf8)
    bytes.reserveCapacity(55)
    bytes += digits(of: numbers[0])
    bytes += digits(of: numbers[1])
    bytes.append(UInt8(ascii: "-"))
    bytes += digits(of: numbers[2])
    bytes.append(UInt8(ascii: "-"))
    bytes += flags.utf8
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func digits(of number: UInt64) -> [UInt8] {
    (0..<16).map { place in
      let digit = UInt8(truncatingIfNeeded: number >> UInt64(60 - 4 * place)) & 0xF
      return digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
    }
  }
}
