import PartKit
import Remote
import Testing

@Suite struct HopTests {
  /// For information: what one call costs in this build on this machine. `make bench` measures it in a release build.
  @Test func `a call that does nothing comes back, and says how long it took`() async throws {
    let part = try await ServedPart.start(Probe().handlers)
    let caller = caller(of: "probe", at: LiveList(part))
    var times: [Duration] = []
    for _ in 1...300 {
      times.append(try await ContinuousClock().measure { _ = try await caller.call(ProbeVerbs.echo, "") })
    }
    print("one hop: median \(times.sorted()[times.count / 2])")
    caller.close()
    await part.kill()
  }
}
