import Governance
import Synchronization
import TestKit
import Testing

@Suite struct HealthTests {
  @Test func `a process is ready while it serves and all that it needs answers`() async {
    let health = Health()
    health.add(Health.Check("database", isNeeded: true) {})
    health.add(Health.Check("search", isNeeded: false) { throw Broken() })
    #expect(await health.report().isReady == false)
    health.enter(.serving)
    let report = await health.report()
    #expect(report.isReady)
    #expect(report.findings.map(\.name) == ["database", "search"])
    #expect(report.findings.map(\.isWell) == [true, false])
    health.enter(.draining)
    health.enter(.serving)
    #expect(await health.report().isReady == false)
    #expect(health.stage == .draining)
  }

  @Test func `a needed check that fails or hangs makes it unready, and nobody waits for the one that hangs`() async {
    let health = Health(patience: .milliseconds(50))
    health.enter(.serving)
    health.add(Health.Check("database", isNeeded: true) { try await Task.sleep(for: .seconds(3600)) })
    let began = ContinuousClock.now
    #expect(await health.report().isReady == false)
    #expect(began.duration(to: .now) < .seconds(60))
  }

  @Test func `who is of use without what it needs is ready while it serves, and says that it isn't well`() async {
    let health = Health(outlastsFailures: true)
    health.add(Health.Check("database", isNeeded: true) { throw Broken() })
    #expect(await health.report().isReady == false)
    health.enter(.serving)
    let report = await health.report()
    #expect(report.isReady && !report.isWell)
    health.enter(.draining)
    #expect(await health.report().isReady == false)
  }

  @Test func `however many ask at once, a check runs once`() async {
    let runs = Mutex(0)
    let glance = Glance {
      runs.withLock { $0 += 1 }
      try await Task.sleep(for: .milliseconds(20))
      return 7
    }
    await withTaskGroup(of: Int?.self) { group in
      for _ in 1...50 { group.addTask { await glance.value() } }
      for await value in group { #expect(value == 7) }
    }
    #expect(runs.withLock { $0 } == 1)
  }

  @Test func `who asked before and has his answer doesn't end the patience of those who ask later`() async throws {
    let looks = Mutex(0)
    let glance = Glance(memory: .zero, patience: .seconds(2)) {
      let number = looks.withLock {
        $0 += 1
        return $0
      }
      if number == 2 { try await Task.sleep(for: .seconds(1)) }
      return number
    }
    #expect(await glance.value() == 1)
    // The second look is under way when the patience of the first one's asker ends.
    try await Task.sleep(for: .milliseconds(1500))
    #expect(await glance.value() == 2)
  }
}
