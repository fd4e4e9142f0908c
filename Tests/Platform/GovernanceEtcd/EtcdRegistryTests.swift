import Foundation
import Governance
import TestKit
import Testing
@testable import GovernanceEtcd

/// What etcd's own life does to those who use it.
@Suite struct EtcdRegistryTests {
  @Test func `when etcd starts again all are registered again, and no list was empty meanwhile`() async throws {
    let server = try await EtcdServer.start()
    let (mine, other): (EtcdRegistry, EtcdRegistry) = (try await .etcd(server), try await .etcd(server))
    let one = instance()
    let registration = try await mine.register(one)
    try await eventually { other.instances(of: one.part) == [one] }
    let told = Told(other.changes(of: one.part))
    try await server.stop()
    // Who comes meanwhile waits for it.
    let two = instance()
    let waiting = try await Deadline.carrying(.seconds(1)) { try await mine.register(two) }
    #expect(other.instances(of: one.part) == [one])
    #expect(other.instances(of: two.part).isEmpty)
    try await eventually { !mine.isCurrent && !other.isCurrent }
    try await server.start()
    let late: EtcdRegistry = try await .etcd(server)
    try await eventually { late.instances(of: one.part) == [one] }
    // Its keeper is back at work, and the list follows again.
    registration.update(PartCondition(load: 1))
    try await eventually { other.instances(of: one.part).map(\.condition.load) == [1] }
    #expect(told.all.allSatisfy { !$0.isEmpty })
    try await eventually { other.instances(of: two.part) == [two] }
    #expect(mine.isCurrent && other.isCurrent && late.isCurrent)
    for registration in [registration, waiting] { await registration.withdraw() }
    try await eventually { other.instances(of: one.part).isEmpty && other.instances(of: two.part).isEmpty }
    for registry in [mine, other, late] { await registry.close() }
  }

