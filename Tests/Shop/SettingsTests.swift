import Foundation
import Testing

@testable import App

/// Settings that shoppers see.
@Suite struct SettingsTests {
  @Test func `help shows the shop's contact, and letters come from the sender`() async throws {
    try await TestShop.run(["--shop-contact", "help@shop.example", "--mail-sender", "post@shop.example"]) { test in
      #expect(try await test.browser().get("/help").body.contains("href=\"mailto:help@shop.example\""))
      _ = try await test.browser().post(
        "/register", [("name", "Lin"), ("email", "lin@example.com"), ("password", TestShop.password)])
      try await test.settle()
      let letters = try FileManager.default.contentsOfDirectory(
        at: test.settings.mailFolder, includingPropertiesForKeys: nil)
      let letter = try String(contentsOf: try #require(letters.first), encoding: .utf8)
      #expect(letter.contains("<post@shop.example>"))
    }
  }

  @Test func `an address that is none stops the start`() async throws {
    for text in ["", "shop", "@", "a@", "a b@example.com", "a@b@c", "店@example.com"] {
      await #expect(throws: SettingFault.self, "\(text)") {
        _ = try await Settings(arguments: ["--mail-sender", text], environment: [:])
      }
    }
  }
}
