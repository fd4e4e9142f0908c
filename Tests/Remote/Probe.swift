import Governance
import Remote
import Synchronization
import Values

/// A contract that does nothing but show how calls are carried.
enum ProbeVerbs {
  static let contract = RemoteContract("probe", refusals: [ProbeRefusal.self])
  static let limit = Duration.milliseconds(400)

  static let echo = RemoteMethod<String, String>(contract, "echo", isIdempotent: true, limit: .seconds(60))
  static let look = RemoteMethod<String, Probe.Seen>(contract, "look", isIdempotent: true, limit: .seconds(60))
  static let refuse = RemoteMethod<ProbeRefusal, Nothing>(contract, "refuse", isIdempotent: true, limit: .seconds(60))
  static let refuseOddly = RemoteMethod<Nothing, Nothing>(
    contract, "refuseOddly", isIdempotent: true, limit: .seconds(60))
  /// Answers as many letters as it is asked for.
  static let stretch = RemoteMethod<Int, String>(contract, "stretch", isIdempotent: true, limit: .seconds(60))
  static let crash = RemoteMethod<Nothing, Nothing>(contract, "crash", isIdempotent: true, limit: .seconds(60))
  static let falter = RemoteMethod<Nothing, Nothing>(contract, "falter", isIdempotent: true, limit: .seconds(60))
  static let hang = RemoteMethod<Nothing, Nothing>(contract, "hang", isIdempotent: true, limit: limit)
  static let wait = RemoteMethod<Nothing, Nothing>(contract, "wait", isIdempotent: true, limit: .seconds(60))
  /// Like `wait`, but once only.
  static let takeOnce = RemoteMethod<Nothing, Nothing>(contract, "takeOnce", isIdempotent: false, limit: .seconds(60))
}

enum ProbeRefusal: Refusal, Codable, Hashable {
  case closed
  case soldOut(variant: VariantID, left: Int)

  var code: String {
    switch self {
    case .closed: "closed"
    case .soldOut: "soldOut"
    }
  }
  var details: [String: String] {
    if case .soldOut(_, let left) = self { ["left": String(left)] } else { [:] }
  }
  var kind: RefusalKind { self == .closed ? .unavailable : .conflict }
}

/// Stands behind the contract and remembers what came.
final class Probe: Sendable {
  struct Seen: Codable, Sendable {
    let trace: String?
    let leftMilliseconds: Int64
  }

  struct Counts {
    var calls: [String: Int] = [:]
    var cancelled = 0
    var waiting: [CheckedContinuation<Void, Never>] = []
    var isOpen = false
    var isFrozen = false
  }

  private let counts = Mutex(Counts())

  func calls(of verb: String) -> Int { counts.withLock { $0.calls[verb, default: 0] } }
  var cancelled: Int { counts.withLock { $0.cancelled } }

  /// From now on `echo` is heard and not answered.
  func freeze() { counts.withLock { $0.isFrozen = true } }

  /// Lets go whoever waits, now and later.
  func open() {
    let waiting = counts.withLock { counts in
      counts.isOpen = true
      defer { counts.waiting = [] }
      return counts.waiting
    }
    for continuation in waiting { continuation.resume() }
  }

  var handlers: [RemoteHandler] {
    [
      ProbeVerbs.echo.served { text in
        self.count("echo")
        if self.counts.withLock({ $0.isFrozen }) { _ = try await self.sleep() }
        return text
      },
      ProbeVerbs.look.served { _ in
        Seen(trace: TraceParent.current, leftMilliseconds: Deadline.remaining(atMost: .days(1)).milliseconds)
      },
      ProbeVerbs.refuse.served { refusal in
        self.count("refuse")
        throw refusal
      },
      ProbeVerbs.refuseOddly.served { throw OddRefusal() },
      ProbeVerbs.stretch.served { String(repeating: "x", count: $0) },
      ProbeVerbs.crash.served {
        self.count("crash")
        throw Innards(password: "hunter2")
      },
      ProbeVerbs.falter.served { throw Faltering() },
      ProbeVerbs.hang.served {
        self.count("hang")
        return try await self.sleep()
      },
      ProbeVerbs.wait.served {
        self.count("wait")
        await self.untilOpen()
        return Nothing()
      },
      ProbeVerbs.takeOnce.served {
        self.count("takeOnce")
        return try await self.sleep()
      },
    ]
  }

  private func count(_ verb: String) { counts.withLock { $0.calls[verb, default: 0] += 1 } }

  private func sleep() async throws -> Nothing {
    do {
      try await Task.sleep(for: .seconds(60))
    } catch {
      counts.withLock { $0.cancelled += 1 }
      throw error
    }
    return Nothing()
  }

  private func untilOpen() async {
    await withCheckedContinuation { continuation in
      let isOpen = counts.withLock { counts in
        if !counts.isOpen { counts.waiting.append(continuation) }
        return counts.isOpen
      }
      if isOpen { continuation.resume() }
    }
  }
}

private struct Faltering: PassingFault {
  var mayPass: Bool { true }
}

private struct OddRefusal: Refusal {
  var code: String { "odd" }
  var details: [String: String] { ["why": "because"] }
  var kind: RefusalKind { .tooMany }
}

private struct Innards: Error {
  let password: String
}
