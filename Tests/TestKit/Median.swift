/// The time that half of the runs stay within: one that a busy machine held up says nothing.
/// - Parameter runs: one or more.
public func median(of runs: Int, _ body: () async throws -> Void) async throws -> Duration {
  var times: [Duration] = []
  for _ in 1...runs {
    let began = ContinuousClock.now
    try await body()
    times.append(began.duration(to: .now))
  }
  return times.sorted()[runs / 2]
}
