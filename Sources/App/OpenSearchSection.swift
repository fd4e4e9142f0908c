import Configuration
import Foundation
import Logging
import SearchOpenSearch
import Values

/// Where goods are found: in an index of the process's own, or in an OpenSearch cluster.
struct OpenSearchSection: Sendable {
  enum Engine: String, CaseIterable, Sendable { case local, openSearch }

  /// Nil where the process finds by itself.
  var address: OpenSearchAddress?

  init(_ reader: ConfigReader) throws {
    let engine = try Settings.choice(reader, "search.engine", default: Engine.local)
    let url = reader.string(forKey: "search.openSearch.url", default: "")
    let index = reader.string(forKey: "search.openSearch.index", default: "martlet-products")
    let patience = try Settings.number(reader, "search.openSearch.timeoutMilliseconds", default: 1500, in: 100...10_000)
    let shards = try Settings.number(reader, "search.openSearch.shards", default: 1, in: 1...100)
    let replicas = try Settings.number(reader, "search.openSearch.replicas", default: 1, in: 0...10)
    let login = try Self.login(reader)
    let authorities = try Self.authorities(reader)
    guard engine == .openSearch else {
      guard url.isEmpty else {
        throw SettingFault(
          key: "search.openSearch.url", value: Self.place(url),
          expected: "empty, as it must be without search.engine=openSearch")
      }
      return
    }
    guard index.wholeMatch(of: /[a-z0-9][a-z0-9_-]{0,99}/) != nil else {
      throw SettingFault(
        key: "search.openSearch.index", value: index,
        expected: "up to 100 small letters, digits, - and _, the first a letter or digit")
    }
    let nodes = try Self.nodes(url)
    if authorities != nil, !nodes.allSatisfy({ $0.hasPrefix("https://") }) {
      throw SettingFault(
        key: "search.openSearch.url", value: url, expected: "https://…, as it must be beside search.openSearch.caFile")
    }
    address = OpenSearchAddress(
      nodes: nodes, index: index, login: login, authorities: authorities, patience: .milliseconds(patience),
      shards: shards, replicas: replicas)
  }

  /// `https://10.0.0.5:9200,https://10.0.0.6:9200`
  private static func nodes(_ text: String) throws -> [String] {
    let nodes = text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      var node = part.trimmingCharacters(in: .whitespaces)
      if node.hasSuffix("/") { node.removeLast() }
      return node
    }
    let pattern = /https?:\/\/([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?/
    guard nodes.allSatisfy({ $0.wholeMatch(of: pattern) != nil }) else {
      throw SettingFault(
        key: "search.openSearch.url", value: place(text),
        expected:
          "nodes such as https://10.0.0.5:9200,https://10.0.0.6:9200; who asks is named in search.openSearch.user")
    }
    return nodes
  }

  /// Without what may be a password.
  private static func place(_ url: String) -> String {
    url.split(separator: "@").last.map { url.contains("@") ? "…@\($0)" : String($0) } ?? url
  }

  private static func login(_ reader: ConfigReader) throws -> OpenSearchAddress.Login? {
    let user = reader.string(forKey: "search.openSearch.user", default: "")
    let file = reader.string(forKey: "search.openSearch.passwordFile", default: "")
    if user.isEmpty, file.isEmpty { return nil }
    guard !user.isEmpty else {
      throw SettingFault(
        key: "search.openSearch.user", value: "",
        expected: "a name, as it must be beside search.openSearch.passwordFile")
    }
    guard let text = try? String(contentsOf: URL(fileURLWithPath: file), encoding: .utf8) else {
      throw SettingFault(
        key: "search.openSearch.passwordFile", value: file, expected: "a file that can be read and holds the password")
    }
    return OpenSearchAddress.Login(user: user, password: text.trimmingCharacters(in: .newlines))
  }

  private static func authorities(_ reader: ConfigReader) throws -> String? {
    let file = reader.string(forKey: "search.openSearch.caFile", default: "")
    if file.isEmpty { return nil }
    guard FileManager.default.isReadableFile(atPath: file) else {
      throw SettingFault(key: "search.openSearch.caFile", value: file, expected: "a PEM file that can be read")
    }
    return file
  }

  /// The engine outside of the process; nil where there is none. Nothing is asked yet. Throws `SettingFault`.
  func engine(clock: WallClock, logger: Logger) throws -> OpenSearchEngine? {
    guard let address else { return nil }
    do {
      return try OpenSearchEngine(address, clock: clock, logger: logger)
    } catch {
      throw SettingFault(
        key: "search.openSearch.caFile", value: address.authorities ?? "",
        expected: "a file of certificates in PEM (\(error.message))")
    }
  }
}
