import Foundation
import Testing
import Values

@testable import Pages

/// Forms whose file goes to the disk, in pieces of whatever size they come.
@Suite struct StreamedFormTests {
  private let place = FileManager.default.temporaryDirectory.appending(path: "martlet-test-\(UUID().uuidString)")

  private func read(
    _ body: [UInt8], pieces: Int, limit: Int = 1 << 20
  ) throws -> (fields: Form, bytes: [UInt8]?, name: String?) {
    defer { try? FileManager.default.removeItem(at: place) }
    var stream = MultipartStream(boundary: "shopform7", field: "goods", limit: limit, place: place)
    for start in stride(from: 0, to: body.count, by: pieces) {
      try stream.take(Array(body[start..<min(start + pieces, body.count)]))
    }
    let (form, file) = try stream.finish()
    return (form, try file.map { Array(try Data(contentsOf: $0.place)) }, file?.name)
  }

  private func part(_ disposition: String, _ content: [UInt8]) -> [UInt8] {
    Array("--shopform7\r\nContent-Disposition: form-data; \(disposition)\r\n\r\n".utf8) + content + Array("\r\n".utf8)
  }

  private var body: [UInt8] {
    part("name=\"stock\"", Array("set".utf8))
      + part("name=\"goods\"; filename=\"C:\\\\goods\\\\秋.csv\"", content)
      + part("name=\"other\"; filename=\"b.csv\"", Array("left out".utf8))
      + part("name=\"merchant\"", Array("mer_1".utf8)) + Array("--shopform7--\r\n".utf8)
  }

  /// With beginnings of delimiters in it.
  private var content: [UInt8] {
    (0..<2000).map { UInt8(truncatingIfNeeded: $0) } + Array("\r\n--shop\r\n--shopform\r\r\n--".utf8)
  }

  @Test(arguments: [1, 2, 3, 7, 64, 1000, 100_000])
  func `any bytes come through whole in pieces of any size`(pieces: Int) throws {
    let sent = try read(body, pieces: pieces)
    #expect(sent.bytes == content && sent.name == "秋.csv")
    #expect(sent.fields["stock"] == "set" && sent.fields["merchant"] == "mer_1" && sent.fields["other"] == nil)
  }

  @Test func `a file that is too long, a body that ends early and one that is none are refused`() throws {
    #expect(throws: BodyRefusal.tooLarge) { try read(body, pieces: 64, limit: 100) }
    #expect(throws: BodyRefusal.malformed("end")) { try read(Array(body.dropLast(20)), pieces: 64) }
    #expect(throws: BodyRefusal.malformed("end")) { try read(Array("nothing of the kind".utf8), pieces: 64) }
    let endless = Array("--shopform7\r\n".utf8) + Array(repeating: UInt8(ascii: "a"), count: 5000)
    #expect(throws: BodyRefusal.malformed("header")) { try read(endless, pieces: 64) }
    let texts = part("name=\"stock\"", Array(repeating: UInt8(ascii: "a"), count: 300_000))
    #expect(throws: BodyRefusal.tooLarge) { try read(texts, pieces: 64) }
  }

  @Test func `where nothing was chosen there is no file`() throws {
    let sent = try read(
      part("name=\"goods\"; filename=\"\"", []) + Array("--shopform7--".utf8), pieces: 5)
    #expect(sent.bytes == nil && sent.fields["goods"] == nil)
    #expect(!FileManager.default.fileExists(atPath: place.path))
  }
}
