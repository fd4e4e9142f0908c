import Testing

@testable import Search

/// Columns whose copies share memory.
@Suite struct ColumnTests {
  @Test func `a copy keeps its values while others are added`() {
    var column = Column<UInt32>()
    var copies: [Column<UInt32>] = []
    for value in 0..<5000 as Range<UInt32> {
      column.append(value)
      if value.isMultiple(of: 500) { copies.append(column) }
    }
    #expect(column.count == 5000)
    for copy in copies {
      #expect((0..<copy.count).allSatisfy { copy[$0] == UInt32($0) })
      #expect(copy.slice(0..<copy.count).last == UInt32(copy.count - 1))
    }
    #expect(copies.map(\.count) == (0..<10).map { $0 * 500 + 1 })
  }

  @Test func `two copies that are both added to have nothing to do with one another`() {
    var one = Column<Int64>()
    one.reserve(64)
    for value in 1...3 as ClosedRange<Int64> { one.append(value) }
    var other = one
    one.append(4)
    other.append(40)
    other.append(50)
    one.append(5)
    #expect(one.slice(0..<one.count) == [1, 2, 3, 4, 5])
    #expect(other.slice(0..<other.count) == [1, 2, 3, 40, 50])
  }

  @Test func `what is changed in a column is changed in no copy of it`() {
    var column = Column<Int64>()
    for value in 0..<100 as Range<Int64> { column.append(value) }
    let before = column
    column[7] = -7
    column.append(100)
    let between = column
    column[7] = -70
    column[100] = -100
    #expect(before.count == 100 && before[7] == 7)
    #expect(between.count == 101 && between[7] == -7 && between[100] == 100)
    #expect(column[7] == -70 && column[100] == -100 && column[8] == 8)
  }

  @Test func `readers see what was there while a writer changes values and adds some`() async {
    var column = Column<UInt64>()
    for value in 0..<1000 as Range<UInt64> { column.append(value) }
    await withTaskGroup(of: Bool.self) { readers in
      for round in 1...400 as ClosedRange<UInt64> {
        for place in 0..<1000 { column[place] = round &* 1000 &+ UInt64(place) }
        column.append(round)
        let copy = column
        readers.addTask {
          (0..<1000).allSatisfy { copy[$0] == round &* 1000 &+ UInt64($0) } && copy.count == 1000 + Int(round)
            && (1...round).allSatisfy { copy[999 + Int($0)] == $0 }
        }
      }
      for await isRight in readers { #expect(isRight) }
    }
  }

  @Test func `readers see what was there while a writer adds`() async {
    var column = Column<UInt64>()
    column.reserve(4)
    await withTaskGroup(of: Bool.self) { readers in
      for value in 0..<20_000 as Range<UInt64> {
        column.append(value &* 3)
        guard value.isMultiple(of: 100) else { continue }
        let copy = column
        readers.addTask { (0..<copy.count).allSatisfy { copy[$0] == UInt64($0) &* 3 } }
      }
      for await isRight in readers { #expect(isRight) }
    }
  }

  @Test func `copies part where the memory is full too, and when both are added to at once`() async {
    var full = Column<UInt32>()
    full.reserve(8)
    for value in 0..<8 as Range<UInt32> { full.append(value) }
    await withTaskGroup(of: Bool.self) { writers in
      for mark in 1...8 as ClosedRange<UInt32> {
        let copy = full
        writers.addTask {
          var own = copy
          for _ in 0..<5000 { own.append(mark) }
          return own.count == 5008 && own.slice(0..<8) == Array(0..<8) && own.slice(8..<5008).allSatisfy { $0 == mark }
        }
      }
      for await isRight in writers { #expect(isRight) }
    }
    #expect(full.slice(0..<8) == Array(0..<8) && full.count == 8)
  }

  @Test func `columns that somebody holds stay as they were while documents come, change and go`() throws {
    var columns = Columns()
    func entry(_ id: Int64, price: Int64) -> ColumnEntry {
      ColumnEntry(
        document(id, "Lamp", category: id % 3, figures: figures(id, price: price)),
        lengths: [1, 2, 3, 4, UInt8(id % 200)],
        choices: (0..<UInt32(id % 5)).map { $0 })
    }
    var held: [Columns] = []
    for id in 1...3000 as ClosedRange<Int64> {
      columns.append(entry(id, price: id))
      if id.isMultiple(of: 7) { _ = columns.set(entry(id, price: -id), at: Int(id) - 1) }
      if id.isMultiple(of: 11) { columns.remove(Int(id) - 6) }
      if id.isMultiple(of: 300) { held.append(columns) }
    }
    for (place, copy) in held.enumerated() {
      #expect(copy.count == (place + 1) * 300)
      for number in stride(from: 0, to: copy.count, by: 13) {
        let id = Int64(number + 1)
        #expect(copy.entry(number) == entry(id, price: id.isMultiple(of: 7) ? -id : id) || !copy.isAlive(number))
        // One that goes does so when five more have come.
        #expect(copy.isAlive(number) != (copy.count > number + 5 && (number + 6).isMultiple(of: 11)))
      }
    }
  }
}
