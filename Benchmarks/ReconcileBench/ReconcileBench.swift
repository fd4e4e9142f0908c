import Events
import Foundation
import Logging
import Payments
import Storage
import StorageMySQL
import StorageSQLite
import Values

/// How long it takes to read a bill and hold it against the books, and how much memory: a bill of WeChat Pay, packed, with so
/// many lines, against as many payments that were captured on its day. Prints seconds and megabytes, a line each.
///
///     ReconcileBench LINES [mysql://USER:PASSWORD@HOST/DATABASE]
@main
struct ReconcileBench {
  private static let day = "2026-01-15"
  private static let start = Timestamp(milliseconds: 1_768_406_400_000)

  static func main() async throws {
    let arguments = CommandLine.arguments.dropFirst()
    let lines = arguments.first.flatMap { Int($0) } ?? 1_000_000
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-reconcile-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let database: any Database =
      if let address = arguments.dropFirst().first {
        MySQLDatabase(try MySQLAddress(address))
      } else {
        try SQLiteDatabase(path: folder.appending(path: "books.db").path)
      }
    let clock = WallClock { start.adding(.hours(34)) }
    try await Migrator(Outbox.migrations + StoredPayments.migrations).run(on: database, now: clock.now)
    try await fill(database, lines: lines)
    let text = folder.appending(path: "bill.csv")
    try write(lines, to: text)
    let bill = try packed(text)
    let ids = IDGenerator(clock: clock, node: 1)
    let payments = StoredPayments(
      database: database, outbox: Outbox(ids: ids, clock: clock), ids: ids, clock: clock,
      providers: [try BillProvider(path: bill.path)],
      addresses: PaymentAddresses(publicURL: "https://shop.example"), logger: Logger(label: "reconcile"))
    let before = peakMegabytes()
    let began = ContinuousClock.now
    let compared = try await payments.reconcile(now: clock.now, limit: 1)
    let took = began.duration(to: .now)
    let standing = try await payments.standing()
    print("lines \(lines)")
    print("days_compared \(compared)")
    print("differences \(standing.openDifferences)")
    print("seconds \(Double(took.milliseconds) / 1000)")
    print("megabytes_before \(before)")
    print("megabytes_at_most \(peakMegabytes())")
    try await database.close()
  }

  /// The number of a payment of the day, so many milliseconds from its beginning.
  static func payment(_ index: Int, of lines: Int) -> (id: PaymentID, at: Timestamp) {
    let at = start.adding(.milliseconds(Int64(index) * 86_399_000 / Int64(max(lines, 1))))
    return (PaymentID(raw: PaymentID.first(at: at).raw + Int64(index % 4096)), at)
  }

  private static func fill(_ database: any Database, lines: Int) async throws {
    let columns = [
      "id", "method", "payer_id", "amount", "currency", "state", "provider_number", "subject", "language", "opened_at",
      "expires_at", "captured_at",
    ]
    for from in stride(from: 0, to: lines, by: 20_000) {
      try await database.write { transaction in
        for start in stride(from: from, to: min(from + 20_000, lines), by: 32) {
          let rows = (start..<min(start + 32, lines)).map { index -> [SQLValue] in
            let (id, at) = payment(index, of: lines)
            return [
              id.sqlValue, .text("wechat"), .integer(1), .integer(8800), .text("CNY"), .text("captured"),
              .text("T-\(id)"), .text("Teapot"), .text("en"), at.sqlValue, at.sqlValue, at.sqlValue,
            ]
          }
          try transaction.execute(
            transaction.dialect.insertion(into: "payment", columns: columns, rows: rows, suffix: ""))
        }
      }
    }
  }

  /// Every thousandth line has another amount.
  private static func write(_ lines: Int, to place: URL) throws {
    _ = FileManager.default.createFile(atPath: place.path, contents: nil)
    let file = try FileHandle(forWritingTo: place)
    defer { try? file.close() }
    try file.write(contentsOf: Data("交易时间,公众账号ID,商户号\n".utf8))
    var text = ""
    for index in 0..<lines {
      let (id, at) = payment(index, of: lines)
      let amount = index.isMultiple(of: 1000) ? "89.00" : "88.00"
      let time = at.adding(.hours(8)).utc.rfc3339.prefix(19).replacing("T", with: " ")
      var cells = [String](repeating: "", count: 27)
      (cells[0], cells[5], cells[6], cells[9], cells[11]) = (String(time), "T-\(id)", "\(id)", "SUCCESS", "CNY")
      (cells[22], cells[24], cells[25]) = ("0.53", amount, "0.00")
      text += cells.map { "`" + $0 }.joined(separator: ",") + "\n"
      if text.utf8.count > 1 << 20 {
        try file.write(contentsOf: Data(text.utf8))
        text = ""
      }
    }
    try file.write(contentsOf: Data((text + "总交易单数\n").utf8))
  }

  private static func packed(_ file: URL) throws -> URL {
    let pack = Process()
    pack.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    pack.arguments = ["gzip", "-1", file.path]
    try pack.run()
    pack.waitUntilExit()
    return file.appendingPathExtension("gz")
  }

  private static func peakMegabytes() -> Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return (line?.split(separator: " ").dropFirst().first).flatMap { Int($0) }.map { $0 / 1024 } ?? 0
  }
}
