import Foundation
import Settlement
import TestKit
import Testing

@testable import Flows

/// What docs/money.md says of how the books are kept, held against what they hear.
@Suite struct BooksPageTests {
  @Test func `the page names every fact that the books keep, and every event that they hear`() throws {
    let page = try String(contentsOf: packageFolder.appending(path: "docs/money.md"), encoding: .utf8)
    let start = try #require(page.firstRange(of: "\n## How the books are kept\n")).upperBound
    let end = page[start...].firstRange(of: "\n## ")?.lowerBound ?? page.endIndex
    let section = page[start..<end]
    let list = try #require(section.firstMatch(of: /\(`OrderFact`: ([a-zA-Z,\s]+)\)/)?.1)
    let facts = list.split(whereSeparator: { !$0.isLetter }).map(String.init)
    #expect(Set(facts) == Set(OrderFact.Kind.allCases.map(\.rawValue)))
    for event in KeepBooks.events {
      let name = event.split(separator: ".").last ?? ""
      #expect(section.contains("`\(name.prefix(1).uppercased())\(name.dropFirst())`"), "\(event)")
    }
  }
}
