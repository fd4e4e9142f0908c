import Foundation
import GRPCCore
import Governance
import Logging
import Values

/// What every call goes through on the serving side: who calls, is there room, how much time is there, and what becomes of
/// what goes wrong.
final class CallDoor: Sendable {
  let calls = CallsUnderWay()
  let figures: CallFigures
  private let security: PartSecurity
  private let places: ConcurrencyLimit
  private let limits: RemoteServer.Limits
  private let logger: Logger

  init(security: PartSecurity, limits: RemoteServer.Limits, figures: CallFigures, logger: Logger) {
    self.security = security
    self.figures = figures
    places = ConcurrencyLimit("parts.server", most: limits.concurrency)
    self.limits = limits
    self.logger = logger
  }

  /// - Parameter figures: those of the handler's verb.
  func answer(
    _ request: StreamingServerRequest<Data>, with handler: RemoteHandler, _ figures: CallFigures.Verb
  ) async throws(RPCError) -> Data {
    let metadata = request.metadata
    guard security.admits(metadata.text(PartSecurity.key)) else {
      logger.warning("a call with another secret", metadata: ["method": "\(handler.verb.fullName)"])
      figures.note(.refusal, .zero)
      throw RPCError(code: .unauthenticated, message: "unauthenticated")
    }
    let most = handler.verb.allowing(limits.patience).limit
    let limit = min(most, CallTimeout.duration(metadata.text(CallTimeout.key)) ?? most)
    do {
      return try await figures.noting(limit) {
        try await places.run {
          try await TraceParent.$current.withValue(TraceParent.valid(metadata.text(TraceParent.key))) {
            try await run(request, handler, within: limit)
          }
        }
      }
    } catch {
      throw answer(to: error, of: handler.verb)
    }
  }

  /// In a task of its own, which ends when the caller has gone.
  private func run(
    _ request: StreamingServerRequest<Data>, _ handler: RemoteHandler, within limit: Duration
  ) async throws -> Data {
    guard let ticket = calls.enter() else { throw NoPlace(name: places.name) }
    defer { calls.leave(ticket) }
    let task = Task {
      try await Deadline.run(within: limit) {
        let bytes = try await handler.run(try await ServerRequest(stream: request).message)
        guard bytes.count <= self.limits.messageBytes else { throw AnswerTooLong(bytes: bytes.count) }
        return bytes
      }
    }
    calls.hold(task, of: ticket)
    return try await withTaskCancellationHandler {
      try await withRPCCancellationHandler {
        try await task.value
      } onCancelRPC: {
        task.cancel()
      }
    } onCancel: {
      task.cancel()
    }
  }

  /// Refusals cross as they are; of faults nothing crosses but that there was one.
  private func answer(to error: any Error, of verb: RemoteVerb) -> RPCError {
    switch error {
    // Nothing was done, so the caller may try another instance.
    case let full as NoPlace where full.name == places.name:
      return RPCError(code: .resourceExhausted, message: "no room")
    case let refusal as any Refusal:
      return RPCError(
        code: refusal.kind.statusCode, message: refusal.code, metadata: RefusalMessage.metadata(of: refusal))
    case is CancellationError:
      return RPCError(code: .cancelled, message: "cancelled")
    case let fault as any PassingFault where fault.mayPass:
      logger.warning("a passing fault", metadata: ["method": "\(verb.fullName)", "error": "\(fault)"])
      return answer(to: TemporarilyUnavailable(), of: verb)
    default:
      logger.error("a call failed", metadata: ["method": "\(verb.fullName)", "error": "\(error)"])
      return RPCError(code: .internalError, message: "\(verb.fullName) failed")
    }
  }
}

private struct AnswerTooLong: Error {
  let bytes: Int
}

extension Metadata {
  fileprivate func text(_ key: String) -> String? { self[stringValues: key].first { _ in true } }
}
