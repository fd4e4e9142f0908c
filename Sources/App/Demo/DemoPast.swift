import Events
import Foundation
import Fulfilment
import Insight
import Logging
import Mail
import Payments
import Sandbox
import Synchronization
import Values

/// The shop as it was some weeks ago: on the same data, with a clock that is moved by hand, with the payment platform and
/// the tracker at hand, and with letters that nobody gets, since those to whom they would go have read them long ago.
struct DemoPast {
  static let days = 35
  /// What is read from memory isn't fed while days go by; whoever plays them makes the index anew at the end.
  private static let index = "search."
  /// Enough for log-ins whose password stands on every terminal.
  private static let passwordCost = 10

  let shop: Shop
  let clock: DemoClock
  let sandbox: SandboxAtHand
  /// Until when days are played.
  let now: Timestamp

  /// The first day that is played.
  var firstDay: ShopDay { Self.firstDay(before: now) }

  private static func firstDay(before now: Timestamp) -> ShopDay { ShopDay(now).adding(1 - days) }

  /// Opens the shop on the morning before the first day, and closes it whatever becomes of the work. Throws
  /// `DemoFault.sandboxRuns` when the payment platform is running already: it wouldn't learn what was paid.
  static func open<Value>(
    _ settings: Settings, until now: Timestamp, logger: Logger, _ work: (DemoPast) async throws -> Value
  ) async throws -> Value {
    guard !(await isRunning(settings.sandbox)) else { throw DemoFault.sandboxRuns(settings.sandbox.url) }
    let clock = DemoClock(firstDay(before: now).adding(-1).start.adding(.hours(9)))
    let sandbox = try SandboxAtHand(
      SandboxSettings(
        host: settings.sandbox.host, port: settings.sandbox.port, merchant: settings.sandbox.merchant,
        merchantName: "Martlet", secret: try settings.sandbox.secret,
        storeFile: settings.dataFolder.appending(path: "sandbox.jsonl")), clock: clock.wall)
    var settings = settings
    settings.passwordCost = passwordCost
    // All that these days tell is heard here, while they go by.
    settings.broker = nil
    // Followed over the demo's own tracker, whoever is asked from today on.
    settings.tracking.url = nil
    settings.tracking.key = ""
    let shop = try await Shop.build(
      settings, clock: clock.wall, mailer: NobodyReads(),
      world: ShopWorld(
        providers: ProvidersAtHand(sandbox: sandbox, baseURL: settings.sandbox.url),
        trackers: TrackersAtHand(sandbox: sandbox), deafened: index), logger: logger)
    do {
      try await shop.bus.start { try await shop.load() }
      let value = try await work(DemoPast(shop: shop, clock: clock, sandbox: sandbox, now: now))
      try await shop.close()
      return value
    } catch {
      try? await shop.close()
      throw error
    }
  }

  /// Everybody hears of what happened until now.
  func settle() async throws { try await shop.relay.drain() }

  private static func isRunning(_ section: Settings.SandboxSection) async -> Bool {
    let question = ProviderCall(method: "GET", url: section.url + "/v1/statement", headers: [], body: [])
    return (try? await ProviderHTTPClient().send(question)) != nil
  }
}

/// A clock that stands still until it's moved on.
final class DemoClock: Sendable {
  private let moment: Mutex<Timestamp>

  init(_ start: Timestamp) { moment = Mutex(start) }

  var now: Timestamp { moment.withLock { $0 } }
  var wall: WallClock { WallClock { self.now } }
  /// Never back.
  func move(to next: Timestamp) { moment.withLock { $0 = max($0, next) } }
}

private struct NobodyReads: Mailer {
  func send(_ letter: Letter) async throws {}
}

private struct ProvidersAtHand: ProviderHTTP {
  let sandbox: SandboxAtHand
  let baseURL: String

  func send(_ call: ProviderCall) async throws -> ProviderAnswer {
    let headers = Dictionary(call.headers.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    do {
      let answer = try await sandbox.answer(
        method: call.method, path: String(call.url.dropFirst(baseURL.count)), headers: headers, body: call.body)
      return ProviderAnswer(status: answer.status, headers: answer.headers, body: answer.body)
    } catch {
      throw ProviderFault.outcomeUnknown("\(error)")
    }
  }

  /// Nobody reads bills in days that are over.
  func download(_ call: ProviderCall, to path: String, limitBytes: Int) async throws -> ProviderAnswer {
    throw ProviderFault.unreachable("no bills are at hand")
  }
}

private struct TrackersAtHand: TrackerHTTP {
  let sandbox: SandboxAtHand

  func post(_ form: String, to url: String) async throws -> [UInt8] {
    do {
      return try await sandbox.track(Array(form.utf8), at: url)
    } catch {
      throw TrackerFault.unreachable("\(error)")
    }
  }
}
