import Flows
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Pages

/// A finished answer: bytes, so that it can be kept and given again.
public struct Answer: Sendable {
  public var status: HTTPResponse.Status
  public var headers = HTTPFields()
  public var body: ByteBuffer
  /// Bytes that are written as they are read, in place of `body`. Such an answer can't be kept.
  var stream: ResponseBody?

  static let noContent = Answer(status: .noContent, body: ByteBuffer())

  public init(status: HTTPResponse.Status = .ok, body: ByteBuffer) {
    self.status = status
    self.body = body
  }

  init(status: HTTPResponse.Status = .ok, body: JSONValue) {
    // A tree of JSON values always has a JSON text.
    self.init(status: status, body: (try? Self.encoded(body)) ?? ByteBuffer())
    headers[.contentType] = Self.json
  }

  /// An answer for the caller alone.
  init(status: HTTPResponse.Status = .ok, _ value: some Encodable) throws {
    self.init(status: status, body: try Self.encoded(value))
    headers[.contentType] = Self.json
    headers[.cacheControl] = "private, no-store"
  }

  /// For the eyes of who asked, and kept nowhere.
  init(_ picture: ShownPicture) {
    self.init(body: ByteBuffer(bytes: picture.bytes))
    headers = picture.headers
  }

  /// An answer for everyone, with a mark by which a later request can ask whether it changed.
  static func shared(_ value: some Encodable) throws -> Answer {
    var answer = Answer(body: try encoded(value))
    answer.headers[.contentType] = json
    answer.headers[.cacheControl] = "public, max-age=0, must-revalidate"
    answer.headers[.eTag] = mark(of: answer.body)
    return answer
  }

  /// A file of values for the caller alone, written as it is read. A fault in the midst ends the connection, so that half
  /// a file isn't taken for the whole.
  static func csv(named name: String, _ stream: ResponseBody) -> Answer {
    var answer = Answer(body: ByteBuffer())
    answer.headers[.contentType] = "text/csv; charset=utf-8"
    answer.headers[.contentDisposition] = "attachment; filename=\"\(name).csv\""
    answer.headers[.cacheControl] = "private, no-store"
    answer.stream = stream
    return answer
  }

  /// 304 when the caller has these very bytes.
  func unlessKnown(to request: Request) -> Answer {
    guard let mark = headers[.eTag], let known = request.headers[.ifNoneMatch],
      known == "*" || known.split(separator: ",").contains(where: { Self.opaque($0) == Self.opaque(mark[...]) })
    else { return self }
    var answer = Answer(status: .notModified, body: ByteBuffer())
    answer.headers[.eTag] = mark
    answer.headers[.cacheControl] = headers[.cacheControl]
    return answer
  }

  var response: Response {
    Response(
      status: status, headers: headers,
      body: stream ?? (body.readableBytes == 0 ? ResponseBody() : ResponseBody(byteBuffer: body)))
  }

  var size: Int { body.readableBytes + 300 }

  private static let json = "application/json"

  private static func encoded(_ value: some Encodable) throws -> ByteBuffer {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return ByteBuffer(bytes: try encoder.encode(value))
  }

  /// FNV-1a of 64 bits: enough to tell two states of one address apart, and the same in every process.
  private static func mark(of body: ByteBuffer) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    body.withUnsafeReadableBytes { bytes in
      for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }
    return "W/\"\(String(hash, radix: 16))\""
  }

  private static func opaque(_ mark: Substring) -> Substring {
    let trimmed = mark.drop { $0 == " " }
    return trimmed.hasPrefix("W/") ? trimmed.dropFirst(2) : trimmed
  }
}
