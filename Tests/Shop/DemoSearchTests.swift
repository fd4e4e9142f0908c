import Foundation
import Testing
import Values

@testable import App

/// What people search for in the demo, as its file has it.
@Suite struct DemoSearchTests {
  private static func line(_ text: String, _ language: String, _ times: Int) -> String {
    "{\"text\": \"\(text)\", \"language\": \"\(language)\", \"times\": \(times)}"
  }

  private func read(_ lines: [String]) throws -> [DemoSearch] {
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-searches-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let text = "[\(lines.joined(separator: ","))]"
    try text.write(to: folder.appending(path: DemoSearch.file), atomically: true, encoding: .utf8)
    return try DemoSearch.read(in: folder)
  }

  @Test func `what is shipped is asked in both languages, each words once`() throws {
    let searches = try DemoSearch.read(in: TestShop.packageFolder.appending(path: "Demo"))
    #expect(Set(searches.map(\.language)) == [.en, .zhHans])
    #expect(Set(searches.map { "\($0.language) \($0.text)" }).count == searches.count)
  }

  @Test func `questions up to the bound are taken as they stand`() throws {
    let searches = try read([Self.line("teapot", "en", 399), Self.line("茶壶", "zh-Hans", 1)])
    #expect(searches.map(\.text) == ["teapot", "茶壶"] && searches.map(\.times) == [399, 1])
  }

  private static let wrong: [([String], String)] = [
    ([line("teapot", "en", 3), line("kettle", "en", 0)], "kettle"),
    ([line("kettle", "en", -2)], "kettle"),
    ([line("teapot", "en", 3), line(" ", "zh-Hans", 3)], "\" \" (zh-Hans)"),
    ([line(String(repeating: "pot ", count: 26), "en", 1)], "longer"),
    ([line("teapot", "en", 399), line("kettle", "en", 2)], "kettle"),
    ([line("kettle", "en", .max), line("teapot", "en", 1)], "kettle"),
    ([line("teapot", "fr", 1)], "value fr"),
  ]

  @Test(arguments: wrong) func `a line that can't be asked is told with its file`(lines: [String], told: String) {
    let fault = #expect(throws: DemoFault.self) { try read(lines) }
    let words = fault.map { "\($0)" } ?? ""
    #expect(words.contains(DemoSearch.file) && words.contains(told), "\(words)")
  }
}
