import Governance
import Hummingbird
import NIOCore
import Values

/// What a browser's form sent, or what stands behind the `?` of an address.
public struct Form: Sendable {
  private let fields: [String: [String]]

  /// A bound on fields, so that a body of ampersands costs nothing.
  private static let mostFields = 500

  public init(_ fields: [String: [String]] = [:]) { self.fields = fields }

  /// Reads `application/x-www-form-urlencoded` text. Bytes that aren't UTF-8 are replaced.
  /// - Parameter most: fields that are read; nil for what forms without grids need.
  public init(urlEncoded text: some StringProtocol, most: Int? = nil) {
    var fields: [String: [String]] = [:]
    for pair in text.utf8.split(separator: UInt8(ascii: "&")).prefix(most ?? Self.mostFields) {
      let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = parts.first else { continue }
      fields[Self.decoded(name), default: []].append(parts.count == 2 ? Self.decoded(parts[1]) : "")
    }
    self.fields = fields
  }

  public init(query request: Request) { self.init(urlEncoded: request.uri.query ?? "") }

  /// Collects and reads the body of a POST. Throws `BodyRefusal`.
  /// - Parameters:
  ///   - limit: bytes; nil for what forms without long texts need.
  ///   - most: fields that are read; nil for what forms without grids need.
  public init(
    body request: Request, context: ShopRequestContext, upTo limit: Int? = nil, most: Int? = nil
  ) async throws {
    guard request.headers[.contentType]?.hasPrefix("application/x-www-form-urlencoded") ?? true else {
      throw BodyRefusal.wrongType
    }
    self.init(
      urlEncoded: String(buffer: try await request.collected(upTo: limit ?? context.maxUploadSize)), most: most)
  }

  /// The first value of a field; nil when it wasn't sent.
  public subscript(_ name: String) -> String? { fields[name]?.first }

  public func all(_ name: String) -> [String] { fields[name] ?? [] }

  public var values: [String: [String]] { fields }

  private static func decoded(_ text: some Sequence<UInt8>) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "+") {
        bytes.append(UInt8(ascii: " "))
      } else if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// What is wrong with a request's body before anyone reads it.
public enum BodyRefusal: Refusal, Hashable {
  case tooLarge
  case wrongType
  case malformed(String)

  public var code: String {
    switch self {
    case .tooLarge: "bodyTooLarge"
    case .wrongType: "wrongBodyType"
    case .malformed: "malformedBody"
    }
  }

  public var details: [String: String] {
    if case .malformed(let place) = self { ["place": place] } else { [:] }
  }

  public var kind: RefusalKind { .invalid }
}

extension Request {
  /// The whole body, if it is no longer than the bound and comes before the request's deadline. Throws
  /// `BodyRefusal.tooLarge` and `DeadlineExceeded`.
  public func collected(upTo limit: Int) async throws -> ByteBuffer {
    do {
      return try await Deadline.run(within: .minutes(10)) { [body] in try await body.collect(upTo: limit) }
    } catch is NIOTooManyBytesError {
      throw BodyRefusal.tooLarge
    }
  }
}
