import Foundation
import Logging
import Orders
import Storage
import Synchronization
import TestKit
import Testing
import Values

@testable import App

/// A shop that has sold goes to another place, by the commands with which operators take it there.
@Suite struct MovingTests {
  private static let notEmpty = "the database isn't empty: name an empty one, for nothing is overwritten\n"

  private let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-moving-\(UUID().uuidString)")

  // req: 3.1.3-2
  @Test func `a backup brings a shop that has sold into an empty database, and touches none that isn't empty`()
    async throws
  {
    defer { try? FileManager.default.removeItem(at: folder) }
    let (backup, number) = try await sold()
    let place = embedded("restored")
    let restored = try await martlet(["restore", backup] + place.arguments)
    #expect(restored.status == 0, "\(restored.errors)")
    #expect(restored.errors.hasSuffix(" rows are in \(place.name).\nThe books agree.\n"), "\(restored.errors)")
    try await expectPaid(number, at: place.arguments)

    let before = try await rows(at: place.arguments)
    #expect(before["order_head"]?.count == 1)
    let again = try await martlet(["restore", backup] + place.arguments)
    #expect(again.status == 1)
    #expect(again.errors == "\(backup): \(Self.notEmpty)")
    let after = try await rows(at: place.arguments)
    #expect(after == before)
  }

  // req: 3.1.3-2
  @Test func `a shop that has sold on the embedded database moves to a server, where the same is found`() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let (backup, number) = try await sold()
    let (source, target) = (embedded("source"), try await served())
    #expect(try await martlet(["restore", backup] + source.arguments).status == 0)
    let move = move(from: source, to: target)
    let moved = try await martlet(move)
    #expect(moved.status == 0, "\(moved.errors)")
    try await expectEqual(moved.output, at: source)
    for place in [source, target] {
      #expect(moved.errors.contains("The books of \(place.name):\nThe books agree.\n"), "\(moved.errors)")
    }
    #expect(moved.errors.hasSuffix("The shop can be started on \(target.name).\n"), "\(moved.errors)")
    try await expectPaid(number, at: target.arguments)

