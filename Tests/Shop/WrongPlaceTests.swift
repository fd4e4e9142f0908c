import Foundation
import TestKit
import Testing

@testable import App

/// Commands for a shop that sells, run where there is none.
@Suite struct WrongPlaceTests {
  @Test func `whoever looks after a shop never makes an empty one by it`() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-nowhere-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let place = ["--home-folder", packageFolder.path, "--data-folder", folder.path]
    let file = folder.path + ".file"
    for command in [
      ["audit"], ["events"], ["events", "--replay-all"], ["switch"], ["switch", "off", "search"],
      ["switch", "on", "search"], ["backup", file], ["export", file], ["reindex"],
      ["search", "check"], ["search", "rebuild"],
    ] {
      let outcome = try await martlet(command + place)
      #expect(outcome.status == 78, "\(command)")
      #expect(outcome.output.isEmpty, "\(command)")
      let lines = outcome.errors.split(separator: "\n")
      #expect(lines.count == 1, "\(command): \(outcome.errors)")
      #expect(
        outcome.errors.hasPrefix("Error: setting data.folder: '\(folder.path)' is not the folder of a shop"),
        "\(command): \(outcome.errors)")
      #expect(outcome.errors.contains("database.url"), "\(command)")
      #expect(!FileManager.default.fileExists(atPath: folder.path), "\(command)")
      #expect(!FileManager.default.fileExists(atPath: file), "\(command)")
    }
    let routes = try await martlet(["routes"] + place)
    #expect(routes.status == 0 && routes.output.contains("GET\t/readyz"))
    #expect(!FileManager.default.fileExists(atPath: folder.path), "routes are the same for every shop")
    #expect(try await martlet(["migrate"] + place).status == 0)
    #expect(try await martlet(["audit"] + place).status == 0)
  }

  @Test func `audit and backup say on which database they worked`() async throws {
    try await TestShop.run { test in
      let place = test.settings.database.place
      let audit = try await martlet(["audit"] + test.dataArguments)
      #expect(audit.status == 0 && audit.output == "The books agree.\n")
      #expect(audit.errors.contains("The books of \(place):\n"), "\(audit.errors)")
      let file = test.settings.dataFolder.appending(path: "one.backup").path
      let backup = try await martlet(["backup", file] + test.dataArguments)
      #expect(backup.status == 0 && backup.errors.contains(" rows of \(place) are in \(file)."), "\(backup.errors)")
    }
  }
}
