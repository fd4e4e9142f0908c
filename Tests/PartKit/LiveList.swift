import Governance
import Synchronization

/// A registry that tests change under the caller's feet, and that counts how often it was asked. It knows one part.
public final class LiveList: Registry {
  private struct State {
    var known: [PartAddress: PartInstance] = [:]
    var instances: [PartInstance] = []
    var asked = 0
  }

  private let state = Mutex(State())

  public init(_ addresses: [PartAddress]) { set(addresses) }

  public convenience init(_ parts: ServedPart...) { self.init(parts.map(\.address)) }

  public func set(_ addresses: [PartAddress]) {
    state.withLock { state in
      state.instances = addresses.map { address in
        let instance = state.known[address] ?? PartInstance(part: "probe", address: address)
        state.known[address] = instance
        return instance
      }
    }
  }

  public var asked: Int { state.withLock { $0.asked } }

  public func instances(of part: String) -> [PartInstance] {
    state.withLock { state in
      state.asked += 1
      return state.instances
    }
  }

  public var instances: [PartInstance] { state.withLock { $0.instances } }
  public func changes(of part: String) -> AsyncStream<[PartInstance]> { AsyncStream { $0.finish() } }
  public func register(_ instance: PartInstance) async throws -> any Registration { throw CancellationError() }
  public func close() async {}
}
