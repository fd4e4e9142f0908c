import Foundation
import Values

/// An answer of the gateway, `{"<method>_response":{…},"sign":"…"}`: what is signed are the bytes of the inner object as
/// they stand.
struct AlipayAnswer {
  /// Of the first member, up to the brace that closes it.
  let inner: ArraySlice<UInt8>
  let name: String
  let sign: String?
  let certificateSerial: String?

  /// Nil for what isn't of this form. The members behind the object are read as JSON, the object itself isn't touched.
  init?(_ body: [UInt8]) {
    var reader = JSONReader(body)
    guard reader.skip(UInt8(ascii: "{")), let name = reader.string(), reader.skip(UInt8(ascii: ":")),
      let inner = reader.object()
    else { return nil }
    self.name = name
    self.inner = inner
    var members: [String: String] = [:]
    while reader.skip(UInt8(ascii: ",")) {
      guard let key = reader.string(), reader.skip(UInt8(ascii: ":")), let value = reader.string(),
        members.updateValue(value, forKey: key) == nil
      else { return nil }
    }
    guard reader.skip(UInt8(ascii: "}")), reader.isAtEnd else { return nil }
    sign = members["sign"]
    certificateSerial = members["alipay_cert_sn"]
  }

  /// The members of the inner object that answers share; numbers are text there.
  struct Content: Decodable {
    let code: String
    let subCode: String?
    let outTradeNo: String?
    let tradeNo: String?
    let tradeStatus: String?
    let totalAmount: String?
    let sendPayDate: String?
    let qrCode: String?
    let fundChange: String?
    let refundStatus: String?
    let refundAmount: String?
    let outRequestNo: String?
    let billDownloadUrl: String?
  }

  func content() throws -> Content {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Content.self, from: Data(inner))
  }
}

/// Walks over JSON text without making anything of it but strings.
private struct JSONReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  var isAtEnd: Bool { rest.allSatisfy { Self.isBlank($0) } }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 10 || byte == 13 || byte == 9 }

  mutating func skip(_ byte: UInt8) -> Bool {
    rest = rest.drop { Self.isBlank($0) }
    guard rest.first == byte else { return false }
    rest.removeFirst()
    return true
  }

  mutating func string() -> String? {
    rest = rest.drop { Self.isBlank($0) }
    guard let end = Self.end(ofStringIn: rest) else { return nil }
    let text = rest[rest.startIndex..<end]
    rest = rest[end...]
    return try? JSONDecoder().decode(String.self, from: Data(text))
  }

  /// From its opening to its closing brace, whatever strings in it hold.
  mutating func object() -> ArraySlice<UInt8>? {
    rest = rest.drop { Self.isBlank($0) }
    guard rest.first == UInt8(ascii: "{") else { return nil }
    var depth = 0
    var index = rest.startIndex
    while index < rest.endIndex {
      switch rest[index] {
      case UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "}"): depth -= 1
      case UInt8(ascii: "\""):
        guard let end = Self.end(ofStringIn: rest[index...]) else { return nil }
        index = end - 1
      default: break
      }
      index += 1
      if depth == 0 {
        defer { rest = rest[index...] }
        return rest[rest.startIndex..<index]
      }
    }
    return nil
  }

  /// The index behind the closing quote.
  private static func end(ofStringIn bytes: ArraySlice<UInt8>) -> Int? {
    guard bytes.first == UInt8(ascii: "\"") else { return nil }
    var index = bytes.startIndex + 1
    while index < bytes.endIndex {
      switch bytes[index] {
      case UInt8(ascii: "\\"): index += 2
      case UInt8(ascii: "\""): return index + 1
      default: index += 1
      }
    }
    return nil
  }
}