    // What is done is never done again over a shop that sells.
    let before = [try await rows(at: source.arguments), try await rows(at: target.arguments)]
    let again = try await martlet(move)
    #expect(again.status == 1)
    #expect(again.output.isEmpty && again.errors == Self.notEmpty, "\(again.errors)")
    let after = [try await rows(at: source.arguments), try await rows(at: target.arguments)]
    #expect(after == before)
    try await target.drop()
  }

  @Test func `a move that is done is done again for what changed since, until somebody works on the copy`()
    async throws
  {
    defer { try? FileManager.default.removeItem(at: folder) }
    let (backup, number) = try await sold()
    let (source, target) = (embedded("source"), embedded("target"))
    #expect(try await martlet(["restore", backup] + source.arguments).status == 0)
    // Said as settings, a password isn't seen among the arguments.
    let move = Process.martlet(["move"] + source.arguments)
    move.environment = ProcessInfo.processInfo.environment.merging(
      ["MARTLET_MOVE_FROM": source.url, "MARTLET_MOVE_TO": target.url]
    ) { $1 }
    let first = try await move.outcome()
    #expect(first.status == 0, "\(first.errors)")
    #expect(try await martlet(["audit"] + target.arguments).status == 0)

    try await hire("mei", at: source)
    let second = try await martlet(self.move(from: source, to: target))
    #expect(second.status == 0, "\(second.errors)")
    try await expectEqual(second.output, at: source)
    let (there, here) = (try await rows(at: target.arguments), try await rows(at: source.arguments))
    #expect(there["staff"] == here["staff"])
    #expect(there["staff"]?.description.contains("mei@example.com") == true)

    try await hire("lan", at: target)
    let refused = try await martlet(self.move(from: source, to: target))
    #expect(refused.status == 1)
    #expect(refused.output.isEmpty && refused.errors == Self.notEmpty, "\(refused.errors)")
    try await expectPaid(number, at: target.arguments)
    let kept = try await rows(at: target.arguments)
    #expect(kept["staff"]?.description.contains("lan@example.com") == true)
  }

  @Test func `a move that broke off keeps the shop from its target until the same command has carried it on`()
    async throws
  {
    defer { try? FileManager.default.removeItem(at: folder) }
    let (backup, number) = try await sold()
    let (source, target) = (embedded("source"), try await served())
    #expect(try await martlet(["restore", backup] + source.arguments).status == 0)
    // A schema without rows is as good as nothing; one of its tables takes none for now.
    let database = try await Settings(arguments: target.arguments, environment: [:]).database.open()
    try await Migrator(Shop.migrations).run(on: database, now: TestClock.start)
    try await database.write { try $0.execute(TestEngine.mysql.refuse("INSERT", on: "order_head")) }
    let move = move(from: source, to: target)
    let broken = try await martlet(move)
    #expect(broken.status == 1)
    #expect(broken.errors.contains("The move broke off: "), "\(broken.errors)")
    #expect(broken.errors.hasSuffix(". What was copied stays; the same command carries on.\n"), "\(broken.errors)")
    for command in ["serve", "audit"] {
      let refused = try await martlet([command] + target.arguments)
      #expect(refused.status == 1, "\(command)")
      #expect(
        refused.errors.hasPrefix("Error: setting database.url: '\(target.name)' is not a database that is whole: "),
        "\(command): \(refused.errors)")
      #expect(refused.errors.split(separator: "\n").count == 1, "\(command): \(refused.errors)")
    }

    try await database.write { try $0.execute("DROP TRIGGER broken") }
    try await database.close()
    let carried = try await martlet(move)
    #expect(carried.status == 0, "\(carried.errors)")
    try await expectEqual(carried.output, at: source)
    try await expectPaid(number, at: target.arguments)
    try await target.drop()
  }

  @Test func `a copy whose books disagree serves nobody until those of the source are mended`() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let (backup, number) = try await sold()
    let (source, target) = (embedded("source"), embedded("target"))
    #expect(try await martlet(["restore", backup] + source.arguments).status == 0)
    try await change("UPDATE stock SET on_hand = on_hand + 1", at: source)
    let move = move(from: source, to: target)
    let refused = try await martlet(move)
    #expect(refused.status == 1)
    #expect(refused.errors.contains("The books of \(source.name):\n"), "\(refused.errors)")
    #expect(!refused.errors.contains("The books agree.") && !refused.errors.contains("broke off"), "\(refused.errors)")
    let audit = try await martlet(["audit"] + target.arguments)
    #expect(audit.status == 1)
    #expect(audit.errors.contains(" is not a database that is whole: "), "\(audit.errors)")

    try await change("UPDATE stock SET on_hand = on_hand - 1", at: source)
    let moved = try await martlet(move)
    #expect(moved.status == 0, "\(moved.errors)")
    try await expectPaid(number, at: target.arguments)
  }

  @Test func `a copy is a shop's before the first process writes anything else there`() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let (source, target) = (embedded("source"), embedded("target"))
    #expect(try await martlet(["migrate"] + source.arguments).status == 0)
    let move = move(from: source, to: target)
    #expect(try await martlet(move).status == 0)
    let settings = try await Settings(arguments: target.arguments, environment: [:])
    let outage = Outage()
    let database = outage.over(try await settings.database.open())
    outage.beginWriting(after: 1)
    let quiet = Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() }
    await #expect(throws: StorageFault.self) { _ = try await Shop.build(settings, database: database, logger: quiet) }
    try await database.close()
    let refused = try await martlet(move)
    #expect(refused.status == 1)
    #expect(refused.output.isEmpty && refused.errors == Self.notEmpty, "\(refused.errors)")
  }

  @Test func `what is wrong with a place is said of the option or the setting that names it`() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let (source, target) = (embedded("source"), try await served())
    #expect(try await martlet(["migrate"] + source.arguments).status == 0)
    let wrong = target.url.replacing(":martlet@", with: ":wrong@")
    let away = target.url.replacing(/127\.0\.0\.1:[0-9]+/, with: "127.0.0.1:\(try freePort())")
    for (url, words) in [
      (wrong, "'mysql://martlet@127.0.0.1:"), (wrong, "check user and password"),
      (away, "start it, or check host and port"), ("elsewhere", "begins with sqlite: or is an address that"),
    ] {
      let told = try await martlet(["move", "--from", source.url, "--to", url] + target.arguments)
      let setting = Process.martlet(["move", "--from", source.url] + target.arguments)
      setting.environment = ProcessInfo.processInfo.environment.merging(["MARTLET_MOVE_TO": url]) { $1 }
      let set = try await setting.outcome()
      for (outcome, key, other) in [(told, "--to", "move.to"), (set, "move.to", "--to")] {
        let line = outcome.errors.split(separator: "\n").first.map(String.init) ?? ""
        #expect(outcome.status != 0 && outcome.output.isEmpty, "\(line)")
        #expect(line.contains(key) && line.contains(words), "\(line)")
        #expect(!line.contains(other) && !line.contains("database.") && !line.contains("wrong"), "\(line)")
      }
    }
    try await target.drop()
  }

  @Test func `a move to what holds anything else, or to or from what isn't there, is refused and changes nothing`()
    async throws
  {
    defer { try? FileManager.default.removeItem(at: folder) }
    let (source, target) = (embedded("source"), try await served())
    #expect(try await martlet(["migrate"] + source.arguments).status == 0)
    let database = try await Settings(arguments: target.arguments, environment: [:]).database.open()
    try await database.write { transaction in
      try transaction.execute("CREATE TABLE guest (id BIGINT PRIMARY KEY)")
      try transaction.execute("INSERT INTO guest (id) VALUES (7)")
    }
    try await database.close()
    let before = [try await rows(at: source.arguments), try await rows(at: target.arguments)]
    #expect(before[1].keys.sorted() == ["guest"])
    let refused = try await martlet(move(from: source, to: target))
    #expect(refused.status == 1)
    #expect(refused.output.isEmpty && refused.errors == Self.notEmpty, "\(refused.errors)")
    let nowhere = embedded("nowhere")
    for (from, to, sentence) in [
      (source.url, source.url, "--from and --to are the same database"),
      (nowhere.url, target.url, "--from: there is no file \(folder.path)/nowhere/shop.db"),
      (source.url, "", "say where the data is by --to, or in the setting move.to"),
      (source.url, "elsewhere", "--to begins with sqlite: or is an address that"),
    ] {
      let outcome = try await martlet(["move", "--from", from, "--to", to] + target.arguments)
      #expect(outcome.status == 64, "\(sentence)")
      #expect(outcome.errors.contains(sentence), "\(outcome.errors)")
    }
    let unsaid = try await martlet(["move", "--from", source.url] + target.arguments)
    #expect(unsaid.status == 64)
    #expect(unsaid.errors.contains("say where the data is by --to, or in the setting move.to"), "\(unsaid.errors)")
    let after = [try await rows(at: source.arguments), try await rows(at: target.arguments)]
    #expect(after == before)
    #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "nowhere").path))
    try await target.drop()
  }
}

