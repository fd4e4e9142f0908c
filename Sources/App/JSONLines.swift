import Foundation
import Governance
import Logging
import Values

/// Writes the log as lines of JSON for programs that collect it: time, level, message, trace, part, metadata.
struct JSONLines: LogHandler {
  /// Of one message or value; what is longer is cut, so that no request can fill a disk with a line.
  private static let longestText = 8000

  private struct Line: Encodable {
    let time: String
    let level: String
    let message: String
    let trace: String?
    let part: String
    let logger: String
    let metadata: [String: String]?
  }

  var logLevel = Logger.Level.info
  var metadata: Logger.Metadata = [:]
  private let label: String
  private let part: String
  private let write: @Sendable (Data) -> Void

  /// - Parameter write: takes whole lines; by default they go to standard error.
  init(
    label: String, part: String,
    write: @escaping @Sendable (Data) -> Void = { FileHandle.standardError.write($0) }
  ) {
    self.label = label
    self.part = part
    self.write = write
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let all = event.metadata.map { metadata.merging($0) { _, own in own } } ?? metadata
    let line = Line(
      time: "\(WallClock.system.now)", level: event.level.rawValue, message: Self.cut("\(event.message)"),
      trace: TraceParent.trace, part: part, logger: label,
      metadata: all.isEmpty ? nil : all.mapValues { Self.cut("\($0)") })
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard var data = try? encoder.encode(line) else { return }
    data.append(UInt8(ascii: "\n"))
    write(data)
  }

  private static func cut(_ text: String) -> String {
    text.utf8.count <= longestText ? text : String(text.prefix(longestText)) + "…"
  }
}

/// How the log is written.
enum LogFormat: String, CaseIterable, Sendable {
  case text
  case json

  func logger(_ label: String, part: String, level: Logger.Level) -> Logger {
    var logger = Logger(label: label) { label in
      switch self {
      case .json: JSONLines(label: label, part: part)
      case .text:
        StreamLogHandler.standardError(
          label: label,
          metadataProvider: Logger.MetadataProvider { TraceParent.trace.map { ["trace": "\($0)"] } ?? [:] })
      }
    }
    logger.logLevel = level
    return logger
  }
}
