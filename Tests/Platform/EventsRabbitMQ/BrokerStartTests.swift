import Events
import EventsRabbitMQ
import Foundation
import Synchronization
import TestKit
import Testing
import Values

/// Brokers that can't be used stop the start with a sentence that says what to do.
struct BrokerStartTests {
  private func fault(_ text: String) async throws -> String {
    let store = try await TestStore(Outbox.migrations)
    let lanes = Lanes(database: store.database, clock: store.clock.clock, logger: BusFixture.quiet)
    let bus = RabbitMQBus(
      try #require(BrokerAddress(text)), lanes: lanes, ids: store.ids, logger: BusFixture.quiet,
      family: "test-\(UUID().uuidString)")
    bus.subscribe(Subscription("a", to: Painted.self) { _ in })
    do {
      try await bus.start { Issue.record("prepared") }
    } catch {
      return "\(error)"
    }
    await bus.close()
    return ""
  }

  @Test func `a wrong password, an unknown virtual host and an address where nobody is`() async throws {
    let server = try await RabbitMQServer.shared
    let place = "127.0.0.1:\(server.port)"
    #expect(
      try await fault(server.url(password: "s3cret"))
        == "setting events.broker: RabbitMQ at \(place) refuses the user 'guest'; correct the name or the password")
    #expect(
      try await fault(server.url(virtualHost: "nowhere"))
        == "setting events.broker: RabbitMQ at \(place) has no virtual host 'nowhere'; make it by "
        + "`rabbitmqctl add_vhost` or correct the address")
    let port = try LoopbackPort.free()
    let unreachable = try await fault("amqp://127.0.0.1:\(port)")
    #expect(unreachable.hasPrefix("setting events.broker: nobody answers at 127.0.0.1:\(port)"))
    #expect(unreachable.hasSuffix("start RabbitMQ there or correct the address"))
    #expect(try await fault("amqp://no-such-host.invalid").contains("nobody answers at no-such-host.invalid:5672"))
  }

  @Test func `TLS is spoken with a broker that is vouched for, and with no other`() async throws {
    let server = try await RabbitMQServer.shared
    let address = "amqps://localhost:\(server.securePort)"
    #expect(try await fault(address).contains("can't be trusted"))
    #expect(try await fault(address + "?cacertfile=/nowhere.pem").contains("/nowhere.pem holds no certificates"))
    // The certificate names another host.
    #expect(
      try await fault("amqps://127.0.0.1:\(server.securePort)?cacertfile=\(server.authorities)")
        .contains("can't be trusted"))

    let store = try await TestStore(Outbox.migrations)
    let lanes = Lanes(database: store.database, clock: store.clock.clock, logger: BusFixture.quiet)
    let bus = RabbitMQBus(
      try #require(BrokerAddress(address + "?cacertfile=\(server.authorities)")), lanes: lanes, ids: store.ids,
      logger: BusFixture.quiet, family: "test-\(UUID().uuidString)")
    let notebook = Notebook()
    bus.subscribe(Subscription("a", to: Painted.self) { notebook.note("a\($0.coat)") })
    try await bus.start()
    let long = String(repeating: "x", count: 60_000)
    for raw in 1...20 {
      try await bus.publish(envelope(Int64(raw), payload: #"{"coat":\#(raw),"wall":"\#(long)"}"#))
    }
    try await eventually("all arrive") { notebook.all == (1...20).map { "a\($0)" } }
    await bus.close()
  }

  // req: 3.3.4-1
  @Test func `hosts are tried in turn, and the one that answers is taken`() async throws {
    let server = try await RabbitMQServer.shared
    let (dead, other) = (try LoopbackPort.free(), try LoopbackPort.free())
    let silent = try await fault("amqp://127.0.0.1:\(dead),127.0.0.1:\(other)")
    #expect(silent.hasPrefix("setting events.broker: nobody answers at 127.0.0.1:\(dead),127.0.0.1:\(other)"))
    // What somebody says goes before the silence of others.
    let refused = try await fault("amqp://guest:s3cret@127.0.0.1:\(dead),127.0.0.1:\(server.port)")
    #expect(refused.contains("RabbitMQ at 127.0.0.1:\(server.port) refuses the user 'guest'"))

    let store = try await TestStore(Outbox.migrations)
    let lanes = Lanes(database: store.database, clock: store.clock.clock, logger: BusFixture.quiet)
    let bus = RabbitMQBus(
      try #require(BrokerAddress("amqp://127.0.0.1:\(dead),127.0.0.1:\(server.port)")), lanes: lanes, ids: store.ids,
      logger: BusFixture.quiet, family: "test-\(UUID().uuidString)")
    let notebook = Notebook()
    bus.subscribe(Subscription("a", to: Painted.self) { notebook.note("a\($0.coat)") })
    try await bus.start()
    try await bus.publish(envelope(1))
    try await eventually("it arrives") { notebook.all.count == 1 }
    await bus.close()
  }

  // req: 3.3.4-1
  @Test(.enabled(if: TestEngine.current == .sqlite, "one engine is enough for what the broker alone decides"))
  func `a node of the broker that dies takes nothing along, and the others go on`() async throws {
    let nodes = try await RabbitMQServer.cluster(of: 3)
    defer { nodes[0].clear() }
    let store = try await TestStore(Outbox.migrations)
    let lanes = Lanes(database: store.database, clock: store.clock.clock, logger: BusFixture.quiet)
    let hosts = nodes.map { "127.0.0.1:\($0.port)" }.joined(separator: ",")
    let bus = RabbitMQBus(
      try #require(BrokerAddress("amqp://\(hosts)")), lanes: lanes, ids: store.ids, logger: BusFixture.quiet,
      family: "test-\(UUID().uuidString)")
    let (notebook, door) = (Notebook(), Door())
    bus.subscribe(
      Subscription("shared", to: Painted.self) { event in
        if event.coat == 1 { await door.pass() }
        notebook.note("shared\(event.coat)")
      })
    bus.subscribe(Subscription("own", to: Painted.self, memory: .transient) { notebook.note("own\($0.coat)") })
    bus.onGap { notebook.note("renewed") }
    try await bus.start()
    // It's in the queue and not yet handled when the node goes.
    try await bus.publish(envelope(1))
    try await nodes[0].stop()
    door.open()
    try await eventually("what was under way is handled", within: .seconds(60)) { notebook.all.contains("shared1") }
    try await eventually("what the process kept is made anew", within: .seconds(60)) {
      notebook.all.contains("renewed")
    }
    try await publish(envelope(2, payload: #"{"coat":2,"wall":"n"}"#), on: bus)
    try await eventually("both subscribers hear on", within: .seconds(60)) {
      notebook.all.contains("shared2") && notebook.all.contains("own2")
    }
    await bus.close()
    for node in nodes.dropFirst() { try await node.stop() }
  }

  /// As the relay does: again, until it's sent.
  private func publish(_ envelope: EventEnvelope, on bus: RabbitMQBus) async throws {
    try await eventually("it is sent", within: .seconds(60)) {
      do {
        try await bus.publish(envelope)
        return true
      } catch {
        return false
      }
    }
  }

  @Test func `addresses are read as RabbitMQ reads them`() throws {
    let address = try #require(BrokerAddress("amqp://shop:p%40ss@broker.example:5673/a%2Fb"))
    #expect(address.user == "shop")
    #expect("\(address)" == "broker.example:5673")
    #expect(address.virtualHost == "a/b")
    #expect(!address.isSecure)
    #expect(BrokerAddress("amqps://broker.example")?.description == "broker.example:5671")
    #expect(BrokerAddress("amqp://broker.example/")?.virtualHost == "/")
    #expect(BrokerAddress("amqp://[::1]:5673")?.hosts.map(\.name) == ["::1"])
    let cluster = try #require(BrokerAddress("amqp://shop:a,b@one,two:5673,[::1]/shop?cacertfile=/ca.pem"))
    #expect("\(cluster)" == "one:5672,two:5673,[::1]:5672")
    #expect(cluster.user == "shop" && cluster.virtualHost == "shop")
    for text in [
      "", "broker", "http://broker", "amqp://", "amqp://broker:0", "amqp://broker:x", "amqp://broker/a/b",
      "amqp://broker?verify=none", "amqp://broker#x", "amqp://one,,two", "amqp://one,", "amqp://one,two:x",
    ] {
      #expect(BrokerAddress(text) == nil, "\(text)")
    }
  }
}
