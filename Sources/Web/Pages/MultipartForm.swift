import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Values

/// A form that brings files: `multipart/form-data` after RFC 7578. What it may hold is bounded, and it is read in time that
/// grows with its length alone. File names and media types that a browser states are not kept: bytes tell what they are.
public struct MultipartForm: Sendable {
  public struct Limits: Sendable {
    public var files: Int
    /// Of one file, in megabytes of 1,048,576 bytes.
    public var fileMegabytes: Int
    /// Of the whole body, in bytes.
    public var totalBytes: Int

    public init(files: Int, fileMegabytes: Int, totalBytes: Int) {
      self.files = files
      self.fileMegabytes = fileMegabytes
      self.totalBytes = totalBytes
    }

    /// Up to 6 pictures of 5 MB, 20 MB together.
    public static let pictures = Limits(files: 6, fileMegabytes: 5, totalBytes: 20 << 20)
  }

  public struct File: Sendable {
    /// The field that brought it.
    public let field: String
    public let bytes: [UInt8]
  }

  private static let mostParts = 100
  private static let mostHeaderBytes = 4096
  private static let mostTextBytes = 256 * 1024

  /// The fields that aren't files.
  public let form: Form
  /// In the order in which they came; those past the limits are left out.
  public let files: [File]
  /// Too many files (`tooMany`) or too large ones (`pictureTooLarge`), beside the field that brought them.
  public let faults: FieldFaults

  /// Collects and reads the body of a POST. Throws `BodyRefusal`.
  public init(body request: Request, limits: Limits = .pictures) async throws {
    guard let boundary = Self.boundary(in: request.headers[.contentType] ?? "") else { throw BodyRefusal.wrongType }
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limits.totalBytes {
      throw BodyRefusal.tooLarge
    }
    try self.init(await request.collected(upTo: limits.totalBytes), boundary: boundary, limits: limits)
  }

  /// Throws `BodyRefusal.malformed` or `.tooLarge`.
  public init(_ body: ByteBuffer, boundary: String, limits: Limits = .pictures) throws {
    var fields: [String: [String]] = [:]
    var files: [File] = []
    var faults = FieldFaults()
    var textBytes = 0
    try body.withUnsafeReadableBytes { bytes in
      for part in try Self.parts(of: bytes, boundary: boundary) {
        let (head, content) = try Self.split(part, of: bytes)
        guard let name = head["name"] else { throw BodyRefusal.malformed("name") }
        if head["filename"] == nil {
          textBytes += content.count
          guard textBytes <= Self.mostTextBytes else { throw BodyRefusal.tooLarge }
          fields[name, default: []].append(String(decoding: bytes[content], as: UTF8.self))
        } else if content.isEmpty {
          // A file field in which nothing was chosen.
        } else if files.count == limits.files {
          Self.add("tooMany", limits.files, beside: name, to: &faults)
        } else if content.count > limits.fileMegabytes << 20 {
          Self.add("pictureTooLarge", limits.fileMegabytes, beside: name, to: &faults)
        } else {
          files.append(File(field: name, bytes: Array(bytes[content])))
        }
      }
    }
    form = Form(fields)
    self.files = files
    self.faults = faults
  }

  /// Once beside each field.
  private static func add(_ code: String, _ most: Int, beside field: String, to faults: inout FieldFaults) {
    guard !faults.faults.contains(where: { $0.field == field }) else { return }
    faults.add(field, code, ["max": String(most)])
  }

  /// Nil when the header isn't one of such a form.
  static func boundary(in contentType: String) -> String? {
    let (type, parameters) = parsed(contentType.prefix(1000))
    guard type == "multipart/form-data", let boundary = parameters["boundary"], (1...70).contains(boundary.utf8.count),
      boundary.utf8.allSatisfy({ (0x20..<0x7F).contains($0) })
    else { return nil }
    return boundary
  }

  // MARK: Reading

