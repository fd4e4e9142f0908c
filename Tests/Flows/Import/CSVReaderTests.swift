import Foundation
import Testing

@testable import Flows

@Suite struct CSVReaderTests {
  static func read(_ bytes: [UInt8], chunk: Int = 7, delimiter: UInt8? = nil) throws -> [(line: Int, fields: [String])]
  {
    var rest = bytes[...]
    var reader = try CSVReader(delimiter: delimiter) {
      defer { rest = rest.dropFirst(chunk) }
      return Array(rest.prefix(chunk))
    }
    var record = CSVRecord()
    var records: [(Int, [String])] = []
    while try reader.next(into: &record) { records.append((record.line, (0..<record.count).map(record.text))) }
    return records
  }

  static func read(_ text: String, chunk: Int = 7) throws -> [[String]] {
    try read(Array(text.utf8), chunk: chunk).map(\.fields)
  }

  @Test(arguments: [1, 2, 3, 5, 1000])
  func `quotes, doubled quotes and every line break are read`(chunk: Int) throws {
    let text = "a,\"b \"\"x\"\"\",c\r\n\"1\r\n2\",\"3\n4\",\"5\r6\"\rlast,,\n"
    #expect(
      try Self.read(text, chunk: chunk) == [["a", "b \"x\"", "c"], ["1\r\n2", "3\n4", "5\r6"], ["last", "", ""]])
  }

  @Test(arguments: [1, 2, 4, 1000])
  func `each record knows the line on which it begins`(chunk: Int) throws {
    let text = "h1,h2\r\n\"x\r\ny\rz\nw\",2\n\n\r\nq,\"\"\rlast,1"
    let lines = try Self.read(Array(text.utf8), chunk: chunk).map(\.line)
    #expect(lines == [1, 2, 8, 9])
  }

  @Test func `blank lines are passed over but an empty quoted field is a record`() throws {
    #expect(try Self.read("a\n\n\n\"\"\n\nb\n\n\n") == [["a"], [""], ["b"]])
  }

  @Test func `lone quotes in a field and text after a closing quote are kept`() throws {
    #expect(
      try Self.read("5\" screen,\"abc\"def,x\"\n\"a\"\"b\"c\"d,1") == [
        ["5\" screen", "abcdef", "x\""], ["a\"bc\"d", "1"],
      ])
  }

  @Test func `a quote that is never closed is reported where it began`() {
    #expect(throws: CSVFault.unterminatedQuote(line: 3)) { try Self.read("a,b\n1,2\n3,\"x\ny\nz,4\n") }
  }

  @Test(arguments: [1, 3, 1000]) func `a byte order mark is no part of the first name`(chunk: Int) throws {
    #expect(
      try Self.read([0xEF, 0xBB, 0xBF] + Array("Handle;Title\n1;2".utf8), chunk: chunk).map(\.fields) == [
        ["Handle", "Title"], ["1", "2"],
      ])
  }

  @Test(arguments: [
    ("a;b;c\n1,5;2;3", ["1,5", "2", "3"]), ("a\tb\n1\t2", ["1", "2"]), ("\"a;x;y\",b\n1,2", ["1", "2"]),
    ("sep=;\r\na;b\r\n1;2", ["a", "b"]), ("one\n1;2", ["1;2"]),
  ])
  func `the delimiter is sniffed from the first line`(text: String, second: [String]) throws {
    let records = try Self.read(text, chunk: 4)
    #expect(records[text.hasPrefix("sep") ? 0 : 1] == second)
  }

  @Test func `a field beyond the limit is cut and the record says so`() throws {
    var sent = false
    var reader = try CSVReader(fieldLimit: 10) {
      defer { sent = true }
      return sent ? [] : Array("a,\"0123456789ABC\",z\nok,1,2".utf8)
    }
    var record = CSVRecord()
    #expect(try reader.next(into: &record))
    #expect(record.isCut)
    #expect(record.text(1) == "0123456789" && record.text(2) == "z")
    #expect(try reader.next(into: &record))
    #expect(!record.isCut)
  }

  @Test func `nothing and nothing but blank lines hold no records`() throws {
    #expect(try Self.read("").isEmpty)
    #expect(try Self.read("\r\n\n\r").isEmpty)
  }

  @Test(arguments: 0..<200) func `what was written is read again, whatever it is`(seed: Int) throws {
    var dice = SeededDice(seed: UInt64(seed))
    let pieces = ["a", "b", ",", "\"", "\n", "\r", "\r\n", " ", "汉", "😀", "=", "'", "\t", ";", "@", "\u{0}", "é", ""]
    let width = dice.number(in: 1...5)
    let records = (0..<dice.number(in: 1...20)).map { _ in
      (0..<width).map { _ in (0..<dice.number(in: 0...6)).map { _ in dice.pick(pieces) }.joined() }
    }
    var bytes: [UInt8] = []
    var writer = CSVWriter { bytes += $0 }
    for record in records { try writer.write(record) }
    try writer.flush()
    let chunk = dice.number(in: 1...40)
    let read = try Self.read(bytes, chunk: chunk, delimiter: UInt8(ascii: ",")).map {
      $0.fields.map(CellGuard.unguarded)
    }
    // Compared as bytes: `String` takes CR LF and other pairs for equal that aren't.
    #expect(read.map { $0.map { Array($0.utf8) } } == records.map { $0.map { Array($0.utf8) } })
  }

  @Test(arguments: 0..<100) func `bytes at random never crash the reader`(seed: Int) {
    var dice = SeededDice(seed: UInt64(seed) &+ 77)
    let alphabet: [UInt8] = [34, 44, 10, 13, 59, 9, 97, 0, 255, 0xE4, 0xBD, 39]
    let bytes = (0..<dice.number(in: 0...400)).map { _ in dice.pick(alphabet) }
    let chunk = dice.number(in: 1...50)
    func shape() -> [[String]]? { try? Self.read(bytes, chunk: chunk).map(\.fields) }
    func whole() -> [[String]]? { try? Self.read(bytes, chunk: 1000).map(\.fields) }
    #expect(shape() == whole())
  }

  @Test func `a formula is disarmed and comes back as it was`() {
    for text in ["=1+1", "+86 21", "-5", "@me", "'=x", "''-x", "\tx", "plain", "'quoted'", "'", ""] {
      let guarded = CellGuard.guarded(text)
      #expect(!"=+-@\t".contains(guarded.first ?? "x"))
      #expect(CellGuard.unguarded(guarded) == text)
    }
  }
}
