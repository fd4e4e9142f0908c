import Synchronization

/// What an identifier names; gives its text form a prefix, so that `ord_…` can't be taken for `pay_…`.
public protocol Identified: Sendable {
  static var prefix: String { get }
}

/// A time-sorted 64-bit identifier of one kind of thing. Stored as an integer, shown as `prefix_` and 13 characters of
/// Crockford's base 32 (lower case), whose text order is the order of time.
public struct ID<Of: Identified>: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
  public let raw: Int64

  public init(raw: Int64) { self.raw = raw }

  /// Nil unless the text has this kind's prefix and a value within 63 bits.
  public init?(_ text: some StringProtocol) {
    let start = Of.prefix.utf8.count + 1
    let bytes = Array(text.utf8)
    guard bytes.count == start + Base32.width, bytes.starts(with: Of.prefix.utf8),
      bytes[start - 1] == UInt8(ascii: "_"),
      let value = Base32.decode(bytes[start...])
    else { return nil }
    raw = value
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let value = ID(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "'\(text)' is not a \(Of.prefix)_ identifier")
    }
    self = value
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }

  public var description: String { Of.prefix + "_" + Base32.encode(raw) }

  public static func < (left: ID, right: ID) -> Bool { left.raw < right.raw }

  /// The lowest identifier that a generator can make at the moment: a bound for all that was made before or since.
  public static func first(at moment: Timestamp) -> ID {
    ID(raw: min(max(0, moment.milliseconds - IDGenerator.epoch), Int64.max >> 22) << 22)
  }
}

/// Crockford's base 32 of a non-negative 64-bit integer at a fixed width.
enum Base32 {
  static let width = 13
  private static let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

  static func encode(_ value: Int64) -> String {
    var rest = UInt64(bitPattern: value)
    var bytes = [UInt8](repeating: 48, count: width)
    for index in stride(from: width - 1, through: 0, by: -1) {
      bytes[index] = digits[Int(rest & 31)]
      rest >>= 5
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  static func decode(_ bytes: some Sequence<UInt8>) -> Int64? {
    var value: UInt64 = 0
    for byte in bytes {
      guard let digit = digits.firstIndex(of: byte), value >> 58 == 0 else { return nil }
      value = value << 5 | UInt64(digit)
    }
    return Int64(exactly: value)
  }
}

/// Makes identifiers that grow with time: 41 bits of milliseconds since 2024, 10 bits of node, 12 bits of sequence.
/// If the clock steps back, or more than 4096 are asked for within a millisecond, the time part runs ahead of the clock.
public final class IDGenerator: Sendable {
  /// 2024-01-01T00:00:00Z.
  public static let epoch: Int64 = 1_704_067_200_000
  private static let sequences: Int64 = 4096

  private struct State {
    var node: Int64
    /// Milliseconds and sequence together, as one counter that only grows.
    var last: Int64 = 0
  }

  private let clock: WallClock
  private let state: Mutex<State>

  /// - Parameter node: 0…1023, distinct for every process that writes to one database.
  public init(clock: WallClock, node: Int) {
    precondition((0..<1024).contains(node), "node must be within 0…1023")
    self.clock = clock
    state = Mutex(State(node: Int64(node)))
  }

  /// Goes on with another node number, because the former one is no longer this process's own.
  /// - Parameter node: 0…1023.
  public func move(to node: Int) {
    precondition((0..<1024).contains(node), "node must be within 0…1023")
    state.withLock { $0.node = Int64(node) }
  }

  public func next<Of: Identified>(_: Of.Type = Of.self) -> ID<Of> { ID(raw: nextRaw()) }

  private func nextRaw() -> Int64 {
    let floor = (clock.now.milliseconds - Self.epoch) * Self.sequences
    let (position, node) = state.withLock { state in
      state.last = max(state.last + 1, floor)
      return (state.last, state.node)
    }
    return (position / Self.sequences) << 22 | node << 12 | position % Self.sequences
  }
}