  @Test func `who begins while etcd is away follows and stands there once it's back, and says so meanwhile`()
    async throws
  {
    let server = try await EtcdServer.start()
    try await server.stop()
    let address = try EtcdAddress(server.url)
    await #expect(throws: EtcdFault.self) {
      _ = try await EtcdRegistry.open(address, patience: .milliseconds(200), logger: quiet)
    }
    let registry = try await EtcdRegistry.open(address, patience: .milliseconds(200), mayBeAway: true, logger: quiet)
    #expect(!registry.isCurrent && registry.instances.isEmpty)
    let one = instance()
    let registration = try await registry.register(one)
    #expect(registry.instances.isEmpty)
    try await server.start()
    try await eventually { registry.isCurrent && registry.instances == [one] }
    let other: EtcdRegistry = try await .etcd(server)
    #expect(other.instances == [one])
    await registration.withdraw()
    try await eventually { other.instances.isEmpty }
    for registry in [registry, other] { await registry.close() }
  }

  @Test func `when etcd has lost its data the living register again, and the dead go`() async throws {
    let server = try await EtcdServer.start()
    let (mine, other): (EtcdRegistry, EtcdRegistry) = (try await .etcd(server), try await .etcd(server))
    let one = instance()
    let dead = instance(part: one.part)
    let registration = try await mine.register(one)
    var dying: (any Registration)? = try await mine.register(dead)
    // So that the store that comes after has a shorter history.
    for load in [0.1, 0.9] {
      registration.update(PartCondition(load: load))
      try await eventually { other.instances(of: one.part).contains { $0.condition.load == load } }
    }
    try await eventually { other.instances(of: one.part).count == 2 }
    #expect(dying != nil)
    let told = Told(other.changes(of: one.part))
    try await server.stop()
    dying = nil
    try server.clear()
    try await server.start()
    let late: EtcdRegistry = try await .etcd(server)
    try await eventually { late.instances(of: one.part).map(\.id) == [one.id] }
    try await eventually { other.instances(of: one.part).map(\.id) == [one.id] }
    #expect(told.all.allSatisfy { $0.contains { $0.id == one.id } })
    await registration.withdraw()
    for registry in [mine, other, late] { await registry.close() }
  }

  @Test func `when the watch breaks once more after etcd has lost its data, the grace isn't over`() async throws {
    let server = try await EtcdServer.start()
    let registry: EtcdRegistry = try await .etcd(server)
    let (one, slow) = (instance(), instance())
    let registration = try await registry.register(one)
    let client = try EtcdClient(try EtcdAddress(server.url))
    let patient = PartFollower(client, grace: .seconds(60), logger: quiet)
    let hasty = PartFollower(client, grace: .zero, logger: quiet)
    // So that the store that comes after has a shorter history.
    for _ in 0..<20 { try await server.post("kv/put", #"{"key":"eA=="}"#) }
    for follower in [patient, hasty] {
      _ = try await follower.read()
      follower.list.put(slow)
      #expect(Set(follower.list.instances) == [one, slow])
    }
    try await server.stop()
    try server.clear()
    try await server.start()
    for _ in 1...3 {
      #expect(try await patient.read().graceEnds != nil)
      #expect(Set(patient.list.instances) == [one, slow])
    }
    // After it, who hasn't come back is gone.
    try await eventually {
      let graceEnds = try await hasty.read().graceEnds
      return graceEnds == nil && hasty.list.instances == [one]
    }
    await registration.withdraw()
    await registry.close()
  }

  @Test func `one whose lease was taken away registers again`() async throws {
    let server = try await EtcdServer.shared
    let registry: EtcdRegistry = try await .etcd(server)
    let one = instance()
    let registration = try await registry.register(one)
    try await eventually { registry.instances(of: one.part) == [one] }
    let told = Told(registry.changes(of: one.part))
    let key = PartKeys.key(of: one).base64EncodedString()
    let answer = try await server.post("kv/range", #"{"key":"\#(key)"}"#)
    let pair = try #require((answer["kvs"] as? [[String: any Sendable]])?.first)
    try await server.post("lease/revoke", #"{"ID":"\#(try #require(pair["lease"] as? String))"}"#)
    try await eventually { told.all.contains { $0.isEmpty } }
    try await eventually { registry.instances(of: one.part) == [one] }
    await registration.withdraw()
    await registry.close()
  }

  @Test func `history that was compacted while nobody watched doesn't confuse the lists`() async throws {
    let server = try await EtcdServer.start()
    let registry: EtcdRegistry = try await .etcd(server)
    let (gone, stays) = (instance(), instance())
    let (first, second) = (try await registry.register(gone), try await registry.register(stays))
    try await eventually { registry.instances.count == 2 }
    // The watch breaks off, and the registry reads and watches anew while history goes.
    try await server.stop()
    try await server.start()
    await first.withdraw()
    let revision = try #require(
      (try await server.post("kv/range", #"{"key":"YQ=="}"#)["header"] as? [String: any Sendable])?["revision"]
        as? String)
    try await server.post("kv/compaction", #"{"revision":"\#(revision)","physical":true}"#)
    try await eventually { registry.instances == [stays] }
    await second.withdraw()
    try await eventually { registry.instances.isEmpty }
    await registry.close()
  }

  @Test func `what others keep in etcd is no instance`() async throws {
    let server = try await EtcdServer.start()
    for (key, value) in [
      ("martlet/parts/shop/x", "{}"), ("martlet/partsandmore", "1"), ("martlet/parts/shop", "no JSON"),
      ("other/parts/shop/pin_0000000000000", "{}"), ("martlet/parts/shop/pin_0000000000001", ""),
    ] {
      let (key, value) = (Data(key.utf8).base64EncodedString(), Data(value.utf8).base64EncodedString())
      try await server.post("kv/put", #"{"key":"\#(key)","value":"\#(value)"}"#)
    }
    let registry: EtcdRegistry = try await .etcd(server)
    #expect(registry.instances.isEmpty)
    let one = instance(part: "shop")
    let registration = try await registry.register(one)
    try await eventually { registry.instances == [one] }
    await registration.withdraw()
    await registry.close()
  }

  @Test func `changes of load that matter little aren't written`() async throws {
    let server = try await EtcdServer.shared
    let registry: EtcdRegistry = try await .etcd(server)
    let one = instance()
    let registration = try await registry.register(one)
    registration.update(PartCondition(load: 0.52))
    registration.update(PartCondition(load: 0.54))
    // A second one's change takes two beats, by which the first would have been told too.
    let second = try await registry.register(instance(part: one.part))
    for load in [0.9, 0.1] {
      second.update(PartCondition(load: load))
      try await eventually { registry.instances(of: one.part).contains { $0.condition.load == load } }
    }
    #expect(registry.instances(of: one.part).contains { $0 == one })
    for registration in [registration, second] { await registration.withdraw() }
    await registry.close()
  }
}
