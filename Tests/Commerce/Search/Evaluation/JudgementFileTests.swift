import Search
import Testing

@Suite struct JudgementFileTests {
  private func read(_ rows: [[String]]) -> JudgementFile {
    var file = JudgementFile()
    for (index, row) in rows.enumerated() { file.add(row, line: index + 1) }
    return file
  }

  @Test func `a file is read with a head and without one, with empty columns behind the last`() {
    let bare = read([["red pot", "pot", "3"], ["red pot", "TEA-1", "0,5"]])
    let headed = read([
      ["query", "product", "grade"], ["red pot", "pot", "3", "", ""], [" red pot ", "TEA-1", "0.5"],
    ])
    #expect(bare.faults.isEmpty && headed.faults.isEmpty)
    #expect(bare.lines.map(\.grade) == [3, 0.5])
    #expect(bare.lines.map(\.query) == headed.lines.map(\.query))
    #expect(headed.lines.map(\.line) == [2, 3])
  }

  @Test func `each line that can't be read is told with its number and its reason`() {
    let long = String(repeating: "x", count: 101)
    let file = read([
      ["pot", "pot", "3"], ["pot", "pot"], ["", "pot", "1"], ["pot", "", "1"], ["pot", "cup", "4"],
      ["pot", "cup", "-1"], ["pot", "cup", "good"], [long, "cup", "1"], ["Pot ", "pot", "2"],
      ["pot", String(repeating: "y", count: 201), "1"], ["pot", "cup", "1", "why"], ["pot", "cup", "1e0"],
      ["pot", "cup", "nan"],
    ])
    #expect(file.lines.map(\.line) == [1])
    #expect(file.faults.map(\.line) == Array(2...13))
    #expect(
      file.faults.map(\.kind) == [
        .columns, .noQuery, .noProduct, .grade, .grade, .grade, .queryTooLong, .judgedTwice, .productTooLong, .columns,
        .grade, .grade,
      ])
  }

  @Test func `a head in the midst of a file is a fault`() {
    let file = read([["pot", "pot", "1"], ["query", "product", "grade"]])
    #expect(file.faults.map(\.kind) == [.grade])
  }

  @Test func `a file of endless faults or lines is read as far as the bounds`() {
    var faulty = JudgementFile()
    for line in 1...1000 { faulty.add(["x"], line: line) }
    #expect(faulty.faults.count == 100 && faulty.lines.isEmpty)
    var long = JudgementFile()
    var goesOn = true
    for line in 1...(JudgementFile.mostLines + 1) { goesOn = long.add(["pot", "p\(line)", "1"], line: line) }
    #expect(!goesOn)
    #expect(long.lines.count == JudgementFile.mostLines && long.faults.map(\.kind) == [.tooManyLines])
  }
}
