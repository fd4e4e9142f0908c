import Foundation
import Remote
import TestKit
import Testing

@testable import App

/// The files by which parts know one another, as they're set.
@Suite struct PartCertificateTests {
  @Test func `files that no part can use stop the start with one sentence that names the setting`() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-partfiles-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let authority = try await TestAuthority(in: folder)
    let own = try await authority.certificate(for: ["one.example"], file: "one")
    let other = try await authority.certificate(for: ["two.example"], file: "two")
    let text = folder.appending(path: "text.pem").path
    try Data("no certificate and no key\n".utf8).write(to: URL(fileURLWithPath: text))
    func arguments(_ certificate: String, _ key: String, _ root: String) -> [String] {
      ["--parts-certificate", certificate, "--parts-key", key, "--parts-authority", root]
    }
    let home = ["--home-folder", packageFolder.path, "--data-folder", folder.appending(path: "var").path]
    for (files, sentence) in [
      (
        arguments("/nowhere.pem", own.key, authority.root),
        "parts.certificate: '/nowhere.pem' is not a PEM file that can be read"
      ),
      (
        arguments(text, own.key, authority.root),
        "parts.certificate: '\(text)' is not a PEM file of certificates, the part's own first"
      ),
      (arguments(own.certificate, text, authority.root), "parts.key: '\(text)' is not a PEM file of a private key"),
      (
        arguments(own.certificate, other.key, authority.root),
        "parts.key: '\(other.key)' is not the key of the first certificate in parts.certificate"
      ),
      (arguments(own.certificate, own.key, text), "parts.authority: '\(text)' is not a PEM file of certificates"),
      (
        ["--parts-certificate", own.certificate],
        "parts.key: '' is not a PEM file, as it must be beside parts.certificate"
      ),
    ] {
      let outcome = try await martlet(["serve", "--only", "payments"] + home + files)
      #expect(outcome.status == 78, "\(outcome.errors)")
      #expect(outcome.errors.hasPrefix("Error: setting \(sentence)"), "\(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    }
    let good = try await Settings(arguments: arguments(own.certificate, own.key, authority.root), environment: [:])
    #expect(good.parts.certificates?.chain == own.certificate)
    #expect(good.parts.security.allows("payments.example"), "what is encrypted may leave the private network")
  }
}
