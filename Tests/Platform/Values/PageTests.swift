import Foundation
import Testing
import Values

struct PageTests {
  @Test(arguments: [
    [""], ["", ""], ["a"], ["a", ""], ["", "a"], ["~"], ["."], [".."], ["a~b", "c.d"], ["'; DROP TABLE x; --"],
    ["<script>alert(1)</script>"], ["😀👨‍👩‍👧", "中文"], ["\u{0}\n\r\t"], ["مرحبا"], ["e\u{301}"],
    ["100%", "+1", "a b/c?d&e=f#g"],
    [String(repeating: "名", count: 400)],
  ])
  func `a cursor survives a round trip in URL-safe text`(parts: [String]) throws {
    let text = Cursor(parts).description
    #expect(
      text.utf8.allSatisfy { byte in
        (48...57).contains(byte) || (65...90).contains(byte & 0xDF) || "-_.~".utf8.contains(byte)
      })
    let read = try #require(Cursor(text))
    #expect(read.parts.map { Array($0.utf8) } == parts.map { Array($0.utf8) })
    #expect(try JSONDecoder().decode(Cursor.self, from: JSONEncoder().encode(read)) == read)
  }

  @Test(arguments: [
    "", ".f", ".zz", ".+f", ".FF", ".ff", "a b", "ä", "a%20b", ".c3.28", "..", String(repeating: "a", count: 4097),
  ])
  func `text that is no cursor is refused`(text: String) {
    #expect(Cursor(text) == nil)
  }

  @Test func `a limit is drawn into its range, from JSON too`() throws {
    #expect(PageRequest(limit: 0).limit == 1)
    #expect(PageRequest(limit: .max).limit == 100)
    #expect(try JSONDecoder().decode(PageRequest.self, from: Data(#"{"limit":1000000}"#.utf8)).limit == 100)
  }

  @Test func `one item more than the limit means a next page`() {
    let full = Page(fetched: [1, 2, 3], limit: 2) { Cursor([String($0)]) }
    #expect(full.items == [1, 2])
    #expect(full.next == Cursor(["2"]))
    #expect(Page(fetched: [1, 2], limit: 2) { Cursor([String($0)]) }.next == nil)
    #expect(Page(fetched: [Int](), limit: 2) { Cursor([String($0)]) }.next == nil)
    #expect(full.map { $0 * 2 }.items == [2, 4])
  }
}
