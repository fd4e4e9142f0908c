import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Who is at the other end, by network address.
public struct ClientAddress: Hashable, Sendable {
  private static let forwardedName = HTTPField.Name("X-Forwarded-For")

  /// 4 or 16; none for what is no address.
  private let bytes: [UInt8]
  /// What a proxy wrote that is no address.
  private let words: String

  /// From a text that may be anything.
  init(_ text: String) {
    bytes = Self.bytes(of: try? SocketAddress(ipAddress: text, port: 0))
    words = bytes.isEmpty ? String(text.prefix(60)) : ""
  }

  init(_ address: SocketAddress?) {
    bytes = Self.bytes(of: address)
    words = ""
  }

  /// What a proxy in front says of the client; nil for what came without one.
  static func forwarded(_ request: Request) -> String? {
    guard let name = forwardedName else { return nil }
    return request.headers[name]?.split(separator: ",").last.map { $0.filter { $0 != " " } }
  }

  /// - Parameter trustsProxy: whether what a proxy says counts.
  public static func of(_ request: Request, _ context: ShopRequestContext, trustsProxy: Bool) -> ClientAddress {
    (trustsProxy ? forwarded(request) : nil).map { ClientAddress($0) } ?? ClientAddress(context.remoteAddress)
  }

  /// Whether the request comes straight from this machine or a private network: nobody forwarded it.
  public static func isInside(_ request: Request, _ context: ShopRequestContext) -> Bool {
    guard forwarded(request) == nil else { return false }
    let address = ClientAddress(context.remoteAddress)
    return address.isLoopback || address.isPrivate
  }

  public var isLoopback: Bool {
    bytes.count == 4 ? bytes[0] == 127 : bytes.count == 16 && bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] == 1
  }

  /// RFC 1918, unique local and link local addresses, and those that providers use within (RFC 6598).
  public var isPrivate: Bool {
    switch bytes.count {
    case 4:
      bytes[0] == 10 || (bytes[0] == 172 && bytes[1] & 0xF0 == 16) || (bytes[0] == 192 && bytes[1] == 168)
        || (bytes[0] == 169 && bytes[1] == 254) || (bytes[0] == 100 && bytes[1] & 0xC0 == 64)
    case 16: bytes[0] & 0xFE == 0xFC || (bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80)
    default: false
    }
  }

  /// What counts as one client: a subscriber has a whole /64 of the newer protocol.
  var network: String {
    switch bytes.count {
    case 4: bytes.map { String($0) }.joined(separator: ".")
    case 16: bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ":")
    default: words
    }
  }

  private static func bytes(of address: SocketAddress?) -> [UInt8] {
    switch address {
    case .v4(let v4): return withUnsafeBytes(of: v4.address.sin_addr) { Array($0) }
    case .v6(let v6):
      let bytes = withUnsafeBytes(of: v6.address.sin6_addr) { Array($0) }
      // An address of the older protocol in the clothes of the newer.
      return bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
        ? Array(bytes.suffix(4)) : bytes
    default: return []
    }
  }
}
