import Governance
import GovernanceEtcd
import Logging
import Synchronization
import TestKit
import Testing

/// Two who look at one registry; with the static one they are the same, since it's of one process.
struct Registries {
  enum Kind: CaseIterable {
    case fixed
    case etcd
  }

  let mine: any Registry
  let other: any Registry

  static func open(_ kind: Kind) async throws -> Registries {
    switch kind {
    case .fixed:
      let registry = StaticRegistry()
      return Registries(mine: registry, other: registry)
    case .etcd:
      let server = try await EtcdServer.shared
      return Registries(mine: try await .etcd(server), other: try await .etcd(server))
    }
  }

  func close() async {
    await mine.close()
    await other.close()
  }
}

let quiet = {
  var logger = Logger(label: "test")
  logger.logLevel = .critical
  return logger
}()

extension Registry where Self == EtcdRegistry {
  static func etcd(_ servers: EtcdServer...) async throws -> EtcdRegistry { try await etcd(servers) }

  static func etcd(_ servers: [EtcdServer]) async throws -> EtcdRegistry {
    try await etcd(servers.map(\.url).joined(separator: ","))
  }

  /// Patient, for a machine that is busy with other tests.
  static func etcd(_ address: String, patience: Duration = .seconds(60)) async throws -> EtcdRegistry {
    try await EtcdRegistry.open(try EtcdAddress(address), patience: patience, logger: quiet)
  }
}

/// An instance of a part that no other test knows.
func instance(part: String? = nil, port: Int = 9000) -> PartInstance {
  let number = lastPart.withLock { last in
    last += 1
    return last
  }
  return PartInstance(
    part: part ?? "part-\(number)", address: PartAddress(host: "10.0.0.1", port: port), version: "1.2.3",
    startedAt: TestClock.start, condition: PartCondition(load: 0.5))
}

private let lastPart = Mutex(0)

/// Every list that a stream tells.
final class Told: Sendable {
  private let lists = Mutex<[[PartInstance]]>([])
  private let listening: Mutex<Task<Void, Never>?> = Mutex(nil)

  init(_ stream: AsyncStream<[PartInstance]>) {
    let task = Task { [weak self] in
      for await list in stream { self?.lists.withLock { $0.append(list) } }
      self?.ended.withLock { $0 = true }
    }
    listening.withLock { $0 = task }
  }

  private let ended = Mutex(false)
  var all: [[PartInstance]] { lists.withLock { $0 } }
  var isEnded: Bool { ended.withLock { $0 } }

  deinit { listening.withLock { $0?.cancel() } }
}
