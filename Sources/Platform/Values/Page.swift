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
}

/// A place in a sorted list: the sort values of the last item seen. Opaque to callers; its text form is URL-safe.
public struct Cursor: Hashable, Codable, Sendable, CustomStringConvertible {
  public let parts: [String]

  public init(_ parts: [String]) { self.parts = parts }

  public init?(_ text: String) {
    guard !text.isEmpty, text.utf8.count <= 512 else { return nil }
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

  private static func escape(_ part: String) -> String {
    var text = ""
    for byte in part.utf8 {
      switch byte {
      case 48...57, 65...90, 97...122, UInt8(ascii: "_"), UInt8(ascii: "-"): text.unicodeScalars.append(Unicode.Scalar(byte))
      default: text += "." + String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
      }
    }
    return text
  }

  private static func unescape(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: ".") else {
        bytes.append(byte)
        continue
      }
      guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else { return nil }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
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
