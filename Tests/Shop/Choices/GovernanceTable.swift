import Foundation
import Testing

/// A table of docs/governance.md: the cells of each row below the headings, as they are written.
struct GovernanceTable {
  let rows: [[String]]

  /// - Parameter heading: the section's, in which it is the only table.
  init(under heading: String) throws {
    let page = try String(
      contentsOf: TestShop.packageFolder.appending(path: "docs/governance.md"), encoding: .utf8)
    let start = try #require(page.firstRange(of: "\n## \(heading)\n"), "\(heading)").upperBound
    let section = page[start...].prefix(upTo: page[start...].firstRange(of: "\n## ")?.lowerBound ?? page.endIndex)
    rows = section.split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst().map { line in
      line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false)
        .map { $0.trimmingCharacters(in: .whitespaces) }
    }
  }
}
