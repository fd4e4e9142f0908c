/// Asks for one page of a list by keyset: at most `limit` items that come after the cursor.
public struct PageRequest: Hashable, Codable, Sendable {
  public static let limitRange = 1...100
  public let limit: Int
  /// The `next` of the page before; nil starts at the beginning.
  public let after: Cursor?

  /// A limit outside 1…100 is drawn to the nearer end.
  public init(limit: Int = 20, after: Cursor? = nil) {
    self.limit = min(max(limit, Self.limitRange.lowerBound), Self.limitRange.upperBound)
    self.after = after
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      limit: try container.decode(Int.self, forKey: .limit),
      after: try container.decodeIfPresent(Cursor.self, forKey: .after))
  }
}

/// A place in a sorted list: the sort values of the last item seen, at least one. Opaque to callers; its text form is
/// URL-safe.
public struct Cursor: Hashable, Codable, Sendable, CustomStringConvertible {
  /// Bytes of the text form: room for a name of 400 Chinese characters, which take nine bytes each.
  public static let limit = 4096
  public let parts: [String]

  public init(_ parts: [String]) { self.parts = parts }

  public init?(_ text: String) {
    guard !text.isEmpty, text.utf8.count <= Self.limit else { return nil }
    let parts = text.split(separator: "~", omittingEmptySubsequences: false).map { Self.unescape($0) }
    guard parts.allSatisfy({ $0 != nil }) else { return nil }
    self.parts = parts.compactMap(\.self)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let value = Cursor(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a page cursor")
    }
    self = value
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }

  public var description: String { parts.map(Self.escape).joined(separator: "~") }

  /// Letters, digits, `_` and `-` stand for themselves, other bytes are `.` and two hex digits, and a lone `.` is the
  /// empty text.
  private static func escape(_ part: String) -> String {
    guard !part.isEmpty else { return "." }
    var text: [UInt8] = []
    for byte in part.utf8 {
      if isPlain(byte) {
        text.append(byte)
      } else {
        text += [UInt8(ascii: "."), hexDigits[Int(byte >> 4)], hexDigits[Int(byte & 15)]]
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static func unescape(_ text: Substring) -> String? {
    guard text != "." else { return "" }
    var bytes: [UInt8] = []
    var rest = text.utf8
    while let byte = rest.popFirst() {
      if isPlain(byte) {
        bytes.append(byte)
      } else {
        guard byte == UInt8(ascii: "."), let high = rest.popFirst().flatMap(hexDigits.firstIndex),
          let low = rest.popFirst().flatMap(hexDigits.firstIndex)
        else { return nil }
        bytes.append(UInt8(high << 4 | low))
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static let hexDigits = Array("0123456789abcdef".utf8)

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122, UInt8(ascii: "_"), UInt8(ascii: "-"): true
    default: false
    }
  }
}

/// One page of a list and where the next begins.
public struct Page<Item: Sendable>: Sendable {
  public let items: [Item]
  /// Nil when this page is the last.
  public let next: Cursor?

  public init(items: [Item], next: Cursor?) {
    self.items = items
    self.next = next
  }

  /// Cuts a list that was fetched with one item more than the limit, so that no count is needed to know of a next page.
  public init(fetched: [Item], limit: Int, cursor: (Item) -> Cursor) {
    items = Array(fetched.prefix(limit))
    next = fetched.count > limit ? items.last.map(cursor) : nil
  }

  public func map<Other>(_ transform: (Item) throws -> Other) rethrows -> Page<Other> {
    Page<Other>(items: try items.map(transform), next: next)
  }
}

extension Page: Codable where Item: Codable {}
extension Page: Equatable where Item: Equatable {}
