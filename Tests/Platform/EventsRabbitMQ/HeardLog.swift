import Logging
import Synchronization

/// What a log is told, and when.
final class HeardLog: Sendable {
  struct Line: Sendable {
    let message: String
    let level: Logger.Level
    let moment = ContinuousClock.now
  }

  private let state = Mutex<[Line]>([])
  var lines: [Line] { state.withLock { $0 } }
  var warnings: [String] { lines.filter { $0.level >= .warning }.map(\.message) }
  var logger: Logger { Logger(label: "test") { _ in Handler(heard: self) } }

  private struct Handler: LogHandler {
    let heard: HeardLog
    var logLevel = Logger.Level.trace
    var metadata = Logger.Metadata()

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      heard.state.withLock { $0.append(Line(message: event.message.description, level: event.level)) }
    }
  }
}
