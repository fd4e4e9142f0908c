import Dispatch

/// Holds a thread of a pool until it is opened.
final class Door: Sendable {
  private let bell = DispatchSemaphore(value: 0)

  func pass() { bell.wait() }
  func open() { bell.signal() }
}
