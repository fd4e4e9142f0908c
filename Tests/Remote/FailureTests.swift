import Governance
import PartKit
import Remote
import TestKit
import Testing
import Values

/// Parts that hang, die, drain or are overrun. One after the other, since some are held to times.
@Suite(.serialized) struct FailureTests {
  private let clock = TestClock()

  // req: 3.3.6-2
  @Test func `a part that hangs costs at most the deadline`() async throws {
    let silent = try await SilentServer.start()
    let probe = Probe()
    let slow = try await ServedPart.start(probe.handlers)
    for (address, verb) in [(silent.address, "connecting"), (slow.address, "working")] {
      var limits = RemoteCaller.Limits()
      // All of these calls fail, and each shall be made.
      limits.failures = 100
      let caller = caller(of: "probe", at: LiveList([address]), limits: limits)
      let time = try await shortest(of: 5) {
        await #expect(throws: DeadlineExceeded.self, "\(verb)") { try await caller.call(ProbeVerbs.hang) }
      }
      // What the machine needs beside. It may be busy, and isn't for each of five.
      let grace = Duration.milliseconds(1500)
      #expect(time >= ProbeVerbs.limit - .milliseconds(50) && time < ProbeVerbs.limit + grace, "\(verb): \(time)")
      let early = try await shortest(of: 5) {
        await #expect(throws: DeadlineExceeded.self, "\(verb)") {
          try await Deadline.carrying(.milliseconds(100)) { try await caller.call(ProbeVerbs.hang) }
        }
      }
      #expect(early < .milliseconds(100) + grace, "\(verb): \(early)")
      caller.close()
    }
    #expect(probe.calls(of: "hang") >= 1)
    try await eventually("the slow part has stopped its work") { probe.cancelled == probe.calls(of: "hang") }
    try await silent.stop()
    await slow.kill()
  }

  // req: 3.3.5-2
  @Test func `an open breaker answers at once and touches no network`() async throws {
    let silent = try await SilentServer.start()
    let list = LiveList([silent.address])
    let caller = caller(of: "probe", at: list, limits: RemoteCaller.Limits(), clock: clock.clock)
    for _ in 1...5 { await #expect(throws: DeadlineExceeded.self) { try await caller.call(ProbeVerbs.hang) } }
    #expect(caller.breaker.state == .open)
    let (asked, connections) = (list.asked, silent.connections)
    let time = try await median(of: 20) {
      await #expect(throws: CircuitOpen.self) { try await caller.call(ProbeVerbs.hang) }
    }
    #expect(time < .milliseconds(5))
    #expect(list.asked == asked && silent.connections == connections)

    // A part that is well again is found out by one call.
    let part = try await ServedPart.start(Probe().handlers)
    list.set([part.address])
    clock.advance(by: .seconds(6))
    #expect(try await caller.call(ProbeVerbs.echo, "back") == "back")
    #expect(caller.breaker.state == .closed)
    caller.close()
    try await silent.stop()
    await part.kill()
  }

  @Test func `refusals of a part that is well leave the breaker closed`() async throws {
    let probe = Probe()
    let part = try await ServedPart.start(probe.handlers)
    let caller = caller(of: "probe", at: LiveList(part))
    for _ in 1...10 {
      await #expect(throws: ProbeRefusal.closed) { try await caller.call(ProbeVerbs.refuse, .closed) }
    }
    for _ in 1...10 {
      await #expect(throws: DeadlineExceeded.self) {
        try await inAHurry { try await caller.call(ProbeVerbs.wait) }
      }
    }
    #expect(caller.breaker.state == .closed, "callers in a hurry say nothing of the part")
    probe.open()
    caller.close()
    await part.kill()
  }

  /// As in a request that has spent nearly all of its time on other things.
  private func inAHurry(_ call: () async throws -> Nothing) async throws {
    _ = try await Deadline.carrying(.seconds(60)) { try await Deadline.carrying(.milliseconds(20), call) }
  }

  // req: 3.3.5-2
  @Test func `callers in a hurry don't make up for failures and heal no breaker`() async throws {
    let silent = try await SilentServer.start()
    var limits = RemoteCaller.Limits()
    limits.failures = 2
    let caller = caller(of: "probe", at: LiveList([silent.address]), limits: limits, clock: clock.clock)
    func hang() async { await #expect(throws: DeadlineExceeded.self) { try await caller.call(ProbeVerbs.hang) } }
    func hurry() async {
      await #expect(throws: DeadlineExceeded.self) { try await inAHurry { try await caller.call(ProbeVerbs.hang) } }
    }
    await hang()
    await hurry()
    await hang()
    #expect(caller.breaker.state == .open)
    clock.advance(by: .seconds(6))
    await hurry()
    #expect(caller.breaker.state == .halfOpen, "nobody knows yet")
    await hang()
    #expect(caller.breaker.state == .open)
    caller.close()
    try await silent.stop()
  }

  // req: 3.3.5-2
  @Test func `a part that hangs opens the breaker also where requests have less time than its verbs`() async throws {
    let silent = try await SilentServer.start()
    var limits = RemoteCaller.Limits()
    limits.patience = 20
    let caller = caller(of: "probe", at: LiveList([silent.address]), limits: limits)
    for _ in 1...20 where caller.breaker.state == .closed {
      await #expect(throws: DeadlineExceeded.self) {
        try await Deadline.carrying(.milliseconds(500)) { try await caller.call(ProbeVerbs.hang) }
      }
    }
    #expect(caller.breaker.state == .open)
    caller.close()
    try await silent.stop()
  }

  // req: 3.3.5-2
  @Test func `an idempotent verb goes past an instance that hangs, which is left out after it`() async throws {
    let (first, second) = (Probe(), Probe())
    let (hanging, living) = (try await ServedPart.start(first.handlers), try await ServedPart.start(second.handlers))
    first.freeze()
    let list = LiveList(living)
    let caller = caller(of: "probe", at: list)
    // With a call under way at the one, the other is chosen.
    let waiting = Task { try await caller.call(ProbeVerbs.wait) }
    try await eventually("it is under way") { second.calls(of: "wait") == 1 }
    list.set([hanging.address, living.address])
    for text in ["past", "elsewhere", "elsewhere"] {
      let answer = try await Deadline.carrying(.seconds(12)) { try await caller.call(ProbeVerbs.echo, text) }
      #expect(answer == text)
    }
    #expect(first.calls(of: "echo") == 1 && second.calls(of: "echo") == 3)
    try await eventually("who hangs has heard that nobody waits") { first.cancelled == 1 }
    #expect(caller.breaker.state == .closed)
    second.open()
    _ = try await waiting.value
    caller.close()
    await hanging.kill()
    await living.kill()
  }

  @Test func `a verb that isn't idempotent has all the time at one instance`() async throws {
    let probes = [Probe(), Probe()]
    let parts = [try await ServedPart.start(probes[0].handlers), try await ServedPart.start(probes[1].handlers)]
    let caller = caller(of: "probe", at: LiveList(parts.map(\.address)))
    await #expect(throws: DeadlineExceeded.self) {
      try await Deadline.carrying(.seconds(2)) { try await caller.call(ProbeVerbs.takeOnce) }
    }
    #expect(probes.map { $0.calls(of: "takeOnce") }.reduce(0, +) <= 1)
    caller.close()
    for part in parts { await part.kill() }
  }

  // req: 3.3.5-2
  @Test func `an idempotent verb goes to another instance when one is killed`() async throws {
    let (first, second) = (Probe(), Probe())
    let (dying, living) = (try await ServedPart.start(first.handlers), try await ServedPart.start(second.handlers))
    let list = LiveList(dying)
    let caller = caller(of: "probe", at: list)
    let call = Task { try await caller.call(ProbeVerbs.wait) }
    try await eventually("it works") { first.calls(of: "wait") == 1 }
    list.set([dying.address, living.address])
    second.open()
    // The handler of the killed one waits for nobody's cancellation, so it is let go beside.
    async let killed: Void = dying.kill()
    first.open()
    await killed
    _ = try await call.value
    for number in 1...20 { #expect(try await caller.call(ProbeVerbs.echo, "\(number)") == "\(number)") }
    #expect(second.calls(of: "echo") == 20)
    caller.close()
    await living.kill()
  }

  @Test func `a verb that isn't idempotent is never repeated after it may have run`() async throws {
    let probes = [Probe(), Probe()]
    let parts = [try await ServedPart.start(probes[0].handlers), try await ServedPart.start(probes[1].handlers)]
    let caller = caller(of: "probe", at: LiveList(parts.map(\.address)))
    let call = Task { try await caller.call(ProbeVerbs.takeOnce) }
    try await eventually("one has it") { probes.map { $0.calls(of: "takeOnce") }.reduce(0, +) == 1 }
    let holder = probes[0].calls(of: "takeOnce") == 1 ? 0 : 1
    await parts[holder].kill()
    let refusal = await #expect(throws: PartUnavailable.self) { try await call.value }
    #expect(refusal?.mayHaveRun == true)
    #expect(probes[1 - holder].calls(of: "takeOnce") == 0)

    // What never left may be sent elsewhere: nobody listens at the first address any more.
    let again = Task { try await caller.call(ProbeVerbs.takeOnce) }
    try await eventually("the other has it") { probes[1 - holder].calls(of: "takeOnce") == 1 }
    again.cancel()
    _ = await again.result
    caller.close()
    await parts[1 - holder].kill()
  }

  @Test func `instances that left are called no more, and those that came are`() async throws {
    let (first, second) = (Probe(), Probe())
    let (leaving, coming) = (try await ServedPart.start(first.handlers), try await ServedPart.start(second.handlers))
    let list = LiveList(leaving)
    let caller = caller(of: "probe", at: list)
    for _ in 1...3 { _ = try await caller.call(ProbeVerbs.echo, "") }
    list.set([coming.address])
    for _ in 1...3 { _ = try await caller.call(ProbeVerbs.echo, "") }
    #expect(first.calls(of: "echo") == 3 && second.calls(of: "echo") == 3)
    list.set([])
    await #expect(throws: PartUnavailable.self) { try await caller.call(ProbeVerbs.echo, "") }
    caller.close()
    await leaving.kill()
    await coming.kill()
  }

  // req: 3.3.5-2
  @Test func `calls go where fewest are under way`() async throws {
    let probes = [Probe(), Probe()]
    let parts = [try await ServedPart.start(probes[0].handlers), try await ServedPart.start(probes[1].handlers)]
    let caller = caller(of: "probe", at: LiveList(parts.map(\.address)))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for count in 1...10 {
        group.addTask { _ = try await caller.call(ProbeVerbs.wait) }
        try await eventually("it has arrived") { probes.map { $0.calls(of: "wait") }.reduce(0, +) == count }
      }
      #expect(probes.map { $0.calls(of: "wait") } == [5, 5])
      for probe in probes { probe.open() }
      try await group.waitForAll()
    }
    caller.close()
    for part in parts { await part.kill() }
  }

  // req: 3.3.6-2
  @Test func `no more calls than allowed are under way, on either side`() async throws {
    let probe = Probe()
    let part = try await ServedPart.start(probe.handlers)
    var limits = RemoteCaller.Limits()
    limits.concurrency = 3
    let caller = caller(of: "probe", at: LiveList(part), limits: limits)
    let waiting = (1...3).map { _ in Task { try await caller.call(ProbeVerbs.wait) } }
    try await eventually("three are under way") { probe.calls(of: "wait") == 3 }
    await #expect(throws: NoPlace.self) { try await caller.call(ProbeVerbs.echo, "") }
    #expect(caller.breaker.state == .closed)
    probe.open()
    for task in waiting { _ = try await task.value }
    #expect(try await caller.call(ProbeVerbs.echo, "room") == "room")
    caller.close()
    await part.kill()
  }

  @Test func `an instance without room sends callers to another, whatever the verb`() async throws {
    let probes = [Probe(), Probe()]
    var narrow = RemoteServer.Limits()
    narrow.concurrency = 1
    let full = try await ServedPart.start(probes[0].handlers, limits: narrow)
    let other = try await ServedPart.start(probes[1].handlers)
    // A caller of its own fills it, so that the other knows nothing of it.
    let filler = caller(of: "probe", at: LiveList(full))
    let filling = Task { try await filler.call(ProbeVerbs.wait) }
    try await eventually("it is full") { probes[0].calls(of: "wait") == 1 }
    let list = LiveList(full)
    let caller = caller(of: "probe", at: list)
    await #expect(throws: PartUnavailable(part: "probe", mayHaveRun: false)) {
      try await caller.call(ProbeVerbs.takeOnce)
    }
    list.set([full.address, other.address])
    let call = Task { try await caller.call(ProbeVerbs.takeOnce) }
    try await eventually("the other has it") { probes[1].calls(of: "takeOnce") == 1 }
    #expect(probes[0].calls(of: "takeOnce") == 0)
    call.cancel()
    probes[0].open()
    _ = try await filling.value
    caller.close()
    filler.close()
    await full.kill()
    await other.kill()
  }

  @Test func `a server that drains finishes what it has and takes no more`() async throws {
    let probe = Probe()
    let part = try await ServedPart.start(probe.handlers)
    let caller = caller(of: "probe", at: LiveList(part))
    let last = Task { try await caller.call(ProbeVerbs.wait) }
    try await eventually("it is under way") { probe.calls(of: "wait") == 1 }
    async let drained: Void = part.drain()
    try await eventually("nobody is let in any more") {
      do {
        _ = try await caller.call(ProbeVerbs.echo, "")
        return false
      } catch is PartUnavailable {
        return true
      }
    }
    probe.open()
    #expect(try await last.value == Nothing())
    try await drained
    caller.close()
  }
}
