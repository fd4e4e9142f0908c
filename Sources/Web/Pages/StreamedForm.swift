import Foundation
import Governance
import HTTPTypes
import Hummingbird
import NIOCore
import Values

/// A form that brings one large file: `multipart/form-data`, whose file goes to the disk as it comes, so that memory doesn't
/// grow with it. Files of other fields are passed over.
public struct StreamedForm: Sendable {
  public struct File: Sendable {
    /// Whoever read the form takes it away.
    public let place: URL
    /// As the browser called it, without folders; what it is, its bytes tell.
    public let name: String
    /// Bytes.
    public let size: Int
  }

  /// The fields that aren't files.
  public let form: Form
  /// Nil when none was chosen.
  public let file: File?

  /// Reads the body of a POST. Throws `BodyRefusal` and `DeadlineExceeded`.
  /// - Parameters:
  ///   - field: the field that brings the file.
  ///   - limit: bytes of the file.
  public init(body request: Request, field: String, upTo limit: Int) async throws {
    guard let boundary = MultipartForm.boundary(in: request.headers[.contentType] ?? "") else {
      throw BodyRefusal.wrongType
    }
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit + MultipartStream.mostBeside {
      throw BodyRefusal.tooLarge
    }
    let place = FileManager.default.temporaryDirectory.appending(path: "martlet-upload-\(UUID().uuidString)")
    do {
      (form, file) = try await Deadline.run(within: .minutes(10)) { [body = request.body] in
        var stream = MultipartStream(boundary: boundary, field: field, limit: limit, place: place)
        for try await piece in body { try stream.take(Array(piece.readableBytesView)) }
        return try stream.finish()
      }
    } catch {
      try? FileManager.default.removeItem(at: place)
      throw error
    }
  }

  public func removeFile() {
    if let file { try? FileManager.default.removeItem(at: file.place) }
  }
}

/// Takes a multipart body in pieces.
struct MultipartStream {
  /// Bytes of all that isn't the file.
  static let mostBeside = 1 << 20
  private static let mostHeaderBytes = 4096
  private static let mostTextBytes = 256 * 1024
  private static let mostParts = 100

  private enum Part {
    /// Before the first delimiter, and files that nobody asked for.
    case ignored
    /// Right behind a delimiter.
    case delimited
    case head
    case text(String)
    case file
    case over
  }

  private let delimiter: [UInt8]
  private let field: String
  private let limit: Int
  private let place: URL
  private var part = Part.ignored
  /// The first delimiter may begin the body, without the line break that belongs to it.
  private var rest: [UInt8] = [0x0D, 0x0A]
  private var parts = 0
  private var taken = 0
  private var textBytes = 0
  private var text: [UInt8] = []
  private var fields: [String: [String]] = [:]
  private var handle: FileHandle?
  private var name = ""
  private var size = 0

  init(boundary: String, field: String, limit: Int, place: URL) {
    delimiter = Array("\r\n--\(boundary)".utf8)
    self.field = field
    self.limit = limit
    self.place = place
  }

  /// Throws `BodyRefusal`, and what the disk says.
  mutating func take(_ bytes: [UInt8]) throws {
    taken += bytes.count
    guard taken <= limit + Self.mostBeside else { throw BodyRefusal.tooLarge }
    rest += bytes
    while try step() {}
  }

  mutating func finish() throws -> (Form, StreamedForm.File?) {
    guard case .over = part else { throw BodyRefusal.malformed("end") }
    try handle?.close()
    let file = size > 0 ? StreamedForm.File(place: place, name: name, size: size) : nil
    if file == nil, handle != nil { try? FileManager.default.removeItem(at: place) }
    return (Form(fields), file)
  }

  /// Goes on as far as the bytes reach; false when more are needed.
  private mutating func step() throws -> Bool {
    switch part {
    case .over:
      rest.removeAll(keepingCapacity: true)
      return false
    case .delimited: return try afterDelimiter()
    case .head: return try head()
    case .ignored, .text, .file: return try content()
    }
  }

  private mutating func afterDelimiter() throws -> Bool {
    let padding = rest.prefix { $0 == 0x20 || $0 == 0x09 }.count
    rest.removeFirst(padding)
    guard rest.count >= 2 else { return false }
    if padding == 0, rest.starts(with: "--".utf8) {
      part = .over
      return true
    }
    guard rest.starts(with: "\r\n".utf8), parts < Self.mostParts else { throw BodyRefusal.malformed("end") }
    parts += 1
    rest.removeFirst(2)
    part = .head
    return true
  }

  private mutating func head() throws -> Bool {
    let end = rest.prefix(Self.mostHeaderBytes).withUnsafeBytes {
      MultipartForm.place(of: Array("\r\n\r\n".utf8), in: $0, from: 0)
    }
    guard let end else {
      guard rest.count < Self.mostHeaderBytes else { throw BodyRefusal.malformed("header") }
      return false
    }
    let said = MultipartForm.disposition(of: String(decoding: rest[..<end], as: UTF8.self))
    guard let said, let name = said["name"] else { throw BodyRefusal.malformed("header") }
    rest.removeFirst(end + 4)
    if let fileName = said["filename"] {
      part = name == field && handle == nil ? .file : .ignored
      if case .file = part { try open(fileName) }
    } else {
      part = .text(name)
    }
    return true
  }

  private mutating func open(_ fileName: String) throws {
    name = fileName.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? ""
    _ = FileManager.default.createFile(atPath: place.path, contents: nil, attributes: [.posixPermissions: 0o600])
    handle = try FileHandle(forWritingTo: place)
  }

  private mutating func content() throws -> Bool {
    let found = rest.withUnsafeBytes { MultipartForm.place(of: delimiter, in: $0, from: 0) }
    // What may be the beginning of a delimiter waits for the rest of it.
    let end = found ?? max(0, rest.count - delimiter.count + 1)
    try keep(rest[..<end])
    rest.removeFirst(found == nil ? end : end + delimiter.count)
    guard found != nil else { return false }
    if case .text(let name) = part {
      fields[name, default: []].append(String(decoding: text, as: UTF8.self))
      text = []
    }
    part = .delimited
    return true
  }

  private mutating func keep(_ bytes: ArraySlice<UInt8>) throws {
    guard !bytes.isEmpty else { return }
    switch part {
    case .text:
      textBytes += bytes.count
      guard textBytes <= Self.mostTextBytes else { throw BodyRefusal.tooLarge }
      text += bytes
    case .file:
      size += bytes.count
      guard size <= limit else { throw BodyRefusal.tooLarge }
      try handle?.write(contentsOf: bytes)
    default: break
    }
  }
}
