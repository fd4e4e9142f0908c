/// Lets pieces of work run one after another, in the order in which they came.
actor Turns {
  private var last: Task<Void, Never>?
  private var endings: [Int: @Sendable () -> Void] = [:]
  private var count = 0

  /// - Parameter heeds: whether the work ends when whoever waits for it is cancelled; else it is brought to its end.
  func run<Value: Sendable>(
    heedingCancellation heeds: Bool = false, _ body: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let before = last
    let task = Task {
      await before?.value
      if heeds { try Task.checkCancellation() }
      return try await body()
    }
    last = Task { _ = await task.result }
    count += 1
    let number = count
    endings[number] = { task.cancel() }
    defer { endings[number] = nil }
    guard heeds else { return try await task.value }
    return try await withTaskCancellationHandler {
      try await task.value
    } onCancel: {
      task.cancel()
    }
  }

  /// Cancels what runs and what waits, and returns when all of it has ended.
  func end() async {
    for cancel in endings.values { cancel() }
    await last?.value
  }
}
