/// The time that half of the runs stay within: one that a busy machine held up says nothing.
/// - Parameter runs: one or more.
public func median(of runs: Int, _ body: () async throws -> Void) async throws -> Duration {
  try await times(of: runs, body)[runs / 2]
}

/// The time of the quickest run, for what takes long, so that it's tried a few times only.
/// - Parameter runs: one or more.
public func shortest(of runs: Int, _ body: () async throws -> Void) async throws -> Duration {
  try await times(of: runs, body)[0]
}

/// The shortest first.
private func times(of runs: Int, _ body: () async throws -> Void) async throws -> [Duration] {
  var times: [Duration] = []
  for _ in 1...runs {
    let began = ContinuousClock.now
    try await body()
    times.append(began.duration(to: .now))
  }
  return times.sorted()
}
