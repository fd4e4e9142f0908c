import Foundation
import GRDBSQLite

/// What this process holds, in MiB, as the kernel and SQLite say.
struct ProcessMemory {
  /// Of its own, without pages of files that are mapped.
  let own: Double
  /// The most that it ever held.
  let peak: Double
  /// Of which SQLite has taken for its caches and statements.
  let sqlite: Double

  /// Zeroes where `/proc` isn't.
  static var now: ProcessMemory {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    func field(_ name: String) -> Double {
      let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") }
      return line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Double($0) } ?? 0
    }
    return ProcessMemory(
      own: field("RssAnon") / 1024, peak: field("VmHWM") / 1024, sqlite: Double(sqlite3_memory_used()) / 1_048_576)
  }
}
