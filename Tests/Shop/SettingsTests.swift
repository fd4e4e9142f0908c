import Flows
import Foundation
import Remote
import StorageMySQL
import Testing
import TestKit
import Values

@testable import App
@testable import Payments

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

  @Test func `a database that can't be used stops the start with one sentence that says what to do`() async throws {
    let server = try await MariaDBServer.shared
    let port = server.port
    let name = try await server.makeDatabase()
    for (url, advice) in [
      ("mysql://martlet:wrong@127.0.0.1:\(port)/\(name)", "check user and password"),
      ("mysql://martlet:martlet@127.0.0.1:\(port)/nowhere", "CREATE DATABASE nowhere"),
      ("mysql://martlet:martlet@127.0.0.1:\(try freePort())/\(name)", "start it, or check host and port"),
      ("mysql://martlet:martlet@127.0.0.1:\(port)/\(name)?tls=required", "check tls and ca"),
    ] {
      let settings = try await Settings(arguments: ["--database-url", url], environment: [:])
      let fault = await #expect(throws: SettingFault.self) { _ = try await settings.database.open() }
      let sentence = "\(fault?.description ?? "")"
      #expect(sentence.hasPrefix("setting database.url: 'mysql://martlet@127.0.0.1:"))
      #expect(sentence.contains(advice) && !sentence.contains("wrong") && !sentence.contains("\n"), "\(sentence)")
    }
    for text in ["mysql://nobody", "postgres://u@h/d", "mysql://u:secret@h/d?x=1"] {
      let fault = await #expect(throws: SettingFault.self) {
        _ = try await Settings(arguments: ["--database-url", text], environment: [:])
      }
      #expect(fault?.description.contains("secret") == false)
    }
  }

  // req: 3.3.6-2
  @Test func `calls between parts and the time of a provider are limited by settings`() async throws {
    let usual = try await Settings(arguments: [], environment: [:])
    #expect(usual.parts.callerLimits.concurrency == 256 && usual.parts.serverLimits.concurrency == 512)
    let set = try await Settings(arguments: ["--parts-calls-at-once", "20"], environment: [:])
    #expect(set.parts.callerLimits.concurrency == 20 && set.parts.serverLimits.concurrency == 40)
    for arguments in [["--parts-calls-at-once", "0"], ["--provider-seconds", "11"], ["--provider-seconds", "0"]] {
      await #expect(throws: SettingFault.self) { _ = try await Settings(arguments: arguments, environment: [:]) }
    }
    try await TestShop.run(["--provider-seconds", "2"]) { test in
      let payments = try #require(test.shop.contexts.payments as? StoredPayments)
      #expect(payments.providerLimit == .seconds(2))
    }
  }

  @Test func `replicas are other servers than the main one, named by host and port`() async throws {
    func settings(_ replicas: String, url: String = "mysql://u@a,b:3307/n?tls=required") async throws -> Settings {
      try await Settings(arguments: ["--database-url", url, "--database-replicas", replicas], environment: [:])
    }
    #expect(try await settings("c,b:3306").database.replicas.map(\.description) == ["c:3306", "b:3306"])
    #expect(try await settings("").database.replicas.isEmpty)
    for (replicas, url, sentence) in [
      ("c:3306", "", "setting database.replicas: 'c:3306' is not of use to the embedded database: name a server"),
      ("c:x", nil, "setting database.replicas: 'c:x' is not a list HOST1:3306"),
      ("c,,d", nil, "setting database.replicas: 'c,,d' is not a list HOST1:3306"),
      ("u:secret@c", nil, "setting database.replicas: '…' is not a list HOST1:3306"),
      ("mysql://c/n", nil, "setting database.replicas: 'mysql://c/n' is not a list HOST1:3306"),
      ("c,c:3306", nil, "setting database.replicas: 'c,c:3306' is not a list that names each server once"),
      (
        "c,a", nil,
        "setting database.replicas: 'c,a' is not a list of other servers than those of database.url: leave a"
      ),
    ] {
      let fault = await #expect(throws: SettingFault.self) {
        _ = if let url { try await settings(replicas, url: url) } else { try await settings(replicas) }
      }
      #expect(fault?.description.hasPrefix(sentence) == true, "\(fault?.description ?? "")")
    }
  }

  @Test(arguments: [
    ["--database-url", "mysql://u:p=q@a:1,b:2/n"], ["--database-url=mysql://u:p=q@a:1,b:2/n"],
    ["--http-port", "1", "--database-url=mysql://x@c/n", "--database-url", "mysql://u:p=q@a:1,b:2/n", "--http-port=2"],
  ])
  func `a value is taken whole, with its commas and signs, and the last one counts`(_ arguments: [String]) async throws
  {
    let server = try #require(try await Settings(arguments: arguments, environment: [:]).database.server)
    #expect(server.hosts.map(\.description) == ["a:1", "b:2"])
    #expect(server.password == "p=q")
  }

  @Test func `a highest sum is an amount above nothing, and none is set by itself`() async throws {
    let usual = try await Settings(arguments: [], environment: [:])
    #expect(usual.ownMethods.cashMost == nil && usual.ownMethods.terms.bounds.isEmpty)
    let arguments = ["--payments-cash-most", "2000", "--payments-transfer-most", "50000.50"]
    let set = try await Settings(arguments: arguments, environment: [:]).ownMethods
    #expect(set.cashMost?.decimalText == "2000.00" && set.transferMost?.decimalText == "50000.50")
    #expect(set.terms.bounds[.cash]?.most == set.cashMost)
    for text in ["0", "-1", "much", "1.005"] {
      let fault = await #expect(throws: SettingFault.self, "\(text)") {
        _ = try await Settings(arguments: ["--payments-cash-most=\(text)"], environment: [:])
      }
      #expect(fault?.key == "payments.cashMost")
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
