/// Text in addresses and in `application/x-www-form-urlencoded`.
public enum FormText {
  private static let hexDigits = Array("0123456789ABCDEF".utf8)

  /// As it stands in a form: letters, digits and `-._~` stay, spaces become `+`.
  public static func escaped(_ text: String) -> String { encoded(text, keeping: "-._~", space: UInt8(ascii: "+")) }

  /// As it stands in an address: letters, digits and what is `safe` stay, all else is written as bytes of UTF-8.
  public static func percentEscaped(_ text: String, keeping safe: StaticString = "-._~") -> String {
    encoded(text, keeping: safe, space: nil)
  }

  /// `name=value&…`, in the order given.
  public static func joined(_ pairs: [(name: String, value: String)]) -> String {
    pairs.map { "\(escaped($0.name))=\(escaped($0.value))" }.joined(separator: "&")
  }

  /// Decoded once; nil for broken escapes and bytes that aren't UTF-8.
  public static func unescaped(_ bytes: some Sequence<UInt8>) -> String? {
    var decoded: [UInt8] = []
    var rest = Array(bytes)[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"): decoded.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        guard rest.count >= 2, let high = digit(rest.removeFirst()), let low = digit(rest.removeFirst()) else {
          return nil
        }
        decoded.append(high << 4 | low)
      default: decoded.append(byte)
      }
    }
    return String(validating: decoded, as: UTF8.self)
  }

  /// The names and values of a form, each decoded once, in the order in which they came; nil where one can't be.
  public static func pairs(_ text: some Sequence<UInt8>) -> [(name: String, value: String)]? {
    var pairs: [(name: String, value: String)] = []
    for pair in Array(text).split(separator: UInt8(ascii: "&")) {
      let halves = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = unescaped(halves[0]), let value = halves.count == 2 ? unescaped(halves[1]) : "" else {
        return nil
      }
      pairs.append((name, value))
    }
    return pairs
  }

  private static func encoded(_ text: String, keeping safe: StaticString, space: UInt8?) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count * 2)
    for byte in text.utf8 {
      switch byte {
      case 48...57, 65...90, 97...122: bytes.append(byte)
      case _ where safe.withUTF8Buffer({ $0.contains(byte) }): bytes.append(byte)
      case UInt8(ascii: " "):
        if let space {
          bytes.append(space)
        } else {
          bytes += [UInt8(ascii: "%"), UInt8(ascii: "2"), UInt8(ascii: "0")]
        }
      default: bytes += [UInt8(ascii: "%"), hexDigits[Int(byte >> 4)], hexDigits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func digit(_ letter: UInt8) -> UInt8? {
    switch letter {
    case 48...57: letter - 48
    case 65...70: letter - 55
    case 97...102: letter - 87
    default: nil
    }
  }
}
