import Foundation
import Search
import Values

/// What people search for in the days that the demo plays: a line of `Demo/searches.json`.
struct DemoSearch: Decodable {
  static let file = "searches.json"
  /// Over all lines; more would only keep those who wait for the demo.
  static let most = 400

  let text: String
  let language: Language
  /// How many ask so, those who buy afterwards aside.
  let times: Int

  /// Throws `DemoFault.unusable`, which names the file and the line that is wrong.
  static func read(in folder: URL) throws -> [DemoSearch] {
    let searches = try DemoFile.read([DemoSearch].self, file, in: folder)
    var all = 0
    for search in searches {
      let line = "\(file): \"\(search.text)\" (\(search.language.rawValue))"
      guard search.text.contains(where: { !$0.isWhitespace }) else { throw DemoFault.unusable("\(line) is empty") }
      guard search.text.unicodeScalars.count <= SearchQuery.longestText else {
        throw DemoFault.unusable("\(line) is longer than \(SearchQuery.longestText) characters")
      }
      guard (1...most).contains(search.times) else {
        throw DemoFault.unusable("\(line) is asked \(search.times) times")
      }
      all += search.times
      guard all <= most else {
        throw DemoFault.unusable("\(line) is one too many: people ask no more than \(most) times")
      }
    }
    return searches
  }
}
