import Foundation
import MadeCatalogue
import Search
import Storage
import StorageSQLite
import Values

/// Search over a made catalogue, measured. Prints one JSON object, but for `documents`.
///
///     SearchBench documents COUNT           the goods, a line each with tabs between fields, as peers read them
///     SearchBench queries COUNT EACH        what is asked for, EACH of a class
///     SearchBench build FOLDER COUNT        fills the table, then makes the index out of it
///     SearchBench ask FOLDER COUNT EACH     opens both and asks, also wrongly
///     SearchBench change FOLDER COUNT EACH  changes goods while asking
@main
struct SearchBench {
  static func main() async throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    func number(_ place: Int) throws -> Int {
      guard arguments.indices.contains(place), let number = Int(arguments[place]), number > 0 else { throw Misuse() }
      return number
    }
    switch arguments.first {
    case "documents": DocumentLines(MadeCatalogue(count: try number(1))).write()
    case "queries": try tell(MadeQueries(MadeCatalogue(count: try number(1)), each: try number(2)))
    case "build" where arguments.count == 3:
      try tell(try await BuildRun(folder: arguments[1], catalogue: MadeCatalogue(count: try number(2))).measured())
    case let step? where ["ask", "change"].contains(step) && arguments.count == 4:
      let catalogue = MadeCatalogue(count: try number(2))
      let run = AskRun(folder: arguments[1], catalogue, MadeQueries(catalogue, each: try number(3)))
      try tell(try await step == "ask" ? run.measured() : run.changed())
    default: throw Misuse()
    }
  }

  private static func tell(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
  }
}

struct Misuse: Error, CustomStringConvertible {
  let description =
    "SearchBench documents COUNT | queries COUNT EACH | build FOLDER COUNT | ask|change FOLDER COUNT EACH"
}

/// The table and the index of a folder, as the shop has them.
struct BenchShop {
  let search: StoredSearch

  init(folder: String) async throws {
    let database = try SQLiteDatabase(path: "\(folder)/shop.db")
    try await Migrator(StoredSearch.migrations).run(on: database, now: WallClock.system.now)
    let engine = LocalEngine(folder: "\(folder)/search") { try SQLiteDatabase(path: $0, isDerived: true) }
    search = StoredSearch(database: database, engine: engine, clock: .system)
  }
}

/// How long both steps of making an index take.
struct BuildRun {
  let folder: String
  let catalogue: MadeCatalogue

  func measured() async throws -> [String: Double] {
    let search = try await BenchShop(folder: folder).search
    var filling = Duration.zero
    // Not loaded yet, so that rows are written and nothing is indexed.
    for start in stride(from: 0, to: catalogue.count, by: 500) {
      let documents = catalogue.documents(start..<min(start + 500, catalogue.count))
      let began = ContinuousClock.now
      _ = try await search.index(documents)
      filling += began.duration(to: .now)
    }
    let before = ProcessMemory.now.peak
    let began = ContinuousClock.now
    try await search.load()
    let building = began.duration(to: .now)
    let peak = ProcessMemory.now.peak
    // It answers already; its pieces come together beside, as after any large change.
    try await together()
    let tidying = began.duration(to: .now) - building
    try await search.close()
    return [
      "table_seconds": filling / .seconds(1), "build_seconds": building / .seconds(1), "build_peak_mib": peak,
      "peak_before_build_mib": before, "pieces_together_after_seconds": tidying / .seconds(1),
      "peak_together_mib": ProcessMemory.now.peak,
    ]
  }

  /// Returns when few segments are left in the index's file.
  private func together() async throws {
    let indexes = try FileManager.default.subpathsOfDirectory(atPath: "\(folder)/search")
    guard let path = indexes.filter({ $0.hasSuffix(".sqlite") }).max() else { return }
    let file = try SQLiteDatabase(path: "\(folder)/search/\(path)", isDerived: true)
    for _ in 0..<3600 {
      let (all, ready) = try await file.read {
        let row = try $0.rows("SELECT COUNT(*) AS all_of_them, SUM(is_ready) AS ready FROM segment").first
        return (try row?["all_of_them"] as Int? ?? 0, try row?["ready"] as Int? ?? 0)
      }
      if all == ready, all < 6 { break }
      try await Task.sleep(for: .milliseconds(100))
    }
    try await file.close()
  }
}
