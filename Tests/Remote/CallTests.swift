import Governance
import Logging
import PartKit
import Remote
import Synchronization
import TestKit
import Testing
import Values

/// What crosses between processes, and how.
@Suite struct CallTests {
  private func probe(_ body: (Probe, RemoteCaller) async throws -> Void) async throws {
    let probe = Probe()
    let part = try await ServedPart.start(probe.handlers, limits: RemoteServer.Limits())
    let caller = caller(of: "probe", at: LiveList(part), limits: RemoteCaller.Limits())
    try await body(probe, caller)
    caller.close()
    await part.kill()
  }

  // req: 3.3.4-2
  @Test func `values cross as they are, refusals with their type, code, details and kind`() async throws {
    try await probe { _, caller in
      let odd = "茶壶 \u{0} \""
      let echoed = try await caller.call(ProbeVerbs.echo, odd)
      #expect(echoed == odd)
      let soldOut = ProbeRefusal.soldOut(variant: VariantID(raw: 7), left: 3)
      for refusal in [soldOut, .closed] {
        await #expect(throws: refusal) { try await caller.call(ProbeVerbs.refuse, refusal) }
      }
      let foreign = await #expect(throws: ForeignRefusal.self) { try await caller.call(ProbeVerbs.refuseOddly) }
      #expect(foreign?.code == "odd" && foreign?.details == ["why": "because"] && foreign?.kind == .tooMany)
    }
  }

  @Test func `a fault says which verb failed and nothing of the inside`() async throws {
    try await probe { probe, caller in
      let fault = await #expect(throws: RemoteFault.self) { try await caller.call(ProbeVerbs.crash) }
      #expect(fault?.method == "probe.crash")
      #expect(!"\(String(describing: fault))".contains("hunter2"))
      #expect(probe.calls(of: "crash") == 1, "a fault isn't tried again")
    }
  }

  @Test func `a fault that may pass is told as one, so that buyers are asked to come back`() async throws {
    try await probe { _, caller in
      await #expect(throws: TemporarilyUnavailable()) { try await caller.call(ProbeVerbs.falter) }
      #expect(caller.breaker.state == .closed)
    }
  }

