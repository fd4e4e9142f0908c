import Accounts
import ArgumentParser
import Catalog
import Flows
import Foundation
import Merchants
import TestKit
import Testing
import Values
@testable import App

/// The commands that bring goods in and out, as an operator types them.
@Suite struct ImportCommandTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-command-\(UUID().uuidString)")
  private let surroundings: [String]

  init() async throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    surroundings =
      ["--home-folder", TestShop.packageFolder.path, "--data-folder", folder.appending(path: "data").path]
      + (try await TestStorage.arguments(Shop.migrations, in: folder.appending(path: "data")).arguments)
  }

  private func file(_ text: String, _ name: String = "goods.csv") throws -> String {
    let file = folder.appending(path: name)
    try Data(text.utf8).write(to: file)
    return file.path
  }

  private func run(_ arguments: [String]) async throws {
    var command = try #require(try Martlet.parseAsRoot(arguments + surroundings) as? any AsyncParsableCommand)
    try await command.run()
  }

  // req: 2.2-7
  @Test func `an empty shop gets a merchant, goods, and gives them back`() async throws {
    let goods = try file("Handle,Title,Price,Variant Inventory Qty\na,Teapot,88,3\n")
    await #expect(throws: ExitCode(1)) { try await run(["import", goods]) }
    try await run(["open-merchant", "kiln", "--name", "Kiln", "--email", "kiln@example.com"])
    await #expect(throws: ExitCode(1)) {
      try await run(["open-merchant", "kiln", "--name", "Kiln", "--email", "kiln@example.com"])
    }
    try await run(["import", goods, "--merchant", "kiln"])
    let out = folder.appending(path: "out.csv")
    try await run(["export", out.path, "--bom"])
    let bytes = try Data(contentsOf: out)
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(bytes.starts(with: [0xEF, 0xBB, 0xBF]) && text.contains("Teapot") && text.contains("88.00"))
    try await run(["import", out.path])
    await #expect(throws: ExitCode(2)) { try await run(["import", file("Title,Price\nCup,cheap\n", "bad.csv")]) }
  }

  @Test func `somebody hired can log in at the back office, with a password that is good enough`() async throws {
    try await run(["open-merchant", "kiln", "--name", "Kiln", "--email", "kiln@example.com"])
    #expect(try await hire("mei@example.com", password: "short") == 1)
    #expect(try await hire("mei@example.com", password: "a long password", "--merchant", "nobody") != 0)
    #expect(try await hire("mei@example.com", password: "a long password", "--merchant", "kiln") == 0)
    #expect(try await hire("ed@example.com", password: "a long password", "--role", "nobody") != 0)
    #expect(try await hire("mei@example.com", password: "another password") == 1)
    try await Surroundings(surroundings).withShop { shop in
      let session = try await shop.contexts.staff.logIn(
        email: "mei@example.com", password: "a long password", client: "a")
      let kiln = try await shop.contexts.merchants.merchant(slug: try #require(Slug(rawValue: "kiln")))
      #expect(session.staff.merchant == kiln?.id)
    }
  }

  /// Runs the built program, which reads the password from its standard input, and answers its exit code.
  private func hire(_ email: String, password: String, _ more: String...) async throws -> Int32 {
    try await martlet(["hire-staff", email, "--name", "Mei"] + more + surroundings, input: password + "\n").status
  }

  @Test func `a merchant that is none never exports everybody's goods`() async throws {
    let out = folder.appending(path: "out.csv").path
    await #expect(throws: ValidationError.self) { try await run(["export", out, "--merchant", "No Such"]) }
    await #expect(throws: ExitCode(1)) { try await run(["export", out, "--merchant", "nobody"]) }
    #expect(!FileManager.default.fileExists(atPath: out))
  }

  @Test(arguments: [
    ["second.csv"], ["--merchnat", "x"], ["--dry-run"], ["--http-prot", "80"], ["--http-port", "80", "x"],
  ])
  func `an argument that means nothing is refused`(arguments: [String]) async throws {
    let goods = try file("Title,Price\nA,1\n")
    await #expect(throws: ValidationError.self) { try await run(["import", goods] + arguments) }
  }

  @Test func `every documented setting is an argument`() async throws {
    let page = try String(contentsOf: TestShop.packageFolder.appending(path: "docs/settings.md"), encoding: .utf8)
    let cells = page.split(separator: "\n").filter { $0.hasPrefix("| `") }.compactMap { $0.split(separator: "|").first }
    let keys = cells.flatMap { $0.split(separator: "`").map(String.init).filter { $0.contains(".") } }
    #expect(Set(keys) == Set(SettingArguments.keys))
    #expect(SettingArguments.name(of: "http.publicURL") == "--http-public-url")
    #expect(SettingArguments.name(of: "accounts.logInsPerMinute") == "--accounts-log-ins-per-minute")
    let settings = try await Settings(
      arguments: ["--http-public-url", "https://x.example", "--data-folder", folder.path], environment: [:])
    #expect(settings.publicURL == "https://x.example")
  }

  @Test func `a full disk is called that`() {
    let full = NSError(domain: NSPOSIXErrorDomain, code: Int(ENOSPC))
    let error = CocoaError(.fileWriteOutOfSpace, userInfo: [NSUnderlyingErrorKey: full])
    #expect(systemWords(for: error) == "No space left on device")
  }

  @Test func `the report says how many, how they were read, what was refused and why`() throws {
    #expect(ImportWords.lines(of: ImportReport()) == ["created 0\tupdated 0\tunchanged 0\trefused 0\twarnings 0"])
  }
}
