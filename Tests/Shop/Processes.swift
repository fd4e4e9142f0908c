import Foundation

extension Process {
  private static let starting = NSLock()

  /// `run`, one at a time: two that start in the same moment can end the program that starts them.
  func start() throws { try Self.starting.withLock { try run() } }
}
