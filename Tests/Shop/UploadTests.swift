import Foundation
import Testing
import Values

@testable import App

/// Files that aren't what they should be, at every door that takes pictures, from the one whom it is for.
@Suite struct UploadTests {
  private static let tricks: [(what: String, bytes: [UInt8])] = [
    ("words behind a picture's name", Array("Nothing but words".utf8)),
    ("a page", Array("<!doctype html><script>alert(1)</script>".utf8)),
    (
      "a drawing with a script",
      Array("<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>".utf8)
    ),
    ("an archive", [0x50, 0x4B, 3, 4] + Array(repeating: 0, count: 64)),
    ("half a picture", Array(SmallPicture.png.dropLast(8))),
    ("a picture that unfolds into gigabytes", unfolding),
    ("more than five megabytes", SmallPicture.png + Array(repeating: 0, count: 5 << 20)),
  ]

  /// 30,000 by 30,000 pixels in as few bytes as the small one.
  private static let unfolding: [UInt8] = {
    var bytes = SmallPicture.png
    bytes.replaceSubrange(16..<24, with: [0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30])
    return bytes
  }()

  // req: 3.1.3-1
  @Test func `no door takes a file that isn't a picture that pages can show, and each says so`() async throws {
    try await TestShop.run { test in
      var owner = try await test.owner()
      for (name, field) in ShopRoute.pictureFields.sorted(by: { $0.key < $1.key }) {
        let route = try ShopRoute.named(name)
        owner = try await owner.stocked()
        let browser = route.isDesk ? try await test.staff(for: route, of: owner) : owner.browser
        let before = try await owner.belongings()
        for trick in Self.tricks {
          let answer = try await route.send(
            by: browser, naming: owner.withLetter().names, file: (field, "a.png", trick.bytes))
          #expect((400..<500).contains(answer.status), "\(name), \(trick.what): \(answer.status)")
          #expect(answer.body.contains("fault"), "\(name), \(trick.what)")
        }
        #expect(try await owner.belongings() == before, "\(name)")
      }
    }
  }

  @Test func `a name that leads elsewhere leads nowhere`() async throws {
    try await TestShop.run { test in
      let owner = try await test.owner()
      let route = try ShopRoute.named("POST /admin/content/pictures")
      let browser = try await test.staff(for: route, of: owner)
      for name in ["../../../evil.png", "/tmp/evil.png", "..\\..\\evil.png", "evil.png%00.svg"] {
        let answer = try await route.send(by: browser, naming: owner.names, file: ("picture", name, SmallPicture.png))
        #expect(answer.status < 400, "\(name): \(answer.status)")
      }
      let folder = test.settings.dataFolder
      let inside = FileManager.default.enumerator(atPath: folder.path)?.allObjects as? [String] ?? []
      let beside = try FileManager.default.contentsOfDirectory(atPath: folder.deletingLastPathComponent().path)
      #expect(!inside.isEmpty)
      #expect((inside + beside).filter { $0.contains("evil") } == [])
      #expect(!FileManager.default.fileExists(atPath: "/tmp/evil.png"))
    }
  }
}
