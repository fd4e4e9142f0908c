import Foundation
import Logging
import SearchOpenSearch
import TestKit
import Testing

@testable import App

/// Where goods are found, as it's set.
@Suite struct OpenSearchSettingTests {
  private static let engine = ["--search-engine", "openSearch"]
  private static let url = ["--search-open-search-url", "https://10.0.0.5:9200"]

  private func section(_ arguments: [String]) async throws -> OpenSearchSection {
    try await Settings(arguments: arguments, environment: [:]).openSearch
  }

  @Test func `without settings the process finds by itself`() async throws {
    let section = try await section([])
    #expect(section.address == nil)
    let engine = try section.engine(clock: TestClock().clock, logger: Logger(label: "test"))
    #expect(engine == nil)
  }

  @Test func `a cluster is asked at all nodes, by the name and password that are set`() async throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "martlet-opensearch-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    try "s3cret\n".write(to: file, atomically: true, encoding: .utf8)
    let section = try await section(
      Self.engine + [
        "--search-open-search-url", "https://10.0.0.5:9200, https://10.0.0.6:9200/", "--search-open-search-index",
        "shop-7", "--search-open-search-user", "martlet", "--search-open-search-password-file", file.path,
        "--search-open-search-timeout-milliseconds", "800", "--search-open-search-replicas", "2",
      ])
    let address = try #require(section.address)
    #expect(address.nodes == ["https://10.0.0.5:9200", "https://10.0.0.6:9200"] && address.index == "shop-7")
    #expect(address.login == OpenSearchAddress.Login(user: "martlet", password: "s3cret"))
    #expect(address.patience == .milliseconds(800) && address.shards == 1 && address.replicas == 2)
  }

  private static let refused: [([String], String)] = [
    (["--search-engine", "elastic"], "search.engine"), (engine, "search.openSearch.url"),
    (url, "search.openSearch.url"), (engine + ["--search-open-search-url", "10.0.0.5"], "search.openSearch.url"),
    (engine + ["--search-open-search-url", "https://a:9200,"], "search.openSearch.url"),
    (engine + ["--search-open-search-url", "https://u:s3cret@a:9200"], "search.openSearch.url"),
    (engine + url + ["--search-open-search-index", "A*"], "search.openSearch.index"),
    (engine + url + ["--search-open-search-user", "martlet"], "search.openSearch.passwordFile"),
    (engine + url + ["--search-open-search-password-file", "/x"], "search.openSearch.user"),
    (engine + url + ["--search-open-search-ca-file", "/nowhere"], "search.openSearch.caFile"),
    (engine + url + ["--search-open-search-timeout-milliseconds", "1"], "search.openSearch.timeoutMilliseconds"),
  ]

  @Test(arguments: refused)
  func `what can't be is refused by name, without telling a password`(_ arguments: [String], _ key: String) async throws
  {
    let fault = await #expect(throws: SettingFault.self) { _ = try await section(arguments) }
    #expect(fault?.key == key)
    #expect(fault?.description.contains("s3cret") == false)
  }

  @Test func `a file of authorities that holds no certificates is refused`() async throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "martlet-opensearch-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    try "".write(to: file, atomically: true, encoding: .utf8)
    let section = try await section(Self.engine + Self.url + ["--search-open-search-ca-file", file.path])
    let fault = #expect(throws: SettingFault.self) {
      _ = try section.engine(clock: TestClock().clock, logger: Logger(label: "test"))
    }
    #expect(fault?.key == "search.openSearch.caFile")
  }
}
