import Foundation
import Governance
import Logging
import ServiceLifecycle
import Storage
import TestKit
import Testing
import Values

@testable import App

/// What keeps the program from starting, and what it says of that: one sentence that names the setting.
@Suite struct StartTests {
  private static func fault(_ arguments: [String], _ environment: [String: String] = [:]) async throws -> String {
    let fault = await #expect(throws: SettingFault.self) {
      _ = try await Settings(arguments: arguments, environment: environment)
    }
    return fault?.description ?? ""
  }

  @Test func `a port that is none is refused, wherever it was said`() async throws {
    for text in ["abc", "99999", "-1", "80.5"] {
      #expect(
        try await Self.fault([], ["PORT": text]) == "setting PORT: '\(text)' is not a whole number of 0…65535")
      #expect(
        try await Self.fault(["--http-port", text]) == "setting http.port: '\(text)' is not a whole number of 0…65535")
    }
    #expect(try await Settings(arguments: [], environment: ["PORT": "9001"]).port == 9001)
    #expect(try await Settings(arguments: [], environment: ["PORT": ""]).port == 8080)
    #expect(try await Settings(arguments: ["--http-port", "9002"], environment: ["PORT": "abc"]).port == 9002)
  }

  @Test func `a currency is one that there is`() async throws {
    for code in ["ZZZ", "yuan", ""] {
      #expect(try await Self.fault(["--shop-currency", code]).hasPrefix("setting shop.currency: '\(code)' is not an"))
    }
    for code in ["CNY", "JPY", "KWD", "eur"] {
      #expect(try await Settings(arguments: ["--shop-currency", code], environment: [:]).currency.code.count == 3)
    }
  }

  @Test func `folders that aren't there, or hold something else, are named`() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-start-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "file")
    try Data("no folder".utf8).write(to: file)
    let home = ["--home-folder", packageFolder.path]
    let data = ["--data-folder", folder.appending(path: "var").path]
    for (arguments, sentence) in [
      (["serve", "--theme-name", "baroque"] + home + data, "theme.name: 'baroque' is not a folder in"),
      (
        ["serve", "--home-folder", folder.path] + data,
        "home.folder: '\(folder.path)' is not the folder that holds Themes"
      ),
      (
        ["demo", "--home-folder", folder.path] + data, "home.folder: '\(folder.path)' is not the folder that holds Demo"
      ),
      (["serve", "--data-folder", file.path] + home, "data.folder: '\(file.path)' is not a folder"),
      (["sandbox", "--data-folder", file.path] + home, "data.folder: '\(file.path)' is not a folder"),
    ] {
      let outcome = try await martlet(arguments)
      // A data folder may be on a disk that comes later.
      #expect(outcome.status == (sentence.hasPrefix("data.folder") ? 1 : 78), "\(outcome.errors)")
      #expect(outcome.errors.hasPrefix("Error: setting \(sentence)"), "\(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    }
  }

  @Test func `an address that can't be listened on is named, and one that another program has may be free later`()
    async throws
  {
    try await TestShop.run { test in
      let port = test.settings.port
      let serve = ["serve", "--log-level", "critical", "--sandbox-port", "\(try freePort())"] + test.dataArguments
      for (arguments, status, sentence) in [
        (["--http-port", "\(port)"], 1, "http.port: '\(port)' is not free"),
        (["--http-port", "0", "--http-host", "203.0.113.1"], 1, "http.host: '203.0.113.1' is not an address of this"),
        (["--http-port", "0", "--http-host", "no.invalid"], 1, "http.host: 'no.invalid' is not an address of this"),
      ] {
        let outcome = try await martlet(serve + arguments)
        #expect(outcome.status == status, "\(outcome.errors)")
        #expect(outcome.errors.hasPrefix("Error: setting \(sentence)"), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
      }
      let sandbox = try await martlet(["sandbox", "--sandbox-port", "\(port)"] + test.dataArguments)
      #expect(sandbox.status == 1)
      #expect(sandbox.errors.contains("setting sandbox.port: '\(port)' is not free"), "\(sandbox.errors)")
      let limited = try await martlet(
        serve + ["--http-port", "0", "--server-routes-per-minute", "GET /nosuch=5; GET /search=6"])
      #expect(limited.status == 78)
      #expect(
        limited.errors.contains("setting server.routesPerMinute: 'GET /nosuch' is not a route"), "\(limited.errors)")
    }
  }

  @Test func `the program ends with 78 where a person must change a setting, and with 1 where it may work later`()
    async throws
  {
    let port = try freePort()
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-start-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let place = ["--home-folder", packageFolder.path, "--data-folder", folder]
    for (arguments, status) in [
      (["--http-port", "x"], 78), (["--parts-secret", "change-me-soon-to-something"], 78),
      (["--database-url", "mysql://u:p@127.0.0.1:\(port)/shop"], 1),
      (["--events-broker", "amqp://u:p@127.0.0.1:\(port)"], 1),
      (["--no-such-setting", "x"], 64),
    ] {
      let outcome = try await martlet(["serve"] + place + arguments)
      #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
    }
  }

  @Test func `a database that a newer program has changed is left alone, and a person is asked`() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-newer-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let storage = try await TestStorage.arguments(Shop.migrations, in: folder)
    let place = ["--home-folder", packageFolder.path, "--data-folder", folder.path] + storage.arguments
    let known = Shop.migrations.count { $0.context == "orders" }
    let section = try await Settings(arguments: place, environment: [:]).database
    let database = try await section.open()
    try await Migrator(Shop.migrations + [Migration("orders", known + 1, "900_OfTomorrow") { _ in }])
      .run(on: database, now: TestClock.start)
    try await database.close()
    let named =
      section.server == nil ? "data.folder: '\(section.file.path)'" : "database.url: '\(section.place)'"
    for command in [["serve", "--http-port", "0", "--sandbox-port", "\(try freePort())"], ["audit"], ["migrate"]] {
      let outcome = try await martlet(command + place)
      #expect(outcome.status == 78, "\(command): \(outcome.errors)")
      let lines = outcome.errors.split(separator: "\n")
      #expect(lines.count == 1, "\(command): \(outcome.errors)")
      #expect(
        outcome.errors.hasPrefix("Error: setting \(named) is not a database that this program knows: "),
        "\(command): \(outcome.errors)")
      #expect(outcome.errors.contains("orders stands at \(known + 1), this program knows \(known)"))
      #expect(outcome.errors.contains("start that one, or restore a backup"))
    }
    await storage.remove()
  }

  @Test func `a part that others call names its own port`() async throws {
    try await TestShop.run { test in
      var settings = try test.settingsApart()
      settings.parts.port = test.settings.port
      let quiet = Logger(label: "part") { _ in SwiftLogNoOpLogHandler() }
      let part = try await Shop.build(
        settings, parts: [.payments], database: try await test.settings.database.open(), theme: test.shop.theme,
        logger: quiet)
      let services = try ServeCommand.services(part, StaticRegistry()) { _, _ in }
      let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: services, logger: quiet))
      let fault = await #expect(throws: SettingFault.self) { try await group.run() }
      #expect(fault?.key == "parts.port" && fault?.mayPass == true)
      try await part.close()
    }
  }

  @Test(arguments: [true, false]) func `serve says it when there is no way to pay`(_ isOffered: Bool) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-unpaid-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let storage = try await TestStorage.arguments()
    let log = folder.appending(path: "log")
    try Data().write(to: log)
    let shop = Process.martlet(
      ["serve"] + storage.arguments + [
        "--home-folder", packageFolder.path, "--data-folder", folder.path, "--http-port", "\(try freePort())",
        "--sandbox-port", "\(try freePort())", "--catalog-fetches-pictures", "false", "--sandbox-is-offered",
        "\(isOffered)",
      ])
    let errors = try FileHandle(forWritingTo: log)
    shop.standardError = errors
    let ending = try shop.start()
    try await eventually("it serves") { try String(contentsOf: log, encoding: .utf8).contains("Martlet serves") }
    let warns = try String(contentsOf: log, encoding: .utf8).contains("there is no way to pay")
    #expect(warns == !isOffered)
    shop.terminate()
    #expect(await ending.status == 0)
    try errors.close()
    await storage.remove()
  }
}
