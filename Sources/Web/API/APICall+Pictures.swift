import HTTPTypes
import Hummingbird
import NIOCore
import Pages
import Values

/// What came in a form: JSON in its part `request`, with or without the name of a file, and pictures in parts `pictures`. The
/// bounds are those of the shop's own forms: six pictures of 5 MB each, 20 MB together.
struct SentForm: Sendable {
  private static let bounds = MultipartForm.Limits.pictures
  private static let jsonPart = "request"
  private static let picturePart = "pictures"

  private let form: MultipartForm
  let json: ByteBuffer

  static func isSent(in request: Request) -> Bool {
    request.headers[.contentType]?.lowercased().hasPrefix("multipart/") ?? false
  }

  /// Throws `BodyRefusal`, and `APIRefusal.malformed` where there is no JSON.
  /// - Parameter jsonLimit: bytes.
  init(body request: Request, jsonLimit: Int) async throws {
    var limits = Self.bounds
    // JSON that comes as a file is one more.
    limits.files += 1
    form = try await MultipartForm(body: request, limits: limits)
    let sent = form.files.first { $0.field == Self.jsonPart }.map { ByteBuffer(bytes: $0.bytes) }
    let isTooLong = form.faults.faults.contains { $0.field == Self.jsonPart }
    guard !isTooLong else { throw BodyRefusal.tooLarge }
    guard let json = form.form[Self.jsonPart].map({ ByteBuffer(string: $0) }) ?? sent else {
      throw APIRefusal.malformed([FieldFaults.Fault(field: Self.jsonPart, code: "missing")])
    }
    guard json.readableBytes <= jsonLimit else { throw BodyRefusal.tooLarge }
    self.json = json
  }

  /// What tells it from others: a client that sends it again may draw other lines between the parts.
  var whole: ByteBuffer {
    var whole = json
    for file in form.files where file.field == Self.picturePart {
      whole.writeInteger(UInt64(file.bytes.count))
      whole.writeBytes(file.bytes)
    }
    return whole
  }

  /// The form, unless it brings more pictures than are taken, which is then said.
  func pictures(_ faults: inout FieldFaults) -> MultipartForm? {
    let isTooMany =
      form.files.count { $0.field == Self.picturePart } > Self.bounds.files
      || form.faults.faults.contains { $0.field == Self.picturePart && $0.code == "tooMany" }
    guard isTooMany else { return form }
    faults.add(Self.picturePart, "tooMany", ["max": String(Self.bounds.files)])
    return nil
  }
}
