import Governance
import PartKit
import Remote
import TestKit
import Testing
import Values

/// What both sides tell of calls.
@Suite struct CallFigureTests {
  private static let soldOut = ProbeRefusal.soldOut(variant: VariantID(raw: 7), left: 3)

  // req: 3.3.6-1
  @Test func `who answers and who calls count each verb by how it ended, and time it`() async throws {
    let (served, calling, probe) = (Metrics(), Metrics(), Probe())
    // The server has less time for a verb than the caller, so that it's the one that says when the time is up.
    let part = try await ServedPart.start(probe.handlers, limits: RemoteServer.Limits(), figures: .answered(served))
    let caller = caller(of: "probe", at: LiveList(part))
    caller.count(in: .made(calling))
    for text in ["a", "b"] { #expect(try await caller.call(ProbeVerbs.echo, text) == text) }
    for refusal in [Self.soldOut, .closed] {
      await #expect(throws: refusal) { try await caller.call(ProbeVerbs.refuse, refusal) }
    }
    await #expect(throws: RemoteFault.self) { try await caller.call(ProbeVerbs.crash) }
    await #expect(throws: TemporarilyUnavailable()) { try await caller.call(ProbeVerbs.falter) }
    await #expect(throws: DeadlineExceeded.self) { try await caller.call(ProbeVerbs.hang) }
    let left = Task { try await caller.call(ProbeVerbs.takeOnce) }
    try await eventually("the call has arrived") { probe.calls(of: "takeOnce") == 1 }
    left.cancel()
    await #expect(throws: CancellationError.self) { try await left.value }

    for (metrics, name, labels) in [
      (served, "martlet_call", ""), (calling, "martlet_dependency_call", #"dependency="probe","#),
    ] {
      for (verb, outcome, count) in [
        ("echo", "success", 2), ("echo", "failure", 0), ("refuse", "refusal", 1), ("refuse", "unavailable", 1),
        ("crash", "failure", 1), ("falter", "unavailable", 1), ("hang", "late", 1), ("takeOnce", "left", 1),
      ] {
        let line = "\(name)s_total{\(labels)verb=\"probe.\(verb)\",outcome=\"\(outcome)\"} \(count)\n"
        // The other side hears of it when its caller has gone already.
        try await eventually("\(line)") { await metrics.text().contains(line) }
      }
      let text = await metrics.text()
      for (verb, count) in [("echo", 2), ("refuse", 2), ("hang", 1), ("takeOnce", 0)] {
        let line = "\(name)_seconds_count{\(labels)verb=\"probe.\(verb)\"} \(count)\n"
        #expect(text.contains(line), "\(line)")
      }
    }
    caller.close()
    await part.kill()
  }

  // req: 3.3.6-1
  @Test func `each verb is told from the start, and a stranger is refused`() async throws {
    let (served, calling) = (Metrics(), Metrics())
    let part = try await ServedPart.start(Probe().handlers, figures: .answered(served))
    let verb = #"verb="probe.echo",outcome="#
    #expect(await served.text().contains(#"martlet_calls_total{\#(verb)"refusal"} 0"#))
    let stranger = caller(of: "probe", at: LiveList(part), secret: "another secret among tests")
    stranger.count(in: .made(calling))
    await #expect(throws: RemoteFault.self) { try await stranger.call(ProbeVerbs.echo, "let me in") }
    #expect(await served.text().contains(#"martlet_calls_total{\#(verb)"refusal"} 1"#))
    #expect(
      await calling.text().contains(#"martlet_dependency_calls_total{dependency="probe",\#(verb)"failure"} 1"#))
    stranger.close()
    await part.kill()
  }

  // req: 3.3.6-1
  @Test func `a call that reaches nobody is counted by who made it`() async throws {
    let calling = Metrics()
    let caller = caller(of: "probe", at: LiveList([]))
    caller.count(in: .made(calling))
    await #expect(throws: PartUnavailable(part: "probe", mayHaveRun: false)) {
      try await caller.call(ProbeVerbs.echo, "")
    }
    let line = #"martlet_dependency_calls_total{dependency="probe",verb="probe.echo",outcome="unavailable"} 1"#
    #expect(await calling.text().contains(line))
    caller.close()
  }
}
