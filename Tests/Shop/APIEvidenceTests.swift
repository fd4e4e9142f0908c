import Accounts
import Files
import Flows
import Foundation
import NIOHTTP1
import Refunds
import Storage
import Testing
import Values

@testable import API
@testable import App

/// Pictures that programs of buyers send with what they ask back.
@Suite struct APIEvidenceTests {
  private static let boundary = "between"

  /// A form as programs make it.
  /// - Parameter fileName: of the part with the JSON; nil sends it as text.
  private static func form(
    _ json: String?, pictures: [[UInt8]], named fileName: String? = nil, boundary: String = boundary
  ) -> (type: String, bytes: [UInt8]) {
    var bytes: [UInt8] = []
    func add(_ head: String, _ content: [UInt8]) {
      bytes += Array("--\(boundary)\r\nContent-Disposition: form-data; \(head)\r\n\r\n".utf8) + content
      bytes += Array("\r\n".utf8)
    }
    if let json {
      let name = fileName.map { "; filename=\"\($0)\"\r\nContent-Type: application/json" } ?? ""
      add("name=\"request\"" + name, Array(json.utf8))
    }
    for picture in pictures { add("name=\"pictures\"; filename=\"p.png\"\r\nContent-Type: image/png", picture) }
    return ("multipart/form-data; boundary=\(boundary)", bytes + Array("--\(boundary)--\r\n".utf8))
  }

  private static func asking(_ owner: Owner, units: Int = 1) -> String {
    """
    {"kind": "goodsBack", "reason": "damaged", "explanation": "chipped",
      "lines": [{"line": "\(owner["sentLine"])", "units": \(units)}]}
    """
  }

  private static func path(_ owner: Owner) -> String { "/orders/\(owner["sent"])/refunds" }

  /// How many files there are below a folder of the data.
  private static func files(_ folder: String, _ test: TestShop) -> Int {
    let place = test.settings.dataFolder.appending(path: folder)
    let found = FileManager.default.enumerator(at: place, includingPropertiesForKeys: nil)?.allObjects ?? []
    return found.count { ($0 as? URL)?.pathExtension == "png" }
  }

  // req: 4.2.4-0
  @Test func `a program asks with reason, words and pictures, which nobody but the two sides sees`() async throws {
    try await TestShop.run { test in
      let owner = try await test.owner()
      let program = test.program.with(token: owner.token.rawValue)
      let open = Self.files("files", test)
      let pictures = [SmallPicture.png(showing: 5), SmallPicture.png(showing: 6), SmallPicture.png(showing: 5)]
      let sent = Self.form(Self.asking(owner), pictures: pictures, named: "blob")
      let asked = try await program.raw(Self.path(owner), sent.bytes, type: sent.type)
      #expect(asked.status == 201, "\(asked.text)")
      let named = (asked["refund"]?["pictures"]?.items ?? []).compactMap(\.text)
      // Equal ones are kept once.
      #expect(named.count == 2)
      #expect(Self.files("files", test) == open)
      for address in named {
        #expect(address.hasPrefix(ShopAPI.root))
        let shown = try await program.get(String(address.dropFirst(ShopAPI.root.count)))
        #expect(shown.status == 200 && shown.header("cache-control") == "private, no-store")
        #expect(shown.header("content-type") == "image/png" && shown.header("x-content-type-options") == "nosniff")
        #expect(try await test.program.get(String(address.dropFirst(ShopAPI.root.count))).status == 401)
      }
      let id = try #require(RefundCaseID(asked["refund"]?["id"]?.text ?? ""))
      let kept = try #require(try await test.shop.contexts.refunds.refundCase(id))
      for key in kept.evidence {
        #expect(try await test.browser().get("/media/\(key)").status == 404)
      }
    }
  }

  @Test func `a request with pictures that is sent again under its key acts once, however the form is drawn`()
    async throws
  {
    try await TestShop.run { test in
      let owner = try await test.owner()
      let program = test.program.with(token: owner.token.rawValue).with(key: "once")
      let picture = SmallPicture.png(showing: 5)
      var answers: [APIClient.Answer] = []
      for boundary in ["one", "two"] {
        let sent = Self.form(Self.asking(owner), pictures: [picture], boundary: boundary)
        answers.append(try await program.raw(Self.path(owner), sent.bytes, type: sent.type))
      }
      #expect(answers.map(\.status) == [201, 201])
      #expect(answers[0].text == answers[1].text && answers[1].header("idempotency-replayed") == "true")
      let other = Self.form(Self.asking(owner), pictures: [SmallPicture.png(showing: 6)])
      let mismatch = try await program.raw(Self.path(owner), other.bytes, type: other.type)
      #expect(mismatch.code == "idempotencyMismatch")
    }
  }

