import Foundation
import Governance
import GovernanceEtcd
import TestKit
import Testing

/// Who may use etcd, and how it's reached.
@Suite struct EtcdAccessTests {
  private func kind(
    _ address: String, authority: String? = nil, showing identity: EtcdAddress.Identity? = nil
  ) async -> EtcdFault.Kind? {
    do {
      var address = try EtcdAddress(address)
      if let authority { address.authorities = authority }
      address.identity = identity
      let registry = try await EtcdRegistry.open(address, patience: .seconds(2), logger: quiet)
      await registry.close()
      return nil
    } catch {
      return (error as? EtcdFault)?.kind
    }
  }

  @Test func `nobody there, or somebody else, is told apart from etcd`() async throws {
    let port = try LoopbackPort.free()
    #expect(await kind("http://127.0.0.1:\(port)") == .unreachable)
    #expect(await kind("http://no-such-host.invalid") == .unreachable)
    let server = try await EtcdServer.shared
    #expect(await kind("http://127.0.0.1:\(port),127.0.0.1:\(server.port)") == nil)
    // No users are known there, so none are refused.
    #expect(await kind("http://anybody:anything@127.0.0.1:\(server.port)") == nil)
  }

  @Test func `user and password let in, and others are refused`() async throws {
    let server = try await EtcdServer.start()
    try await server.post("auth/user/add", #"{"name":"martlet","password":"p@ss:word,1"}"#)
    try await server.post("auth/user/add", #"{"name":"reader","password":"p"}"#)
    let (key, end) = (Data("martlet/".utf8).base64EncodedString(), Data("martlet0".utf8).base64EncodedString())
    for (role, permission) in [("martlet", "READWRITE"), ("reader", "READ")] {
      try await server.post("auth/role/add", #"{"name":"\#(role)"}"#)
      try await server.post(
        "auth/role/grant",
        #"{"name":"\#(role)","perm":{"permType":"\#(permission)","key":"\#(key)","range_end":"\#(end)"}}"#)
      try await server.post("auth/user/grant", #"{"user":"\#(role)","role":"\#(role)"}"#)
    }
    try await server.post("auth/user/add", #"{"name":"nobody","password":"p"}"#)
    try await server.requireLogIn()

    let host = "127.0.0.1:\(server.port)"
    #expect(await kind("http://\(host)") == .token)
    #expect(await kind("http://martlet:wrong@\(host)") == .login)
    #expect(await kind("http://nobody:p@\(host)") == .permission)
    let reader: EtcdRegistry = try await .etcd("http://reader:p@\(host)")
    let refusal = await #expect(throws: EtcdFault.self) { try await reader.register(instance()) }
    #expect(refusal?.kind == .permission)

    let registry: EtcdRegistry = try await .etcd("http://martlet:p%40ss%3Aword%2C1@\(host)")
    let one = instance()
    let registration = try await registry.register(one)
    for known in [reader, registry] { try await eventually { known.instances(of: one.part) == [one] } }
    // A server that started again has forgotten who was let in.
    try await server.stop()
    try await server.start()
    registration.update(PartCondition(load: 1))
    for known in [reader, registry] {
      try await eventually { known.instances(of: one.part).map(\.condition.load) == [1] }
    }
    await registration.withdraw()
    try await eventually { reader.instances(of: one.part).isEmpty }
    for known in [reader, registry] { await known.close() }
  }

  @Test func `one who lost entry and rights stands there again once it has the rights`() async throws {
    let server = try await EtcdServer.start()
    let (key, end) = (Data("martlet/".utf8).base64EncodedString(), Data("martlet0".utf8).base64EncodedString())
    let rights = #"{"name":"martlet","perm":{"permType":"READWRITE","key":"\#(key)","range_end":"\#(end)"}}"#
    try await server.post("auth/user/add", #"{"name":"martlet","password":"p"}"#)
    try await server.post("auth/role/add", #"{"name":"martlet"}"#)
    try await server.post("auth/role/grant", rights)
    try await server.post("auth/user/grant", #"{"user":"martlet","role":"martlet"}"#)
    try await server.requireLogIn()
    let logIn = try await server.post("auth/authenticate", #"{"name":"root","password":"r"}"#)
    let root = try #require(logIn["token"] as? String)
    let registry: EtcdRegistry = try await .etcd("http://martlet:p@127.0.0.1:\(server.port)")
    let one = instance()
    let registration = try await registry.register(one)
    try await eventually { registry.instances(of: one.part) == [one] }

    try await server.post("auth/role/revoke", #"{"role":"martlet","key":"\#(key)","range_end":"\#(end)"}"#, token: root)
    let entry = try await server.post("kv/range", #"{"key":"\#(key)","range_end":"\#(end)"}"#, token: root)
    let lease = try #require(((entry["kvs"] as? [[String: any Sendable]])?.first)?["lease"] as? String)
    try await server.post("lease/revoke", #"{"ID":"\#(lease)"}"#, token: root)
    // A new lease is granted to anybody; the entry isn't.
    try await eventually {
      let leases = try await server.post("lease/leases", "{}", token: root)["leases"] as? [[String: any Sendable]] ?? []
      return leases.contains { $0["ID"] as? String != lease }
    }
    let none = try await server.post("kv/range", #"{"key":"\#(key)","range_end":"\#(end)"}"#, token: root)
    #expect(none["kvs"] == nil)
    try await server.post("auth/role/grant", rights, token: root)
    let other: EtcdRegistry = try await .etcd("http://martlet:p@127.0.0.1:\(server.port)")
    for known in [registry, other] { try await eventually { known.instances(of: one.part) == [one] } }
    await registration.withdraw()
    for known in [registry, other] { await known.close() }
  }

  @Test func `an encrypted etcd is known by its authority, and refused without`() async throws {
    let server = try await EtcdServer.start(isSecure: true)
    let registry: EtcdRegistry = try await .etcd("\(server.url)?ca=\(server.certificate)")
    let one = instance()
    let registration = try await registry.register(one)
    try await eventually { registry.instances(of: one.part) == [one] }
    await registration.withdraw()
    await registry.close()
    #expect(await kind(server.url) == .untrusted)
    #expect(await kind("\(server.url)?ca=/dev/null") == .authorities)
    #expect(await kind("http://127.0.0.1:\(server.port)") == .unreachable)
  }

  @Test func `an etcd that demands certificates lets in who shows one of its authority's, and nobody else`()
    async throws
  {
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-etcd-access-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let authority = try await TestAuthority(in: folder)
    let stranger = try await TestAuthority(in: folder, name: "stranger")
    func identity(_ authority: TestAuthority, days: Int = 2) async throws -> EtcdAddress.Identity {
      let pair = try await authority.certificate(for: ["martlet"], file: UUID().uuidString, days: days)
      return EtcdAddress.Identity(certificate: pair.certificate, key: pair.key)
    }
    let (own, strange) = (try await identity(authority), try await identity(stranger))
    let server = try await EtcdServer.start(lettingIn: authority)

    #expect(await kind(server.url, authority: authority.root) == .refused)
    #expect(await kind(server.url, authority: authority.root, showing: strange) == .refused)
    #expect(await kind(server.url, authority: authority.root, showing: try identity(authority, days: -1)) == .refused)
    #expect(await kind(server.url, authority: stranger.root, showing: own) == .untrusted)
    let mixed = EtcdAddress.Identity(certificate: own.certificate, key: strange.key)
    #expect(await kind(server.url, authority: authority.root, showing: mixed) == .identity)

    var address = try EtcdAddress(server.url)
    (address.authorities, address.identity) = (authority.root, own)
    let registry = try await EtcdRegistry.open(address, patience: .seconds(60), logger: quiet)
    let one = instance()
    let registration = try await registry.register(one)
    try await eventually { registry.instances(of: one.part) == [one] }
    // Also over new connections, and along the watch.
    try await server.stop()
    try await server.start()
    registration.update(PartCondition(load: 1))
    try await eventually { registry.instances(of: one.part).map(\.condition.load) == [1] }
    await registration.withdraw()
    try await eventually { registry.instances(of: one.part).isEmpty }
    await registry.close()
  }
}
