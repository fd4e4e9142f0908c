import Logging

/// The undo of each step that was done, run newest first when a later step fails. What can't be undone now is logged and
/// undone by its own expiry: a hold runs out, a freeze is thawed.
struct UndoStack {
  private var steps: [(name: String, run: @Sendable () async throws -> Void)] = []
  private let logger: Logger

  init(logger: Logger) { self.logger = logger }

  mutating func add(_ name: String, _ run: @escaping @Sendable () async throws -> Void) { steps.append((name, run)) }

  func run() async {
    for step in steps.reversed() {
      do {
        try await step.run()
      } catch {
        logger.warning("undo failed", metadata: ["step": "\(step.name)", "error": "\(error)"])
      }
    }
  }
}
