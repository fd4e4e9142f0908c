import Files
import Foundation
import Testing
import Values

final class LocalFilesTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-files-\(UUID().uuidString)")

  deinit { try? FileManager.default.removeItem(at: folder) }

  @Test func `bytes come back under the hash of their content`() async throws {
    let files = LocalFiles(folder: folder)
    let key = try await files.put(Array("abc".utf8), fileExtension: "svg")
    #expect(key.rawValue == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad.svg")
    #expect(try await files.read(key) == Array("abc".utf8))
    #expect(FileManager.default.fileExists(atPath: folder.appending(path: "ba/78/\(key)").path))
    let unknown = try #require(FileKey(rawValue: String(repeating: "0", count: 64) + ".png"))
    #expect(try await files.read(unknown) == nil)
  }

  @Test func `a hundred tasks that store the same leave one file and no drafts`() async throws {
    let files = LocalFiles(folder: folder)
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
    let keys = try await withThrowingTaskGroup(of: FileKey.self) { group in
      for _ in 0..<100 { group.addTask { try await files.put(bytes, fileExtension: "png") } }
      return try await group.reduce(into: Set()) { $0.insert($1) }
    }
    let key = try #require(keys.first)
    #expect(keys.count == 1)
    #expect(try await files.read(key) == bytes)
    let beside = files.place(of: key).deletingLastPathComponent()
    #expect(try FileManager.default.contentsOfDirectory(atPath: beside.path) == [key.rawValue])
  }

  @Test func `a file that is removed is gone, once and again, and can be stored anew`() async throws {
    let files = LocalFiles(folder: folder)
    let key = try await files.put([1, 2, 3], fileExtension: "png")
    try await files.remove(key)
    #expect(try await files.read(key) == nil)
    try await files.remove(key)
    _ = try await files.put([1, 2, 3], fileExtension: "png")
    #expect(try await files.read(key) == [1, 2, 3])
  }

  @Test func `nothing at all can be stored too`() async throws {
    let files = LocalFiles(folder: folder)
    #expect(try await files.read(try await files.put([], fileExtension: "jpg")) == [])
  }

  @Test(arguments: ["", "../x", "SVG", "s", "a/b", "toolong", "é"])
  func `an extension that isn't one is refused`(fileExtension: String) async {
    await #expect(throws: FileFault.badExtension(fileExtension)) {
      _ = try await LocalFiles(folder: self.folder).put([1], fileExtension: fileExtension)
    }
  }
}

struct UploadPolicyTests {
  static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8)
  static let jpg: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0, 0]
  static let webp = Array("RIFF\u{1}\u{0}\u{0}\u{0}WEBPVP8 ".utf8)
  static let svg = Array(
    "\u{FEFF}<?xml version=\"1.0\"?>\n<!-- x --><!DOCTYPE svg PUBLIC \"a\">\n<svg xmlns=\"x\"/>".utf8)

  @Test func `pictures are told by their bytes`() throws {
    #expect(try UploadPolicy.pictures.check(Self.png) == .png)
    #expect(try UploadPolicy.pictures.check(Self.jpg) == .jpg)
    #expect(try UploadPolicy.pictures.check(Self.webp) == .webp)
    #expect(try UploadPolicy.drawings.check(Self.svg) == .svg)
    #expect(FileKind.jpg.mediaType == "image/jpeg")
    #expect(FileKind(detecting: Array("GIF89a".utf8)) == .gif)
    #expect(FileKind(detecting: Array("\u{0}\u{0}\u{0}\u{1c}ftypavif".utf8)) == .avif)
    let key = try #require(FileKey(rawValue: String(repeating: "0", count: 64) + ".avif"))
    #expect(FileKind(key)?.mediaType == "image/avif")
  }

  @Test func `a drawing that can carry scripts isn't taken from outside`() {
    #expect(throws: PictureRefusal.notAPicture) { try UploadPolicy.pictures.check(Self.svg) }
  }

  @Test(arguments: [
    "", "GIF89a", "<script>alert(1)</script>", "<html><svg></svg></html>", "%PDF-1.7", "RIFF\u{0}WAVE", "<svgx>",
    "<?xml",
    "<!-- <svg", "MZ",
  ])
  func `what is no picture is refused`(text: String) {
    #expect(throws: PictureRefusal.notAPicture) { try UploadPolicy.drawings.check(Array(text.utf8)) }
  }

  @Test func `a picture of more than five megabytes is refused beside its field`() throws {
    let limit = UploadPolicy.pictures.limit
    let most = Self.jpg + [UInt8](repeating: 0, count: limit - Self.jpg.count)
    #expect(try UploadPolicy.pictures.check(most) == .jpg)
    let refusal = #expect(throws: PictureRefusal.self) { try UploadPolicy.pictures.check(most + [0]) }
    #expect(
      refusal?.beside("picture")
        == FieldFaults(field: "picture", code: "pictureTooLarge", details: ["maxMegabytes": "5"]))
  }
}
