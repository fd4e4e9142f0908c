import Crypto
import Foundation
import Governance
import HTTPTypes
import Hummingbird
import NIOCore
import Values

/// A request's body as a file: it goes to the disk as it comes, so that memory doesn't grow with it.
public struct StreamedBody: Sendable {
  /// Whoever read the body takes it away.
  public let place: URL
  /// Bytes.
  public let size: Int
  /// SHA-256 of the bytes, in hexadecimal digits.
  public let digest: String

  /// Reads the whole body. Throws `BodyRefusal.tooLarge` and `DeadlineExceeded`.
  /// - Parameter limit: bytes.
  public init(body request: Request, upTo limit: Int) async throws {
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit { throw BodyRefusal.tooLarge }
    let place = FileManager.default.temporaryDirectory.appending(path: "martlet-upload-\(UUID().uuidString)")
    do {
      (size, digest) = try await Deadline.run(within: .minutes(10)) { [body = request.body] in
        try await Self.write(body, to: place, upTo: limit)
      }
    } catch {
      try? FileManager.default.removeItem(at: place)
      throw error
    }
    self.place = place
  }

  private static func write(_ body: RequestBody, to place: URL, upTo limit: Int) async throws -> (Int, String) {
    _ = FileManager.default.createFile(atPath: place.path, contents: nil, attributes: [.posixPermissions: 0o600])
    let handle = try FileHandle(forWritingTo: place)
    defer { try? handle.close() }
    var (hash, size) = (SHA256(), 0)
    for try await piece in body {
      let bytes = Data(piece.readableBytesView)
      size += bytes.count
      guard size <= limit else { throw BodyRefusal.tooLarge }
      hash.update(data: bytes)
      try handle.write(contentsOf: bytes)
    }
    return (size, Hex.text(hash.finalize()))
  }

  /// Throws what the disk says.
  public func bytes() throws -> [UInt8] { Array(try Data(contentsOf: place)) }

  public func remove() { try? FileManager.default.removeItem(at: place) }
}
