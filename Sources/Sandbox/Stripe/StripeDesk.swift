import Crypto
import Foundation
import Logging
import Synchronization
import Values

/// An answer, kept for repeats where something was begun.
struct StripeReply: Codable, Hashable, Sendable {
  let request: String
  let status: Int
  let body: String
  /// Of the method, the path and what was asked.
  var digest = ""
}

/// What the shop asks of Stripe.
struct StripeDesk: Sendable {
  static let kind = "reply"
  static let longestKey = 255

  let core: SandboxCore
  let account: StripeAccount
  let running = RunningKeys()

  var book: TradeBook { core.book }

  init(core: SandboxCore, account: StripeAccount) {
    self.core = core
    self.account = account
  }

  func reply(to call: StripeCall) async -> (reply: StripeReply, isReplayed: Bool) {
    do {
      try expectKnown(call)
      let form = try call.form()
      guard let key = call.key, call.method == "POST" else { return (await executed(call, form).reply, false) }
      guard key.count <= Self.longestKey else {
        throw StripeProblem.invalid("idempotency_key", "Idempotency keys have up to \(Self.longestKey) characters.")
      }
      return try await once(key, call, form)
    } catch let problem as StripeProblem {
      return (Self.reply(problem, call), false)
    } catch {
      core.logger.error("The sandbox failed", metadata: ["error": "\(error)"])
      return (Self.reply(.broken, call), false)
    }
  }

  // MARK: Who asks

  private func expectKnown(_ call: StripeCall) throws(StripeProblem) {
    let parts = (call.authorization ?? "").split(separator: " ", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { throw .noKey }
    let given: String?
    switch parts[0].lowercased() {
    case "bearer": given = parts[1]
    // The key is the user's name, and there is no password.
    case "basic":
      given = Data(base64Encoded: parts[1]).map {
        String(decoding: $0.prefix { $0 != UInt8(ascii: ":") }, as: UTF8.self)
      }
    default: given = nil
    }
    guard let given, !given.isEmpty else { throw .noKey }
    // Digests are compared in the same time whatever they are.
    guard SHA256.hash(data: Data(given.utf8)) == SHA256.hash(data: Data(account.secretKey.utf8)) else {
      throw .wrongKey
    }
    if let version = call.version, version.wholeMatch(of: /\d{4}-\d{2}-\d{2}(\.[a-z_]+)?/) == nil {
      throw .unknownVersion(version)
    }
  }

  // MARK: Once

  private func once(
    _ key: String, _ call: StripeCall, _ form: StripeForm
  ) async throws -> (reply: StripeReply, isReplayed: Bool) {
    guard running.begin(key) else { throw StripeProblem.running(key) }
    defer { running.end(key) }
    let digest = Self.digest(call, form)
    if let kept = await kept(key) {
      guard kept.digest == digest else { throw StripeProblem.otherParameters(key) }
      return (kept, true)
    }
    var (reply, hasBegun) = await executed(call, form)
    guard hasBegun else { return (reply, false) }
    reply.digest = digest
    let value = String(decoding: try Message.encode(reply), as: UTF8.self)
    try await book.turn { turn in
      turn.keep(TradeNote(brand: .stripe, kind: Self.kind, key: key, value: value, at: turn.now))
    }
    return (reply, false)
  }

  /// Replies are kept for a day.
  private func kept(_ key: String) async -> StripeReply? {
    guard let note = await book.pages.notes[BookPages.key(.stripe, Self.kind, key)],
      book.clock.now < note.at.adding(.hours(24))
    else { return nil }
    return try? JSONDecoder().decode(StripeReply.self, from: Data(note.value.utf8))
  }

  /// Whatever the order in which it is said.
  private static func digest(_ call: StripeCall, _ form: StripeForm) -> String {
    let said = form.pairs.map { "\($0.name)\n\($0.value)" }.sorted()
    return Hex.text(SHA256.hash(data: Data(([call.name] + said).joined(separator: "\n\n").utf8)))
  }

  private func executed(_ call: StripeCall, _ form: StripeForm) async -> (reply: StripeReply, hasBegun: Bool) {
    var (reply, hasBegun): (StripeReply, Bool)
    do {
      let done = try await work(call, form)
      let shown = try await expanded(done, form)
      reply = StripeReply(
        request: call.request, status: 200, body: String(decoding: shown.bytes, as: UTF8.self))
      hasBegun = true
    } catch let problem as StripeProblem {
      (reply, hasBegun) = (Self.reply(problem, call), problem.hasBegun)
    } catch {
      core.logger.error("The sandbox failed", metadata: ["error": "\(error)"])
      (reply, hasBegun) = (Self.reply(.broken, call), true)
    }
    // Done, and not said: this is what is kept then.
    if hasBegun, core.faults.take(.errorAfter, at: .stripe, call: call.name) != nil {
      reply = Self.reply(.broken, call)
    }
    return (reply, hasBegun)
  }

  private static func reply(_ problem: StripeProblem, _ call: StripeCall) -> StripeReply {
    StripeReply(
      request: call.request, status: problem.status,
      body: String(decoding: problem.json(request: call.request).bytes, as: UTF8.self))
  }
}

/// Keys of calls that run at this moment.
final class RunningKeys: Sendable {
  private let keys = Mutex<Set<String>>([])

  /// False where a call with the key runs.
  func begin(_ key: String) -> Bool { keys.withLock { $0.insert(key).inserted } }
  func end(_ key: String) { keys.withLock { _ = $0.remove(key) } }
}
