import Foundation
import GRPCCore
import Governance
import Logging
import Synchronization
import Values

/// Calls one part: within the deadline of the task, past instances that are down, no more at once than the part is good
/// for, and not at all while it keeps failing.
public final class RemoteCaller: Sendable {
  /// What a part is good for.
  public struct Limits: Sendable {
    /// Calls under way at once.
    public var concurrency = 256
    /// How often an idempotent verb is tried, the first included.
    public var attempts = 3
    public var backoff = Backoff(first: .milliseconds(20), longest: .milliseconds(200))
    /// Failures in a row that open the breaker, and for how long.
    public var failures = 5
    public var openFor = Duration.seconds(5)
    /// Multiplies the time that each verb may take, for machines that are slow: 1 or more.
    public var patience = 1
    /// Of one message, either way.
    public var messageBytes = 4 * 1024 * 1024

    public init() {}
  }

  public let part: String
  public let breaker: CircuitBreaker
  public let concurrency: ConcurrencyLimit
  private let connections: PartConnections
  private let security: PartSecurity
  private let retry: Retry
  private let limits: Limits
  private let figures = Mutex(CallFigures.made(Metrics()))

  /// - Parameter logger: hears of instances that can't be called.
  public init(
    part: String, registry: any Registry, security: PartSecurity, limits: Limits = Limits(), clock: WallClock,
    logger: Logger
  ) {
    self.part = part
    self.security = security
    breaker = CircuitBreaker(part, failures: limits.failures, openFor: limits.openFor, clock: clock)
    concurrency = ConcurrencyLimit(part, most: limits.concurrency)
    connections = PartConnections(part: part, registry: registry, security: security, logger: logger)
    retry = Retry(attempts: limits.attempts, backoff: limits.backoff)
    self.limits = limits
  }

  /// Counts the calls that are made from now on among these, which callers of other parts may share.
  public func count(in figures: CallFigures) { self.figures.withLock { $0 = figures } }

  /// Lets calls that are under way finish.
  public func close() { connections.close() }

  /// Throws the refusals of the contract as they are, `PartUnavailable`, `DeadlineExceeded`, `CircuitOpen`, `NoPlace`,
  /// `RemoteFault` for all that broke inside, and `CancellationError`, which the other side hears of.
  public func call<Input, Output>(_ method: RemoteMethod<Input, Output>, _ input: Input) async throws -> Output {
    try await reply(to: method, input).output
  }

  public func call<Output>(_ method: RemoteMethod<Nothing, Output>) async throws -> Output {
    try await call(method, Nothing())
  }

  /// Also says who answered.
  func reply<Input, Output>(to method: RemoteMethod<Input, Output>, _ input: Input) async throws -> Reply<Output> {
    let verb = method.verb.allowing(limits.patience)
    let message = try message(of: input, to: verb)
    return try await guarded(verb) { judge in
      let (bytes, instance) = try await attempts(message, of: verb, judge)
      return Reply(output: try Self.output(of: method, in: bytes), from: instance)
    }
  }

