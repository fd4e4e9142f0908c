import Foundation
import TestKit
import Testing

@testable import App

/// The settings that `deploy` names.
@Suite struct SettingNameTests {
  static let variables = Set(SettingArguments.keys.map(variable))

  static func variable(_ key: String) -> String {
    "MARTLET_" + SettingArguments.name(of: key).dropFirst(2).uppercased().replacing("-", with: "_")
  }

  @Test func `every variable in the files for operators is a setting`() throws {
    #expect(Self.variable("http.publicURL") == "MARTLET_HTTP_PUBLIC_URL")
    let files = FileManager.default.enumerator(
      at: packageFolder.appending(path: "deploy"), includingPropertiesForKeys: [.isRegularFileKey])
    var named = Set<String>()
    for case let file as URL in try #require(files) {
      guard try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else { continue }
      named.formUnion(try Self.names(in: file))
    }
    named.formUnion(try Self.names(in: packageFolder.appending(path: "docs/operations.md")))
    #expect(named.count > 10)
    #expect(named.subtracting(Self.variables).isEmpty)
  }

  @Test func `every setting by its key in the page for operators is one`() throws {
    let page = try String(contentsOf: packageFolder.appending(path: "docs/operations.md"), encoding: .utf8)
    let sections = Set(SettingArguments.keys.compactMap { $0.split(separator: ".").first }).union([
      "database"
    ])
    // Their section has settings too.
    let jobs: Set = ["payments.settle", "payments.placeShares", "search.fill", "search.prune"]
    for match in page.matches(of: /`([a-z]+)\.([a-zA-Z]+)`/)
    where !jobs.contains("\(match.1).\(match.2)") && sections.contains(match.1) && !["json", "db"].contains(match.2) {
      #expect(SettingArguments.keys.contains("\(match.1).\(match.2)"), "\(match.0)")
    }
  }

  private static func names(in file: URL) throws -> [String] {
    try String(contentsOf: file, encoding: .utf8).matches(of: /MARTLET_[A-Z_]+[A-Z]/).map { String($0.0) }
  }
}
