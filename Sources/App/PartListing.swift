import Governance
import ServiceLifecycle
import Values

/// Keeps this process on the list of its part from the moment at which it takes requests until it's told to end.
struct PartListing: Service {
  private let part: String
  private let registry: any Registry
  private let addresses: AsyncStream<PartAddress>
  private let health: Health
  private let clock: WallClock

  /// - Parameters:
  ///   - addresses: tells where the process is reached, once it is.
  ///   - health: what the list says of the process.
  init(
    _ part: String, on registry: any Registry, addresses: AsyncStream<PartAddress>, health: Health, clock: WallClock
  ) {
    self.health = health
    self.part = part
    self.registry = registry
    self.addresses = addresses
    self.clock = clock
  }

  func run() async throws {
    for await address in addresses.cancelOnGracefulShutdown() {
      let instance = PartInstance(part: part, address: address, version: Martlet.version, startedAt: clock.now)
      let registration = try await registry.register(instance)
      await cancelWhenGracefulShutdown { await tell(registration) }
      await registration.withdraw()
      return
    }
  }

  private func tell(_ registration: any Registration) async {
    var load = ProcessLoad()
    while !Task.isCancelled {
      try? await Task.sleep(for: .seconds(1))
      let isWell = await health.report().isWell
      registration.update(PartCondition(load: load.sinceLast(), health: isWell ? .healthy : .unhealthy))
    }
  }
}
