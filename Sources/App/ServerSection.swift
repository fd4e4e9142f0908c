import Configuration
import Pages

/// How much the program takes on, and how it ends.
struct ServerSection: Sendable {
  /// More are turned away; a tenth of them is kept for what orders and payments need.
  var requestsAtOnce: Int
  /// How long work may wait for a processor before requests are turned away.
  var longestWaitMilliseconds: Int
  /// Requests of one client; 0 sets no limit.
  var clientPerMinute: Int
  /// Requests of one client by route, as in `POST /register`; 0 sets no limit.
  var routesPerMinute: [String: Int]
  /// How long a program that is told to end says that it does and still serves.
  var drainSeconds: Int

  init(_ reader: ConfigReader) throws {
    requestsAtOnce = try Settings.number(reader, "server.requestsAtOnce", default: 1000, in: 1...100_000)
    longestWaitMilliseconds = try Settings.number(
      reader, "server.longestWaitMilliseconds", default: 1000, in: 10...60_000)
    clientPerMinute = try Settings.number(reader, "server.clientPerMinute", default: 6000, in: 0...10_000_000)
    drainSeconds = try Settings.number(reader, "server.drainSeconds", default: 0, in: 0...300)
    routesPerMinute = RequestLimits.usualRoutes
    let text = reader.string(forKey: "server.routesPerMinute", default: "")
    for entry in text.split(separator: ";") {
      let parts = entry.split(separator: "=").map { $0.trimmingPrefix { $0 == " " } }
      let words = parts.first?.split(separator: " ") ?? []
      guard parts.count == 2, words.count == 2, words[1].hasPrefix("/"), let count = Int(parts[1]), count >= 0 else {
        throw SettingFault(
          key: "server.routesPerMinute", value: text, expected: "a list such as POST /register=30; GET /search=600")
      }
      routesPerMinute["\(words[0].uppercased()) \(words[1])"] = count
    }
  }
}
