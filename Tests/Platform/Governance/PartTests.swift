import Foundation
import Governance
import TestKit
import Testing

struct PartAddressTests {
  @Test(arguments: ["10.0.0.1:80", "shop.internal:9100", "[::1]:65535", "[fe80::1%eth0]:1"])
  func `an address is read as it is written`(_ text: String) throws {
    let address = try #require(PartAddress(text))
    #expect("\(address)" == text)
    #expect(try JSONDecoder().decode(PartAddress.self, from: JSONEncoder().encode(address)) == address)
  }

  @Test(arguments: ["", "a", ":1", "a:", "a:0", "a:65536", "a:-1", "::1:80", "a b:1", "a/b:1", "u@a:1", "a:1:2", "店:1"])
  func `anything else is none`(_ text: String) { #expect(PartAddress(text) == nil) }
}

struct PartInstanceTests {
  @Test func `an instance survives being written down`() throws {
    let instance = PartInstance(
      part: "search", address: PartAddress(host: "::1", port: 7), version: "1.0.0", startedAt: TestClock.start,
      condition: PartCondition(load: 0.25, health: .unhealthy))
    #expect(try JSONDecoder().decode(PartInstance.self, from: JSONEncoder().encode(instance)) == instance)
  }

  @Test func `load stays within its bounds, and unknown health is none`() throws {
    #expect([-1, 0.5, 2, .infinity, .nan].map { PartCondition(load: $0).load } == [0, 0.5, 1, 1, 0])
    let condition = try JSONDecoder().decode(
      PartCondition.self, from: Data(#"{"load":7,"health":"dreaming"}"#.utf8))
    #expect(condition == PartCondition(load: 1, health: .unhealthy))
  }

  @Test func `names of parts are small and plain`() {
    #expect(["shop", "a", "part-2", String(repeating: "x", count: 40)].allSatisfy { PartInstance.isPartName($0) })
    #expect(
      !["", "Shop", "a b", "a/b", "店", String(repeating: "x", count: 41)].contains { PartInstance.isPartName($0) })
  }
}

struct StaticRegistryTests {
  private let addresses = [PartAddress(host: "10.0.0.2", port: 9100), PartAddress(host: "10.0.0.3", port: 9100)]

  @Test func `what was written down is known`() async throws {
    let registry = StaticRegistry(["payments": addresses, "search": [addresses[0]]])
    #expect(Set(registry.instances(of: "payments").map(\.address)) == Set(addresses))
    #expect(registry.instances.map(\.part) == ["payments", "payments", "search"])
    #expect(registry.instances.allSatisfy { $0.condition == PartCondition() && $0.startedAt == nil })
  }

  @Test func `who registers at an address that was written down stands there once`() async throws {
    let registry = StaticRegistry(["payments": addresses])
    let before = registry.instances(of: "payments")
    let own = PartInstance(part: "payments", address: addresses[1], version: "2")
    let registration = try await registry.register(own)
    #expect(registry.instances(of: "payments").count == 2)
    #expect(registry.instances(of: "payments").contains(own))
    await registration.withdraw()
    #expect(registry.instances(of: "payments") == before)
  }
}
