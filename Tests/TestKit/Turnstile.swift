import Foundation
import Synchronization

/// Stands before a server and lets in so many connections; whoever comes after is turned away at once, until there are more
/// places. A place is never given back.
public final class Turnstile: Sendable {
  public let port: Int
  private let listener: Int32
  private let server: Int
  private let state: Mutex<(places: Int, turnedAway: Int)>

  /// Listens on loopback until `stop`.
  public init(server: Int, places: Int) throws {
    self.server = server
    state = Mutex((places, 0))
    port = try LoopbackPort.free()
    listener = try LoopbackPort.opened(port) { bind($0, $1, $2) }
    listen(listener, 64)
    Thread { [self] in
      while case let client = accept(listener, nil, nil), client >= 0 { admit(client) }
    }.start()
  }

  /// Connections that were turned away so far.
  public var turnedAway: Int { state.withLock { $0.turnedAway } }

  public func allow(more places: Int) { state.withLock { $0.places += places } }

  public func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

  private func admit(_ client: Int32) {
    let hasPlace = state.withLock { state in
      guard state.places > 0 else {
        state.turnedAway += 1
        return false
      }
      state.places -= 1
      return true
    }
    guard hasPlace, let upstream = try? LoopbackPort.opened(server, { connect($0, $1, $2) }) else {
      return turnAway(client)
    }
    let pair = SocketPair(client: client, upstream: upstream)
    Thread { pair.pass(from: client, to: upstream) { _ in true } }.start()
    Thread { pair.pass(from: upstream, to: client) { _ in true } }.start()
  }

  /// What the client says is heard first, so that it always reads an end and never a broken connection.
  private func turnAway(_ client: Int32) {
    shutdown(client, Int32(SHUT_WR))
    Thread {
      var buffer = [UInt8](repeating: 0, count: 256)
      while recv(client, &buffer, buffer.count, 0) > 0 {}
      close(client)
    }.start()
  }
}
