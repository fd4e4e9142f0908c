import ArgumentParser
import Flows
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

/// Says why long work ended and what it leaves behind, and answers the program's exit code: 130 for what was stopped. Work
/// that a setting kept from beginning is answered with what it threw.
func brokenOff(_ error: any Error, _ work: String, _ rest: String) -> any Error {
  switch error {
  case _ where error is SettingFault || ExitStatus.asksForSettings(error): return error
  case let fault as ImportFault: say("\(fault)")
  case is CancellationError:
    say("Stopped. \(rest)")
    return ExitCode(130)
  default: say("\(work) broke off: \(systemWords(for: error)). \(rest)")
  }
  return ExitCode.failure
}

/// The system's own words where a fault has them.
func systemWords(for error: any Error) -> String {
  let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
  if let cause, cause.domain == NSPOSIXErrorDomain { return String(cString: strerror(Int32(cause.code))) }
  return "\(error)"
}
