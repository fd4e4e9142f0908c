import Governance
import Values

/// How a call ended, for those who count. A refusal is the answer of a part that is well.
enum CallEnd: Int, CaseIterable {
  case success
  case refusal
  /// Who was asked, or what that needs, can't answer now.
  case unavailable
  /// Its time was up.
  case late
  case failure
  /// Nobody waited for it any more.
  case left

  /// - Parameters:
  ///   - time: how long the call took.
  ///   - limit: how long it might have taken.
  init(of error: any Error, after time: Duration, of limit: Duration) {
    self =
      switch error {
      // Whose time is up leaves too, and may be heard of a moment before the time is up here.
      case is CancellationError: time * 10 >= limit * 9 ? .late : .left
      case is DeadlineExceeded: .late
      case let refusal as any Refusal: refusal.kind == .unavailable ? .unavailable : .refusal
      case let fault as any PassingFault: fault.mayPass ? .unavailable : .failure
      default: .failure
      }
  }
}
