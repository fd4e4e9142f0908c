import Testing

/// Asks again and again until the condition holds; fails the test when it doesn't within the patience, which is long enough
/// for a machine that is busy with everything else.
public func eventually(
  _ what: Comment? = nil, within patience: Duration = .seconds(60), sourceLocation: SourceLocation = #_sourceLocation,
  _ condition: () async throws -> Bool
) async throws {
  let deadline = ContinuousClock.now.advanced(by: patience)
  while try await !condition() {
    try #require(ContinuousClock.now < deadline, what, sourceLocation: sourceLocation)
    try await Task.sleep(for: .milliseconds(5))
  }
}
