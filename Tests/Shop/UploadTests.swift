import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
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
    ("an archive that unfolds into gigabytes", ZipBomb.bytes),
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
          #expect(answer.body.contains(route.isAPI ? "\"\(field)\"" : "fault"), "\(name), \(trick.what)")
        }
        #expect(try await owner.belongings() == before, "\(name)")
      }
    }
  }

  @Test func `an archive that unfolds into gigabytes is no file of goods, and is told so`() async throws {
    try await TestShop.run { test in
      let owner = try await test.owner()
      let route = try ShopRoute.named("POST /admin/goods/import")
      let staff = try await test.staff(for: route, of: owner)
      #expect(ZipBomb.bytes.count < 512 << 10 && ZipBomb.unfolded > 2_000_000)
      let before = try await test.books()
      for name in ["goods.csv", "goods.xlsx", "goods.zip"] {
        let answer = try await route.send(by: staff, naming: owner.names, file: ("goods", name, ZipBomb.bytes))
        #expect((400..<500).contains(answer.status) && answer.body.contains("goods-fault"), "\(name): \(answer.status)")
      }
      #expect(try await test.books() == before)
    }
  }

  /// At each door that takes files, with a file that it takes.
  @Test func `a name that leads elsewhere leads nowhere`() async throws {
    try await TestShop.run { test in
      var owner = try await test.owner()
      let doors = ShopRoute.pictureFields.merging(["POST /admin/goods/import": "goods"]) { $1 }
      for (door, field) in doors.sorted(by: { $0.key < $1.key }) {
        let route = try ShopRoute.named(door)
        for name in ["../../../evil.png", "/tmp/evil.png", "..\\..\\evil.png", "evil.png%00.svg", "evil\u{0}.png"] {
          owner = try await owner.stocked()
          let browser = route.isDesk ? try await test.staff(for: route, of: owner) : owner.browser
          let usual = Browser.usual(field)
          let answer = try await route.send(
            by: browser, naming: owner.withLetter().names, file: (usual.field, name, usual.bytes))
          #expect(answer.status < 400, "\(door) \(name): \(answer.status)")
        }
      }
      let folder = test.settings.dataFolder
      let inside = FileManager.default.enumerator(atPath: folder.path)?.allObjects as? [String] ?? []
      let beside = try FileManager.default.contentsOfDirectory(atPath: folder.deletingLastPathComponent().path)
      #expect(!inside.isEmpty)
      #expect((inside + beside).filter { $0.contains("evil") } == [])
      #expect(!FileManager.default.fileExists(atPath: "/tmp/evil.png"))
    }
  }

  private static let tooLarge: [Language: [String]] = [
    .en: ["That is too large", "too much at once", "Cut the file in parts"],
    .zhHans: ["内容过大", "请拆分文件"],
  ]

  @Test(arguments: [Language.en, .zhHans])
  func `whoever sends too much reads so, in their language, on a page of the shop`(language: Language) async throws {
    try await TestShop.run { test in
      let owner = try await test.owner().withLetter()
      let (staff, platform) = (try await test.staff(of: owner.merchant), try await test.staff(of: nil))
      let sentences = try #require(Self.tooLarge[language])
      let buyer = owner.browser
      for browser in [buyer, staff, platform] { _ = try await browser.get("/?lang=\(language.rawValue)") }
      for route in ShopRoute.all where route.isForm {
        let browser = route.isDesk ? route.door == .platform ? platform : staff : buyer
        let megabytes = route.file == "goods" ? 52 : route.isMultipart || route.bringsGrid ? 21 : 1
        let type = route.isMultipart ? "multipart/form-data; boundary=parts" : "application/x-www-form-urlencoded"
        let answer = try await browser.send(
          .POST, try route.address(owner.names), large: .bytes(ByteBuffer(repeating: 0x61, count: megabytes << 20)),
          headers: ["content-type": type, "origin": browser.base, "accept-language": language.rawValue])
        #expect(answer.status == 413, "\(route.name): \(answer.status)")
        #expect(sentences.contains { answer.body.contains($0) }, "\(route.name)")
        #expect(answer.body.contains("<html lang=\"\(language.rawValue)\""), "\(route.name)")
      }
    }
  }
}

extension ShopRoute {
  /// A form that people fill in.
  fileprivate var isForm: Bool { changes && !isAPI && body != nil && !isToldByMachines }
}