  // req: 3.3.6-2
  @Test func `the caller's deadline travels along, and is never more than the verb's own`() async throws {
    try await probe { _, caller in
      let short = try await Deadline.carrying(.seconds(20)) { try await caller.call(ProbeVerbs.look, "") }
      #expect((1...20_000).contains(short.leftMilliseconds))
      let own = try await Deadline.carrying(.minutes(5)) { try await caller.call(ProbeVerbs.look, "") }
      #expect((20_001...60_000).contains(own.leftMilliseconds))
      await #expect(throws: DeadlineExceeded.self) {
        try await Deadline.carrying(.zero) { try await caller.call(ProbeVerbs.look, "") }
      }
    }
  }

  @Test func `a trace crosses when it looks like one`() async throws {
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    try await probe { _, caller in
      let traced = try await TraceParent.$current.withValue(parent) { try await caller.call(ProbeVerbs.look, "") }
      #expect(traced.trace == parent)
      let odd = try await TraceParent.$current.withValue("no trace") { try await caller.call(ProbeVerbs.look, "") }
      #expect(odd.trace == nil)
    }
  }

  @Test func `a caller who goes away takes the work along`() async throws {
    try await probe { probe, caller in
      let call = Task { try await caller.call(ProbeVerbs.takeOnce) }
      try await eventually("the call has arrived") { probe.calls(of: "takeOnce") == 1 }
      call.cancel()
      await #expect(throws: CancellationError.self) { try await call.value }
      try await eventually("the server has heard of it") { probe.cancelled == 1 }
      #expect(caller.breaker.state == .closed)
    }
  }

  @Test func `another secret is refused, and no secret admits nobody`() async throws {
    let probe = Probe()
    let part = try await ServedPart.start(probe.handlers)
    for secret in ["another secret amng tests", "", "a"] {
      let stranger = caller(of: "probe", at: LiveList(part), secret: secret)
      await #expect(throws: RemoteFault.self) { try await stranger.call(ProbeVerbs.echo, "let me in") }
      stranger.close()
    }
    let open = try await ServedPart.start(probe.handlers, security: PartSecurity(secret: ""))
    let nobody = caller(of: "probe", at: LiveList(open), secret: "")
    await #expect(throws: RemoteFault.self) { try await nobody.call(ProbeVerbs.echo, "let me in") }
    nobody.close()
    #expect(probe.calls(of: "echo") == 0)
    await part.kill()
    await open.kill()
  }

  @Test func `a message over the bound is refused by either side`() async throws {
    let probe = Probe()
    var bound = RemoteServer.Limits()
    bound.messageBytes = 10_000
    let part = try await ServedPart.start(probe.handlers, limits: bound)
    var narrow = RemoteCaller.Limits()
    narrow.messageBytes = 10_000
    let careful = caller(of: "probe", at: LiveList(part), limits: narrow)
    let long = String(repeating: "x", count: 20_000)
    await #expect(throws: RemoteFault.self) { try await careful.call(ProbeVerbs.echo, long) }
    let careless = caller(of: "probe", at: LiveList(part))
    await #expect(throws: (any Error).self) { try await careless.call(ProbeVerbs.echo, long) }
    #expect(probe.calls(of: "echo") == 0)
    // Answers, by the server's bound and by the caller's.
    await #expect(throws: RemoteFault.self) { try await careless.call(ProbeVerbs.stretch, 20_000) }
    let wide = try await ServedPart.start(probe.handlers)
    let modest = PartKit.caller(of: "probe", at: LiveList(wide), limits: narrow)
    await #expect(throws: RemoteFault.self) { try await modest.call(ProbeVerbs.stretch, 20_000) }
    #expect(try await careful.call(ProbeVerbs.echo, "short") == "short")
    careful.close()
    careless.close()
    await part.kill()
  }

  @Test func `plaintext stays on private addresses unless told otherwise`() async throws {
    let guarded = PartSecurity(secret: "s")
    for host in ["127.0.0.1", "10.1.2.3", "172.31.0.1", "192.168.9.9", "::1", "fd00::1", "localhost"] {
      #expect(guarded.allows(host))
    }
    for host in ["0.0.0.0", "8.8.8.8", "172.32.0.1", "2001:db8::1", "payments.example", "::"] {
      #expect(!guarded.allows(host))
      #expect(PartSecurity(secret: "s", allowsPublicPlaintext: true).allows(host))
    }
    let caller = caller(of: "probe", at: LiveList([PartAddress(host: "8.8.8.8", port: 9)]))
    await #expect(throws: PartUnavailable(part: "probe", mayHaveRun: false)) {
      try await caller.call(ProbeVerbs.echo, "")
    }
  }

  @Test func `an instance on an address that isn't private is left out, and the others are called`() async throws {
    let part = try await ServedPart.start(Probe().handlers)
    let list = LiveList([part.address, PartAddress(host: "8.8.8.8", port: 9)])
    let lines = LogLines()
    let caller = caller(of: "probe", at: list, logger: Logger(label: "caller", factory: { _ in lines }))
    for number in 1...10 { #expect(try await caller.call(ProbeVerbs.echo, "\(number)") == "\(number)") }
    #expect(caller.breaker.state == .closed)
    #expect(lines.all.count == 1 && lines.all.first?.contains("8.8.8.8:9") == true, "\(lines.all)")
    list.set([part.address, PartAddress(host: "8.8.8.8", port: 9), PartAddress(host: "8.8.4.4", port: 9)])
    for _ in 1...10 { _ = try await caller.call(ProbeVerbs.echo, "") }
    #expect(lines.all.count == 2)
    caller.close()
    await part.kill()
  }
}

/// What was logged, with its metadata.
private struct LogLines: LogHandler {
  private final class Written: Sendable {
    let lines = Mutex<[String]>([])
  }

  var logLevel = Logger.Level.info
  var metadata: Logger.Metadata = [:]
  private let written = Written()

  var all: [String] { written.lines.withLock { $0 } }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    written.lines.withLock { $0.append("\(event.message) \(event.metadata ?? [:])") }
  }
}