  // req: 3.1.3-1
  @Test func `a form that isn't what it should be is refused with the place of the fault, and leaves nothing`()
    async throws
  {
    try await TestShop.run { test in
      let owner = try await test.owner()
      let program = test.program.with(token: owner.token.rawValue)
      let before = try await owner.belongings()
      let kept = Self.files("private", test)
      let (json, png) = (Self.asking(owner), SmallPicture.png(showing: 5))
      func refused(
        _ sent: (type: String, bytes: [UInt8]), _ status: Int, _ field: String?, _ what: String
      ) async throws {
        let answer = try await program.raw(Self.path(owner), sent.bytes, type: sent.type)
        #expect(answer.status == status, "\(what): \(answer.text)")
        let places = (answer["errors"]?.items ?? []).compactMap { $0["field"]?.text }
        if let field { #expect(places.contains(field), "\(what): \(answer.text)") }
      }
      for count in [7, 8, 12] {
        let many = (1...count).map { SmallPicture.png(showing: UInt8($0)) }
        try await refused(Self.form(json, pictures: many), 422, "pictures", "\(count) pictures")
        try await refused(Self.form(json, pictures: many, named: "blob"), 422, "pictures", "\(count) and a file")
      }
      try await refused(Self.form(nil, pictures: [png]), 400, "request", "no JSON")
      try await refused(Self.form("{", pictures: [png]), 400, nil, "half of the JSON")
      let long = "{\"explanation\": \"" + String(repeating: "a", count: 300 << 10) + "\"}"
      try await refused(Self.form(long, pictures: []), 413, nil, "long JSON")
      try await refused(Self.form(long, pictures: [], named: "blob"), 413, nil, "long JSON in a file")
      try await refused(Self.form(Self.asking(owner, units: 0), pictures: [png]), 422, "lines.0.units", "no units")
      try await refused(("multipart/form-data", Self.form(json, pictures: [png]).bytes), 415, nil, "no boundary")
      try await refused(("multipart/mixed; boundary=between", []), 415, nil, "another kind of parts")
      let huge = Self.form(json, pictures: Array(repeating: png + [UInt8](repeating: 0, count: 5 << 20), count: 10))
      try await refused(huge, 413, nil, "fifty megabytes")
      #expect(try await owner.belongings() == before)
      #expect(Self.files("private", test) == kept)
    }
  }

  @Test func `pictures of what is refused are gone again, but for those that something else shows`() async throws {
    try await TestShop.run { test in
      let owner = try await test.owner()
      let program = test.program.with(token: owner.token.rawValue)
      let (shared, fresh) = (SmallPicture.png(showing: 5), SmallPicture.png(showing: 6))
      let first = Self.form(Self.asking(owner), pictures: [shared])
      let asked = try await program.raw(Self.path(owner), first.bytes, type: first.type)
      #expect(asked.status == 201, "\(asked.text)")
      let kept = Self.files("private", test)
      let words = String(repeating: "x", count: 1001)
      for json in [
        Self.asking(owner, units: 9999), Self.asking(owner).replacing("chipped", with: words),
      ] {
        let sent = Self.form(json, pictures: [shared, fresh])
        let refused = try await program.raw(Self.path(owner), sent.bytes, type: sent.type)
        #expect([409, 422].contains(refused.status), "\(refused.text)")
        #expect(Self.files("private", test) == kept)
      }
      let address = try #require(asked["refund"]?["pictures"]?[0]?.text)
      #expect(try await program.get(String(address.dropFirst(ShopAPI.root.count))).status == 200)
      // What fails for another reason may have been done.
      let broken = StorageFault.outcomeUnknown("gone")
      await #expect(throws: StorageFault.self) {
        try await test.shop.flows.keepEvidence.keeping([(bytes: fresh, kind: .png)]) { _ in throw broken }
      }
      #expect(Self.files("private", test) == kept + 1)
    }
  }

  // req: 3.1.1-2
  @Test func `pictures are taken from nobody, from no other buyer, and from no page of another site`() async throws {
    try await TestShop.run { test in
      let owner = try await test.owner()
      let sent = Self.form(Self.asking(owner), pictures: [SmallPicture.png(showing: 5)])
      let kept = Self.files("private", test)
      let before = try await owner.belongings()
      let nobody = try await test.program.raw(Self.path(owner), sent.bytes, type: sent.type)
      #expect(nobody.status == 401)
      let (other, _) = try await test.other()
      for (browser, origin, status) in [
        (other, test.base, 404), (owner.browser, "https://evil.example", 403), (owner.browser, "null", 403),
      ] {
        let answer = try await browser.send(
          .POST, ShopAPI.root + Self.path(owner), body: sent.bytes,
          headers: ["content-type": sent.type, "origin": origin])
        #expect(answer.status == status, "\(origin)")
      }
      #expect(try await owner.belongings() == before)
      #expect(Self.files("private", test) == kept)
    }
  }

  @Test func `the document says that pictures may come along, and what is answered where one is shown`() async throws {
    try await TestShop.run { test in
      let text = try await test.browser().get("/api/v1/openapi.json").body
      let paths = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))["paths"]
      let content = paths?["/orders/{number}/refunds"]?["post"]?["requestBody"]?["content"]
      #expect(Set((content?.members ?? [:]).keys) == ["application/json", "multipart/form-data"])
      for path in ["/refunds/{id}/pictures/{number}", "/admin/refunds/{id}/pictures/{number}"] {
        let shown = paths?[path]?["get"]?["responses"]?["200"]?["content"]
        #expect(Set((shown?.members ?? [:]).keys) == ["image/jpeg", "image/png", "image/webp"], "\(path)")
      }
    }
  }
}
