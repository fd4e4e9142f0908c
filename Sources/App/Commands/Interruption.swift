import ArgumentParser
import Foundation
import UnixSignals

/// Runs work that Ctrl-C ends in good order: the first one cancels it, and the work throws `CancellationError` where it can
/// stop; a second one ends the program at once.
func interruptible<Result: Sendable>(_ work: @escaping @Sendable () async throws -> Result) async throws -> Result {
  let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
  let task = Task { try await work() }
  let watch = Task {
    for await _ in signals {
      if task.isCancelled { exit(130) }
      task.cancel()
    }
  }
  defer { watch.cancel() }
  return try await task.value
}

/// A fault of the system in words for the person at the terminal.
enum FaultWords {
  static func words(_ error: any Error) -> String {
    let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
    if let cause, cause.domain == NSPOSIXErrorDomain { return String(cString: strerror(Int32(cause.code))) }
    return "\(error)"
  }
}