  /// What stands between the delimiters. A delimiter has one carriage return, its first byte, so a comparison that failed
  /// never has to be taken up again.
  private static func parts(of bytes: UnsafeRawBufferPointer, boundary: String) throws -> [Range<Int>] {
    let delimiter = Array("\r\n--\(boundary)".utf8)
    var parts: [Range<Int>] = []
    var open: Int?
    // The first may begin the body, without the line break.
    var found = bytes.starts(with: delimiter.dropFirst(2)) ? -2 : place(of: delimiter, in: bytes, from: 0)
    while let start = found {
      var end = start + delimiter.count
      let isLast = bytes.dropFirst(end).starts(with: "--".utf8)
      while end < bytes.count, bytes[end] == 0x20 || bytes[end] == 0x09 { end += 1 }
      if isLast || bytes.dropFirst(end).starts(with: "\r\n".utf8) {
        if let open { parts.append(open..<max(open, start)) }
        guard parts.count <= mostParts else { throw BodyRefusal.tooLarge }
        if isLast { return parts }
        open = end + 2
      }
      // The line break that ends this delimiter may begin the next one.
      found = place(of: delimiter, in: bytes, from: end)
    }
    throw BodyRefusal.malformed("end")
  }

  static func place(of delimiter: [UInt8], in bytes: UnsafeRawBufferPointer, from: Int) -> Int? {
    guard let base = bytes.baseAddress else { return nil }
    var from = from
    while from < bytes.count, let found = memchr(base + from, 0x0D, bytes.count - from) {
      let place = UnsafeRawPointer(found) - base
      if bytes.dropFirst(place).starts(with: delimiter) { return place }
      from = place + 1
    }
    return nil
  }

  /// The parameters of a part's `Content-Disposition`, and where its content lies.
  private static func split(
    _ part: Range<Int>, of bytes: UnsafeRawBufferPointer
  ) throws -> (head: [String: String], content: Range<Int>) {
    let searched = UnsafeRawBufferPointer(rebasing: bytes[part].prefix(mostHeaderBytes))
    guard let length = place(of: Array("\r\n\r\n".utf8), in: searched, from: 0) else {
      throw BodyRefusal.malformed("header")
    }
    guard let said = disposition(of: String(decoding: searched.prefix(length), as: UTF8.self)) else {
      throw BodyRefusal.malformed("header")
    }
    return (said, part.lowerBound + length + 4..<part.upperBound)
  }

  /// The parameters of the `Content-Disposition` among the lines before a part's content; nil for one of no form.
  static func disposition(of lines: String) -> [String: String]? {
    for line in lines.split(separator: "\r\n" as Character) {
      guard let colon = line.firstIndex(of: ":"), line[..<colon].lowercased() == "content-disposition" else { continue }
      let (kind, parameters) = parsed(line[line.index(after: colon)...])
      return kind == "form-data" ? parameters : nil
    }
    return nil
  }

  /// `value; name=token; other="quoted"`, with value and names in small letters.
  private static func parsed(_ header: Substring) -> (value: String, parameters: [String: String]) {
    var rest = header
    func take(until stop: Character) -> String {
      let taken = rest.prefix { $0 != stop }
      rest = rest.dropFirst(taken.count + 1)
      return String(taken).trimmingCharacters(in: .whitespaces)
    }
    let value = take(until: ";").lowercased()
    var parameters: [String: String] = [:]
    while !rest.isEmpty {
      let name = take(until: "=").lowercased()
      rest = rest.drop { $0 == " " }
      var text = ""
      if rest.first == "\"" {
        rest.removeFirst()
        text = take(until: "\"")
        while text.hasSuffix("\\"), !rest.isEmpty { text = text.dropLast() + "\"" + take(until: "\"") }
        _ = take(until: ";")
      } else {
        text = take(until: ";")
      }
      if parameters[name] == nil { parameters[name] = text }
    }
    return (value, parameters)
  }
}
