import Foundation
import TestKit
import Testing

@testable import App

/// A slip in the name of a variable.
@Suite struct UnknownVariableTests {
  private static func fault(_ environment: [String: String], file: String = "") -> String {
    do {
      try SettingVariables.check(environment, file: file)
      return ""
    } catch {
      return "\(error)"
    }
  }

  @Test func `it stops serve with one sentence that names the nearest setting, and not the value`() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-slip-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let sentence = "names no setting; the nearest is MARTLET_DATABASE_URL (database.url): correct it, or leave it out"
    let place = ["--home-folder", packageFolder.path, "--data-folder", folder.appending(path: "var").path]

    let slip = Process.martlet(["serve"] + place)
    slip.environment = ProcessInfo.processInfo.environment.merging(["MARTLET_DATBASE_URL": "mysql://u:s3cret@h/n"]) {
      $1
    }
    slip.currentDirectoryURL = folder
    let outcome = try await slip.outcome()
    #expect(outcome.status == 78)
    #expect(outcome.errors == "Error: the variable MARTLET_DATBASE_URL \(sentence)\n")

    try Data("# MARTLET_OLD=1\nOTHER=2\nMARTLET_HTTP_PORT=0\nMARTLET_DATABASE_URI = mysql://u:s3cret@h/n\n".utf8)
      .write(to: folder.appending(path: ".env"))
    let line = Process.martlet(["serve"] + place)
    line.currentDirectoryURL = folder
    let second = try await line.outcome()
    #expect(second.status == 78)
    #expect(second.errors == "Error: the line MARTLET_DATABASE_URI of .env \(sentence)\n")
    #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "var").path))
  }

  @Test func `every setting is known, and so is what others say`() {
    let all = SettingArguments.keys.map { (SettingVariables.name(of: $0), "x") }
    #expect(Self.fault(Dictionary(all) { first, _ in first }) == "")
    #expect(Self.fault(["PATH": "/bin", "MARTLETS": "2", "MARTLET_TEST_ENGINE": "mysql"]) == "")
    // As Kubernetes tells a pod of the service `martlet-shop`.
    let links = [
      "MARTLET_SHOP_SERVICE_HOST": "10.0.0.1", "MARTLET_SHOP_SERVICE_PORT_HTTP": "8080",
      "MARTLET_SHOP_PORT": "tcp://10.0.0.1:8080", "MARTLET_SHOP_PORT_8080_TCP_ADDR": "10.0.0.1",
    ]
    #expect(Self.fault(links) == "")
    #expect(Self.fault(["MARTLET_SHOP_PORT": "1"]).contains("MARTLET_HTTP_PORT"))
    #expect(Self.fault(links.merging(["MARTLET_HTTP_PROT": "1"]) { $1 }).contains("MARTLET_HTTP_PORT (http.port)"))
    #expect(Self.fault([:], file: "MARTLET_\nMARTLET_=1").contains("the line MARTLET_ of .env"))
  }
}
