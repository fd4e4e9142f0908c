import Logging

/// The undo of each step that was done, run newest first when a later step fails. What can't be undone now is logged and
/// undone by its own expiry: a hold runs out, a freeze is thawed. A step runs in a task of its own, since what is undone may
/// well be the work of one that was cancelled, in which nothing can be written any more.
struct UndoStack {
  private var steps: [(name: String, run: @Sendable () async throws -> Void)] = []
  private let logger: Logger

  init(logger: Logger) { self.logger = logger }

  mutating func add(_ name: String, _ run: @escaping @Sendable () async throws -> Void) { steps.append((name, run)) }

  func run() async {
    for step in steps.reversed() {
      if case .failure(let error) = await Task.detached(operation: step.run).result {
        logger.warning("undo failed", metadata: ["step": "\(step.name)", "error": "\(error)"])
      }
    }
  }
}
