import Foundation
import Governance
import GovernanceEtcd
import TestKit
import Testing

/// Three members, of which one is lost.
@Suite(.serialized) struct EtcdClusterTests {
  private enum Loss: CaseIterable {
    case killed
    case paused
  }

  @Test(arguments: Loss.allCases)
  private func `the lists live on when a member is lost, and so do those who stand on them`(_ loss: Loss) async throws {
    let members = try await EtcdServer.cluster(of: 3)
    // One that begins at each member, so that some have lost theirs.
    var registries: [EtcdRegistry] = []
    for place in members.indices { registries.append(try await .etcd(Array(members[place...] + members[..<place]))) }
    let one = instance()
    let registration = try await registries[0].register(one)
    for registry in registries { try await eventually { registry.instances(of: one.part) == [one] } }
    let told = registries.map { Told($0.changes(of: one.part)) }

    switch loss {
    case .killed: try await members[0].stop()
    case .paused: kill(try members[0].processID, SIGSTOP)
    }
    registration.update(PartCondition(load: 1))
    for registry in registries {
      try await eventually { registry.instances(of: one.part).map(\.condition.load) == [1] }
    }
    // Each can also tell of itself.
    var held: [any Registration] = []
    for registry in registries {
      try await eventually {
        guard let registration = try? await registry.register(instance(part: one.part)) else { return false }
        held.append(registration)
        return true
      }
    }
    for registry in registries { try await eventually { registry.instances(of: one.part).count == 4 } }
    #expect(told.allSatisfy { $0.all.allSatisfy { $0.contains { $0.id == one.id } } })

    if loss == .paused { kill(try members[0].processID, SIGCONT) } else { try await members[0].start(among: members) }
    for registration in held + [registration] { await registration.withdraw() }
    for registry in registries { try await eventually { registry.instances(of: one.part).isEmpty } }
    for registry in registries { await registry.close() }
  }

  // req: 3.3.6-3
  @Test func `with most members lost, the lists stay as they were`() async throws {
    let members = try await EtcdServer.cluster(of: 3)
    let registry: EtcdRegistry = try await .etcd(members)
    let one = instance()
    let registration = try await registry.register(one)
    try await eventually { registry.instances(of: one.part) == [one] }
    let told = Told(registry.changes(of: one.part))
    for member in members.dropFirst() { try await member.stop() }
    let two = instance()
    let waiting = try await Deadline.carrying(.seconds(2)) { try await registry.register(two) }
    #expect(registry.instances(of: one.part) == [one])
    #expect(registry.instances(of: two.part).isEmpty)
    for member in members.dropFirst() { try await member.start(among: members) }
    registration.update(PartCondition(load: 1))
    try await eventually { registry.instances(of: one.part).map(\.condition.load) == [1] }
    #expect(told.all.allSatisfy { $0.count == 1 })
    try await eventually { registry.instances(of: two.part) == [two] }
    for registration in [registration, waiting] { await registration.withdraw() }
    await registry.close()
  }
}
