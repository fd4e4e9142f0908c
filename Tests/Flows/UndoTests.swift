import Logging
import Synchronization
import Testing

@testable import Flows

@Suite struct UndoTests {
  struct Broken: Error {}

  @Test func `what a cancelled task did is undone, the newest first, whatever can't be`() async {
    let undone = Mutex<[Int]>([])
    let task = Task {
      var undo = UndoStack(logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
      for step in 1...3 {
        undo.add("step \(step)") {
          try Task.checkCancellation()
          if step == 2 { throw Broken() }
          undone.withLock { $0.append(step) }
        }
      }
      while !Task.isCancelled { await Task.yield() }
      await undo.run()
    }
    task.cancel()
    await task.value
    #expect(undone.withLock { $0 } == [3, 1])
  }
}