extension MovingTests {
  /// Where a shop's data is.
  private struct Place {
    /// As `move` is told it.
    let url: String
    /// As commands say it.
    let name: String
    /// The settings that lead a program there.
    let arguments: [String]
    var drop: @Sendable () async throws -> Void = {}
  }

  private func arguments(_ name: String) -> [String] {
    [
      "--home-folder", packageFolder.path, "--data-folder", folder.appending(path: name).path, "--log-level",
      "critical",
    ]
  }

  private func embedded(_ name: String) -> Place {
    let place = "sqlite:\(folder.path)/\(name)/shop.db"
    return Place(url: place, name: place, arguments: arguments(name))
  }

  /// An empty database on the server that tests share.
  private func served() async throws -> Place {
    let server = try await MariaDBServer.shared
    let database = try await server.makeDatabase()
    let url = server.url(of: database)
    return Place(
      url: url, name: "mysql://martlet@127.0.0.1:\(server.port)/\(database)",
      arguments: arguments("served") + [
        "--database-url", url, "--database-connections", "4", "--database-statement-seconds", "60",
      ], drop: { try await server.drop(database) })
  }

  private func move(from source: Place, to target: Place) -> [String] {
    // The limits of the server's connections; where both sides are is said by the command alone.
    ["move", "--from", source.url, "--to", target.url] + target.arguments
  }

