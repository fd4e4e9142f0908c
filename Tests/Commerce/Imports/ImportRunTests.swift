import AuditLog
import Imports
import Storage
import TestKit
import Testing
import Values

/// Runs from their first piece to their end, and who may work on them.
@Suite struct ImportRunTests {
  private static let mei = StaffID(raw: 7)
  private let kiln = MerchantID(raw: 1)
  private let reed = MerchantID(raw: 2)
  private let store: TestStore
  private let imports: StoredImports

  init() async throws {
    store = try await TestStore(StoredImports.migrations)
    imports = StoredImports(database: store.database, ids: store.ids, clock: store.clock.clock)
  }

  private var soon: Timestamp { store.clock.now.adding(.minutes(2)) }

  private func brought(_ merchant: MerchantID?, _ name: String = "goods.csv") async throws -> ImportRun {
    let run = try await imports.begin(
      ImportDraft(merchant: merchant, fileName: name, size: 6, rules: ImportRules(stock: .set)), by: Self.mei)
    try await imports.keep([1, 2, 3], number: 0, of: run.id)
    try await imports.keep([4, 5, 6], number: 1, of: run.id)
    store.clock.advance(by: .milliseconds(10))
    return try await imports.complete(run.id, by: Self.mei)
  }

  private func ready(_ merchant: MerchantID?) async throws -> ImportRun {
    let run = try await brought(merchant)
    let claim = try #require(try await imports.claim(until: soon))
    try #require(claim.run.id == run.id && claim.isCheck)
    try #require(try await imports.finish(claim, .checked(ImportPreview(encoding: "UTF-8", delimiter: ","))))
    return try #require(try await imports.run(run.id))
  }

  private func note(_ line: Int, isWarning: Bool = false) -> ImportNote {
    ImportNote(isWarning: isWarning, line: line, handle: "h\(line)", code: "badPrice", reason: "no")
  }

