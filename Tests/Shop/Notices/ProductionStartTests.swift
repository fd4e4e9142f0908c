import Foundation
import Payments
import TestKit
import Testing
import Values

@testable import App

/// A program that is told that real money moves starts with nothing of a test.
@Suite struct ProductionStartTests {
  // req: 4.1.4-2
  @Test func `a shop with real money starts with no method that is set up for tests, and says which`() async throws {
    let keys = try ExampleKeys.read()
    try await TestShop.run { test in
      let accounts = ExampleAccounts(keys: keys, sandbox: test.settings.sandbox.url)
      let arguments =
        ["serve", "--log-level", "critical", "--http-port", "0", "--shop-is-production", "true"] + test.dataArguments
      for name in ["alipay", "wechat", "stripe"] {
        let saved = try await test.shop.paymentAccounts.save(try accounts.draft(of: name), by: StaffID(raw: 1))
        // Also where nobody gave it the key that opens the secrets.
        for seal in [["--payments-seal-key", TestShop.sealKey], []] {
          let outcome = try await martlet(arguments + seal)
          #expect(outcome.status == 78, "\(name): \(outcome.errors)")
          #expect(
            outcome.errors.hasPrefix(
              "Error: setting shop.isProduction: 'true' is not possible while the payment method \(name) is on"),
            "\(outcome.errors)")
          #expect(outcome.errors.split(separator: "\n").count == 1)
          for secret in try accounts.secrets(of: name).values { #expect(!outcome.errors.contains(secret)) }
        }
        try await test.shop.paymentAccounts.turn(saved.method, on: false, of: .shop, by: StaffID(raw: 1))
      }
    }
  }

  // req: 4.1.4-2
  @Test func `neither is the sandbox offered, nor does it start, where real money moves`() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-real-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let place = ["--home-folder", packageFolder.path, "--data-folder", folder.path, "--shop-is-production", "true"]
    for (arguments, sentence) in [
      (["serve", "--sandbox-is-offered", "true"], "sandbox.isOffered: 'true' is not allowed while shop.isProduction"),
      (["sandbox"], "shop.isProduction: 'true' is not for the sandbox"),
      (["sandbox", "--print-settings"], "shop.isProduction: 'true' is not for the sandbox"),
    ] {
      let outcome = try await martlet(arguments + place)
      #expect(outcome.status == 78, "\(outcome.errors)")
      #expect(outcome.errors.hasPrefix("Error: setting \(sentence)"), "\(outcome.errors)")
      #expect(outcome.output.isEmpty)
    }
    #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "sandbox-keys.json").path))
  }
}
