import Governance
import TestKit
import Testing

/// What every registry does.
@Suite struct RegistryContractTests {
  // req: 3.3.5-1
  @Test(arguments: Registries.Kind.allCases)
  func `who registers is found by others with all that was said`(_ kind: Registries.Kind) async throws {
    let registries = try await Registries.open(kind)
    let (first, second) = (instance(), instance())
    let held = [
      try await registries.mine.register(first), try await registries.other.register(second),
    ]
    for registry in [registries.mine, registries.other] {
      try await eventually { registry.instances(of: first.part) == [first] }
      try await eventually { registry.instances(of: second.part) == [second] }
      #expect(registry.instances.contains(first) && registry.instances.contains(second))
      #expect(registry.instances(of: "nobody").isEmpty)
    }
    for registration in held { await registration.withdraw() }
    await registries.close()
  }

  @Test(arguments: Registries.Kind.allCases)
  func `several of one part stand in one list, in a steady order`(_ kind: Registries.Kind) async throws {
    let registries = try await Registries.open(kind)
    let first = instance()
    let all = [first] + (1...4).map { instance(part: first.part, port: 9000 + $0) }
    var held: [any Registration] = []
    for one in all { held.append(try await registries.mine.register(one)) }
    try await eventually { registries.other.instances(of: first.part) == all.sorted { $0.id < $1.id } }
    for registration in held { await registration.withdraw() }
    await registries.close()
  }

  @Test(arguments: Registries.Kind.allCases)
  func `load and health reach the lists of others, and those who listen`(_ kind: Registries.Kind) async throws {
    let registries = try await Registries.open(kind)
    let one = instance()
    let told = Told(registries.other.changes(of: one.part))
    try await eventually { told.all == [[]] }
    let registration = try await registries.mine.register(one)
    for condition in [
      PartCondition(load: 0.9), PartCondition(load: 0.9, health: .unhealthy), PartCondition(load: 0.1),
    ] {
      registration.update(condition)
      try await eventually { registries.other.instances(of: one.part).map(\.condition) == [condition] }
      try await eventually { told.all.last?.map(\.condition) == [condition] }
    }
    await registration.withdraw()
    try await eventually { told.all.last?.isEmpty == true }
    await registries.close()
  }

  @Test(arguments: Registries.Kind.allCases)
  func `who withdraws is gone and stays so`(_ kind: Registries.Kind) async throws {
    let registries = try await Registries.open(kind)
    let one = instance()
    let registration = try await registries.mine.register(one)
    try await eventually { registries.other.instances(of: one.part) == [one] }
    await registration.withdraw()
    let late = try await Registries.open(kind)
    if kind == .etcd { #expect(late.mine.instances(of: one.part).isEmpty) }
    try await eventually { registries.other.instances(of: one.part).isEmpty }
    registration.update(PartCondition(load: 1))
    await registration.withdraw()
    #expect(registries.other.instances(of: one.part).isEmpty)
    await registries.close()
    await late.close()
  }

  // req: 3.3.5-1
  @Test(arguments: Registries.Kind.allCases)
  func `who dies without a word is gone within five seconds`(_ kind: Registries.Kind) async throws {
    let registries = try await Registries.open(kind)
    let one = instance()
    var registration: (any Registration)? = try await registries.mine.register(one)
    try await eventually { registries.other.instances(of: one.part) == [one] }
    // Told by its keeper, so that this is alive.
    registration?.update(PartCondition(load: 1))
    try await eventually { registries.other.instances(of: one.part).map(\.condition.load) == [1] }
    registration = nil
    let death = ContinuousClock.now
    try await eventually { registries.other.instances(of: one.part).isEmpty }
    #expect(death.duration(to: .now) <= .seconds(5))
    await registries.close()
  }

  @Test(arguments: Registries.Kind.allCases)
  func `what was begun under a deadline goes on after it`(_ kind: Registries.Kind) async throws {
    let one = instance()
    if kind == .etcd { _ = try await EtcdServer.shared }
    let until = ContinuousClock.now.advanced(by: .seconds(5))
    let (registries, registration) = try await Deadline.carrying(ContinuousClock.now.duration(to: until)) {
      let registries = try await Registries.open(kind)
      return (registries, try await registries.mine.register(one))
    }
    try await eventually { ContinuousClock.now > until }
    for condition in [PartCondition(load: 0.9), PartCondition(load: 0.1)] {
      registration.update(condition)
      try await eventually { registries.other.instances(of: one.part).map(\.condition) == [condition] }
    }
    await registration.withdraw()
    await registries.close()
  }

  @Test(arguments: Registries.Kind.allCases)
  func `streams end when the registry is closed`(_ kind: Registries.Kind) async throws {
    let registries = try await Registries.open(kind)
    let told = Told(registries.other.changes(of: "anything"))
    await registries.close()
    try await eventually { told.isEnded }
    #expect(Array(told.all) == [[]])
    let after = Told(registries.other.changes(of: "anything"))
    try await eventually { after.isEnded }
  }
}