  @Test func `a file is kept in pieces, checked, run, and forgotten when it is through`() async throws {
    let begun = try await imports.begin(
      ImportDraft(merchant: kiln, fileName: "goods.csv", size: 3, rules: ImportRules(stock: .set)), by: Self.mei)
    #expect(try await imports.claim(until: soon) == nil)
    try await imports.keep([1, 2, 3], number: 0, of: begun.id)
    _ = try await imports.complete(begun.id, by: Self.mei)
    await #expect(throws: ImportRunRefusal.unknownImport) { try await imports.complete(begun.id, by: Self.mei) }
    let check = try #require(try await imports.claim(until: soon))
    #expect(check.isCheck)
    #expect(try await imports.piece(0, of: begun.id) == [1, 2, 3])
    #expect(try await imports.piece(1, of: begun.id) == nil)
    #expect(
      try await imports.advance(
        check, ImportStep(ImportFigures(products: 9, done: 9, refused: 1), notes: [note(3)]), until: soon))
    #expect(try await imports.finish(check, .checked(ImportPreview(encoding: "UTF-8", delimiter: ";"))))
    #expect(try await imports.claim(until: soon) == nil)
    let ready = try #require(try await imports.run(begun.id))
    #expect(ready.state == .ready && ready.preview?.delimiter == ";" && ready.figures.refused == 1)
    #expect(try await imports.notes(of: begun.id, PageRequest()).items.map(\.line) == [3])
    let waiting = try await imports.decide(.start, on: begun.id, by: Self.mei)
    #expect(waiting.state == .waiting && waiting.figures.done == 0)
    #expect(try await imports.notes(of: begun.id, PageRequest()).items.isEmpty)
    let claim = try #require(try await imports.claim(until: soon))
    #expect(claim.run.state == .running)
    #expect(
      try await imports.advance(
        claim, ImportStep(ImportFigures(products: 9, done: 9, created: 9), notes: [note(5, isWarning: true)]),
        until: soon))
    #expect(try await imports.finish(claim, .done))
    let done = try #require(try await imports.run(begun.id))
    #expect(done.state == .done && !done.hasFile && done.figures.created == 9 && done.finishedAt != nil)
    #expect(try await imports.piece(0, of: begun.id) == nil)
    #expect(try await imports.notes(of: begun.id, PageRequest()).items.map(\.isWarning) == [true])
  }

  @Test func `of many who claim at once one gets the run`() async throws {
    let run = try await brought(kiln)
    let claims = try await withThrowingTaskGroup(of: ImportClaim?.self) { group in
      for _ in 0..<8 { group.addTask { try await imports.claim(until: soon) } }
      return try await group.reduce(into: [ImportClaim?]()) { $0.append($1) }
    }
    #expect(claims.compactMap(\.self).map(\.run.id) == [run.id])
  }

  @Test func `whose claim ran out is told, and another goes on where it stood`() async throws {
    let run = try await ready(kiln)
    _ = try await imports.decide(.start, on: run.id, by: Self.mei)
    let first = try #require(try await imports.claim(until: soon))
    #expect(try await imports.advance(first, ImportStep(ImportFigures(products: 9, done: 4)), until: soon))
    store.clock.advance(by: .minutes(3))
    let second = try #require(try await imports.claim(until: soon))
    #expect(second.run.figures.done == 4)
    #expect(try await imports.advance(first, ImportStep(ImportFigures(products: 9, done: 5)), until: soon) == false)
    #expect(try await imports.finish(first, .done) == false)
    try await imports.release(second)
    #expect(try await imports.claim(until: soon)?.run.figures.done == 4)
  }

  @Test func `what is stopped loses its worker, and is taken up again`() async throws {
    let run = try await ready(kiln)
    await #expect(throws: ImportRunRefusal.importMoved) {
      try await imports.decide(.stop, on: run.id, by: Self.mei)
    }
    _ = try await imports.decide(.start, on: run.id, by: Self.mei)
    let claim = try #require(try await imports.claim(until: soon))
    #expect(try await imports.advance(claim, ImportStep(ImportFigures(products: 9, done: 4)), until: soon))
    #expect(try await imports.decide(.stop, on: run.id, by: Self.mei).state == .stopped)
    #expect(try await imports.advance(claim, ImportStep(ImportFigures(products: 9, done: 5)), until: soon) == false)
    #expect(try await imports.claim(until: soon) == nil)
    let resumed = try await imports.decide(.resume, on: run.id, by: Self.mei)
    #expect(resumed.state == .waiting && resumed.figures.done == 4)
    let again = try #require(try await imports.claim(until: soon))
    #expect(try await imports.finish(again, .failed(ImportFailure(code: "broken"))))
    #expect(try await imports.run(run.id)?.fault?.code == "broken")
    #expect(try await imports.decide(.drop, on: run.id, by: Self.mei).hasFile == false)
    let verbs = try await DeedLog(database: store.database, clock: store.clock.clock)
      .entries(matching: DeedFilter(merchant: kiln), after: 0, limit: 20).map(\.verb)
    #expect(verbs == ["imports.bring", "imports.start", "imports.stop", "imports.resume", "imports.drop"])
  }

  @Test func `of the same goods one runs at a time, and a file that names merchants runs alone`() async throws {
    var runs: [ImportRun] = []
    for merchant in [kiln, kiln, reed, nil] {
      let run = try await ready(merchant)
      runs.append(run)
    }
    for run in runs {
      store.clock.advance(by: .milliseconds(10))
      _ = try await imports.decide(.start, on: run.id, by: Self.mei)
    }
    let first = try #require(try await imports.claim(until: soon))
    #expect(first.run.id == runs[0].id)
    let other = try #require(try await imports.claim(until: soon))
    #expect(other.run.id == runs[2].id)
    #expect(try await imports.claim(until: soon) == nil)
    #expect(try await imports.isAwaited() == false)
    // What was begun goes on before another of the same goods begins.
    store.clock.advance(by: .milliseconds(10))
    try await imports.release(first)
    let resumed = try #require(try await imports.claim(until: soon))
    #expect(resumed.run.id == runs[0].id)
    #expect(try await imports.finish(resumed, .done))
    #expect(try await imports.claim(until: soon)?.run.id == runs[1].id)
    #expect(try await imports.claim(until: soon) == nil)
  }

  /// Taken, and left without a word.
  private func lost() async throws -> ImportClaim? {
    let claim = try await imports.claim(until: soon)
    store.clock.advance(by: .minutes(3))
    return claim
  }

  @Test func `a run that ends whoever works on it fails, and others go on`() async throws {
    let poisoned = try await ready(kiln)
    _ = try await imports.decide(.start, on: poisoned.id, by: Self.mei)
    for _ in 1...4 { #expect(try await lost()?.run.id == poisoned.id) }
    let claim = try #require(try await imports.claim(until: soon))
    // It came on, so it is tried anew.
    #expect(try await imports.advance(claim, ImportStep(ImportFigures(products: 9, done: 4)), until: soon))
    store.clock.advance(by: .minutes(3))
    for _ in 1...5 { #expect(try await lost()?.run.id == poisoned.id) }
    let other = try await brought(kiln)
    #expect(try await imports.claim(until: soon)?.run.id == other.id)
    let failed = try #require(try await imports.run(poisoned.id))
    #expect(failed.state == .failed && failed.fault?.code == "broken" && failed.figures.done == 4)
    store.clock.advance(by: .minutes(3))
    _ = try await imports.decide(.stop, on: other.id, by: Self.mei)
    _ = try await imports.decide(.resume, on: poisoned.id, by: Self.mei)
    #expect(try await imports.claim(until: soon)?.run.id == poisoned.id, "whoever goes on tries it five times more")
  }

  @Test func `a check that ends whoever works on it fails, however far it comes each time`() async throws {
    let poisoned = try await brought(kiln)
    for _ in 1...5 {
      let claim = try #require(try await imports.claim(until: soon))
      #expect(try await imports.advance(claim, ImportStep(ImportFigures(products: 9, done: 4)), until: soon))
      store.clock.advance(by: .minutes(3))
    }
    #expect(try await imports.claim(until: soon) == nil)
    #expect(try await imports.run(poisoned.id)?.state == .failed)
    #expect(try await imports.isAwaited() == false)
  }

  @Test func `ten of the same goods may wait, and notes are bounded`() async throws {
    for _ in 0..<10 { _ = try await brought(kiln) }
    await #expect(throws: ImportRunRefusal.tooManyImports(most: 10)) { _ = try await brought(kiln) }
    _ = try await brought(reed)
    let claim = try #require(try await imports.claim(until: soon))
    let notes = (0..<ImportRun.mostNotes).map { note($0) }
    #expect(try await imports.advance(claim, ImportStep(ImportFigures(refused: 10_001), notes: notes), until: soon))
    #expect(
      try await imports.advance(claim, ImportStep(ImportFigures(refused: 10_001), notes: [note(-1)]), until: soon))
    var (count, after): (Int, Cursor?) = (0, nil)
    repeat {
      let page = try await imports.notes(of: claim.run.id, PageRequest(limit: 100, after: after))
      count += page.items.count
      after = page.next
    } while after != nil
    #expect(count == ImportRun.mostNotes)
  }

  @Test func `files that nobody cares about are forgotten`() async throws {
    let fresh = try await ready(reed)
    let idle = try await brought(kiln)
    _ = try await imports.begin(
      ImportDraft(merchant: kiln, fileName: "lost.csv", size: 3, rules: ImportRules(stock: .set)), by: Self.mei)
    store.clock.advance(by: .hours(2))
    // What never arrived whole goes first, file and all.
    #expect(try await imports.prune(limit: 100) == 2)
    #expect(try await imports.run(idle.id)?.hasFile == true)
    store.clock.advance(by: .days(8))
    _ = try await imports.prune(limit: 100)
    #expect(try await imports.run(fresh.id) == nil)
    await #expect(throws: (any Error).self) { try await imports.decide(.start, on: fresh.id, by: Self.mei) }
  }
}
