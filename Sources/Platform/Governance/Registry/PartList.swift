import Synchronization

/// The lists of a registry in memory, and those who listen to them.
public final class PartList: Sendable {
  private struct Listener {
    let part: String
    let continuation: AsyncStream<[PartInstance]>.Continuation
  }

  private struct State {
    var known: [PartInstanceID: PartInstance] = [:]
    var lists: [String: [PartInstance]] = [:]
    var listeners: [UInt64: Listener] = [:]
    var lastListener: UInt64 = 0
    var isClosed = false
  }

  private let state = Mutex(State())

  public init(_ instances: [PartInstance] = []) { replace(with: instances) }

  public func instances(of part: String) -> [PartInstance] { state.withLock { $0.lists[part] ?? [] } }

  public var instances: [PartInstance] {
    state.withLock { state in state.lists.sorted { $0.key < $1.key }.flatMap(\.value) }
  }

  public func put(_ instance: PartInstance) { change { $0[instance.id] = instance } }

  public func remove(_ id: PartInstanceID) { change { $0[id] = nil } }

  public func replace(with instances: [PartInstance]) {
    change { $0 = Dictionary(instances.map { ($0.id, $0) }, uniquingKeysWith: { $1 }) }
  }

  /// Changes what is known in one go, so that no list between is seen.
  public func change(_ body: (inout [PartInstanceID: PartInstance]) -> Void) {
    state.withLock { state in
      body(&state.known)
      let former = state.lists
      state.lists = Dictionary(grouping: state.known.values, by: \.part).mapValues { $0.sorted { $0.id < $1.id } }
      for listener in state.listeners.values {
        let list = state.lists[listener.part] ?? []
        // Told while locked, so that nobody hears an older list last.
        if list != former[listener.part] ?? [] { listener.continuation.yield(list) }
      }
    }
  }

  public func changes(of part: String) -> AsyncStream<[PartInstance]> {
    let (stream, continuation) = AsyncStream.makeStream(of: [PartInstance].self, bufferingPolicy: .bufferingNewest(1))
    let ticket = state.withLock { state -> UInt64? in
      continuation.yield(state.lists[part] ?? [])
      if state.isClosed { return nil }
      state.lastListener += 1
      state.listeners[state.lastListener] = Listener(part: part, continuation: continuation)
      return state.lastListener
    }
    guard let ticket else {
      continuation.finish()
      return stream
    }
    continuation.onTermination = { [weak self] _ in
      self?.state.withLock { $0.listeners[ticket] = nil }
    }
    return stream
  }

  /// Ends all streams; the lists stay as they are.
  public func close() {
    let listeners = state.withLock { state in
      state.isClosed = true
      defer { state.listeners = [:] }
      return state.listeners.values
    }
    for listener in listeners { listener.continuation.finish() }
  }

  deinit { close() }
}
