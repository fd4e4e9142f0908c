import GRPCCore
import Governance
import Values

/// No instance of the part could be reached, or none had room.
public struct PartUnavailable: Refusal, Hashable {
  public let part: String
  /// What was asked for may have been done in spite of this.
  public let mayHaveRun: Bool

  public init(part: String, mayHaveRun: Bool) {
    self.part = part
    self.mayHaveRun = mayHaveRun
  }

  public var code: String { "temporarilyUnavailable" }
  public var details: [String: String] { ["name": part] }
  public var kind: RefusalKind { .unavailable }
}

/// Something broke in the part that was called; what it was stands in that part's log.
public struct RemoteFault: Error, Hashable, CustomStringConvertible {
  /// As in `payments.open`.
  public let method: String
  let reason: String

  public var description: String { "\(method): \(reason)" }
}

/// What a call that failed means to its caller.
enum CallFailure {
  static func from(_ error: any Error, of verb: RemoteVerb, wasSent: Bool) -> any Error {
    if Task.isCancelled || error is CancellationError { return CancellationError() }
    if error is RemoteFault { return error }
    guard let error = error as? RPCError else { return RemoteFault(method: verb.fullName, reason: "the call broke") }
    if let refusal = verb.contract.refusal(in: error.metadata) { return refusal }
    switch error.code {
    case .deadlineExceeded: return DeadlineExceeded()
    // Nothing of ours answers so without a refusal, save a server that has no room, before it does anything.
    case .resourceExhausted: return PartUnavailable(part: verb.contract.name, mayHaveRun: false)
    // The server was stopped in the midst of the call.
    case .unavailable, .cancelled: return PartUnavailable(part: verb.contract.name, mayHaveRun: wasSent)
    case .unauthenticated: return RemoteFault(method: verb.fullName, reason: "the parts don't share a secret")
    case .unimplemented: return RemoteFault(method: verb.fullName, reason: "the part doesn't know this verb")
    default: return RemoteFault(method: verb.fullName, reason: "the part failed")
    }
  }
}