  /// Asks every instance, each past short failures, and answers what came of it; empty when there is no instance.
  func replies<Input, Output>(
    to method: RemoteMethod<Input, Output>, _ input: Input
  ) async throws -> [Result<Reply<Output>, any Error>] {
    let verb = method.verb.allowing(limits.patience)
    let message = try message(of: input, to: verb)
    return try await withThrowingTaskGroup(of: Result<Reply<Output>, any Error>.self) { group in
      for connection in try connections.all() {
        group.addTask {
          do {
            return .success(try await self.ask(connection, method, message, as: verb))
          } catch {
            return .failure(error)
          }
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
  }

  private func ask<Input, Output>(
    _ connection: PartConnection, _ method: RemoteMethod<Input, Output>, _ message: Data, as verb: RemoteVerb
  ) async throws -> Reply<Output> {
    try await counted(verb) {
      let bytes = try await Deadline.carrying(verb.limit) {
        try await retry.run(when: { Self.mayRepeat($0, verb) }) {
          try await send(message, to: verb, over: connection)
        }
      }
      return Reply(output: try Self.output(of: method, in: bytes), from: connection.instance)
    }
  }

  private func message(of input: some Encodable, to verb: RemoteVerb) throws -> Data {
    let message = try JSONBytes.encode(input)
    guard message.count <= limits.messageBytes else {
      throw RemoteFault(
        method: verb.fullName, reason: "a message of \(message.count) bytes, over \(limits.messageBytes)")
    }
    return message
  }

  private static func output<Input, Output>(of method: RemoteMethod<Input, Output>, in bytes: Data) throws -> Output {
    do {
      return try JSONBytes.decode(Output.self, from: bytes)
    } catch {
      throw RemoteFault(method: method.verb.fullName, reason: "an answer that can't be read")
    }
  }

  /// From instance to instance. What may be repeated waits for one that hangs half of the time that is left, as long as
  /// there is another to be asked then.
  private func attempts(
    _ message: Data, of verb: RemoteVerb, _ judge: CallJudge
  ) async throws -> (bytes: Data, from: PartInstanceID) {
    var tried: Set<PartInstanceID> = []
    var attempts = 0
    do {
      return try await retry.run(when: { $0 is Hang || Self.mayRepeat($0, verb) }) {
        let choice = try connections.pick(after: tried)
        tried.insert(choice.connection.instance)
        attempts += 1
        let isLast = !verb.isIdempotent || !choice.hasOther || attempts == limits.attempts
        let bytes = try await attempt(message, of: verb, over: choice.connection, isLast: isLast, judge)
        return (bytes, choice.connection.instance)
      }
    } catch is Hang {
      throw DeadlineExceeded()
    }
  }

  /// Sends, and tells the balancer what came of it. Throws `Hang` when it isn't the last and has had its time.
  private func attempt(
    _ message: Data, of verb: RemoteVerb, over connection: PartConnection, isLast: Bool, _ judge: CallJudge
  ) async throws -> Data {
    let left = Deadline.remaining(atMost: verb.limit)
    return try await Deadline.carrying(isLast ? left : left / 2) {
      do {
        let bytes = try await send(message, to: verb, over: connection)
        connections.note(.success, of: connection.instance)
        return bytes
      } catch {
        // A part that tells of somebody else's deadline does so before its own.
        let isOver = error is DeadlineExceeded && Deadline.remaining(atMost: verb.limit) == .zero
        let outcome = judge.outcome(of: error)
        connections.note(isOver && outcome == .failure ? .hang : outcome, of: connection.instance)
        throw isOver && !isLast ? Hang() : error
      }
    }
  }

  private func send(_ message: Data, to verb: RemoteVerb, over connection: PartConnection) async throws -> Data {
    var metadata: Metadata = [:]
    metadata.addString(security.secret, forKey: PartSecurity.key)
    if let parent = TraceParent.valid(TraceParent.current) { metadata.addString(parent, forKey: TraceParent.key) }
    return try await connection.call(verb, message, metadata: metadata, mostBytes: limits.messageBytes)
  }
}

extension RemoteCaller {
  private func guarded<Value>(_ verb: RemoteVerb, _ body: (CallJudge) async throws -> Value) async throws -> Value {
    let judge = CallJudge(verb)
    return try await counted(verb) {
      try await concurrency.run {
        try await breaker.run(judging: judge.outcome) {
          try await Deadline.carrying(verb.limit) { try await body(judge) }
        }
      }
    }
  }

  /// A call as whoever waits for it sees it: also one that was never sent.
  private func counted<Value>(_ verb: RemoteVerb, _ call: () async throws -> Value) async throws -> Value {
    let figures = figures.withLock { $0 }.of(verb)
    return try await figures.noting(Deadline.remaining(atMost: verb.limit), call)
  }

  /// What was never sent, or does no more the second time.
  private static func mayRepeat(_ error: any Error, _ verb: RemoteVerb) -> Bool {
    guard let unavailable = error as? PartUnavailable else { return false }
    return verb.isIdempotent || !unavailable.mayHaveRun
  }
}

/// An instance that hasn't answered within its share of the time.
private struct Hang: Error {}

/// An answer, and the instance that gave it.
struct Reply<Output: Sendable>: Sendable {
  let output: Output
  let from: PartInstanceID
}