  private func change(_ sql: SQL, at place: Place) async throws {
    let database = try await Settings(arguments: place.arguments, environment: [:]).database.open()
    try await database.write { try $0.execute(sql) }
    try await database.close()
  }

  private func hire(_ name: String, at place: Place) async throws {
    let hired = try await martlet(
      ["hire-staff", "\(name)@example.com", "--name", name] + place.arguments, input: "correct horse battery\n")
    #expect(hired.status == 0, "\(hired.errors)")
  }

  /// A backup of a shop with one paid order, made while it serves, and the order's number.
  private func sold() async throws -> (backup: String, number: String) {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let backup = folder.appending(path: "shop.martlet").path
    let number = Mutex("")
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let (browser, account, address) = try await test.buyer()
      let order = try await test.placedOrder(product, by: browser, account: account, address: address)
      let opened = try await browser.post("/orders/\(order.number)/pay", [("method", "sandbox")])
      let cashier = try #require(opened.location)
      let result = try #require(try await test.browser().post(cashier + "/pay").location)
      #expect(try await browser.get(result).body.contains("Paid, thank you"))
      try await test.settle()
      let outcome = try await martlet(["backup", backup] + test.dataArguments)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let place = test.settings.database.place
      #expect(outcome.errors.hasSuffix(" rows of \(place) are in \(backup).\n"), "\(outcome.errors)")
      number.withLock { $0 = order.number.rawValue }
    }
    return (backup, number.withLock { $0 })
  }

  /// The buyer logs in at the shop that serves from there, and sees the order paid.
  private func expectPaid(_ number: String, at place: [String]) async throws {
    let port = try freePort()
    let shop = Process.martlet(
      [
        "serve", "--http-port", "\(port)", "--sandbox-port", "\(try freePort())", "--catalog-fetches-pictures", "false",
      ] + place)
    let ending = try shop.start()
    let program = Program(base: "http://127.0.0.1:\(port)")
    let answer: Result<Program.Answer, any Error> = await Result {
      try await program.waitUntilUp()
      let session = try await program.send(
        "POST", "/api/v1/sessions", json: #"{"email":"lin@example.com","password":"\#(TestShop.password)"}"#)
      return try await program.send("GET", "/api/v1/orders/\(number)", token: try session.value("token"))
    }
    shop.terminate()
    #expect(await ending.status == 0)
    let order = try answer.get()
    #expect(order.status == 200)
    #expect(try order.value("order", "number") == number)
    #expect(try order.value("order", "state") == OrderState.awaitingReview.rawValue)
  }

  /// The command has printed every table of the source, and that the other side holds the same.
  private func expectEqual(_ output: String, at source: Place) async throws {
    let lines = output.split(separator: "\n")
    #expect(lines.allSatisfy { $0.hasSuffix("\tequal") }, "\(output)")
    #expect(lines.contains { $0.hasPrefix("order_head\t1\t1\t") }, "\(output)")
    let tables = try await rows(at: source.arguments).keys.sorted()
    let named = lines.map { String($0.prefix { $0 != "\t" }) }
    #expect(named == tables)
  }

  /// Every row that is there, table by table.
  private func rows(at place: [String]) async throws -> TestShop.Books {
    let database = try await Settings(arguments: place, environment: [:]).database.open()
    let all: Result<TestShop.Books, any Error> = await Result {
      try await database.read { transaction in
        var books: TestShop.Books = [:]
        for row in try transaction.rows(transaction.dialect.tables) {
          let name: String = try row["name"]
          books[name] = try TestShop.rows(of: name, in: transaction)
        }
        return books
      }
    }
    try await database.close()
    return try all.get()
  }
}
