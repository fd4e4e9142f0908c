import Foundation
import Synchronization

/// Stands between a program and its MariaDB server, and loses the server's answer to a commit: what the program can't know
/// then has been stored.
public final class CommitCutter: Sendable {
  public let port: Int
  private let listener: Int32
  private let server: Int
  /// Words of a statement whose transaction is cut off, once.
  private let words = Mutex<String?>(nil)

  /// Listens on loopback until `stop`.
  public init(server: Int) throws {
    self.server = server
    port = try LoopbackPort.free()
    listener = try LoopbackPort.opened(port) { bind($0, $1, $2) }
    listen(listener, 64)
    Thread { [self] in
      while case let client = accept(listener, nil, nil), client >= 0 { join(client) }
    }.start()
  }

  /// The next commit on the connection on which these words are heard first.
  public func cutCommit(after words: String) { self.words.withLock { $0 = words } }

  public var hasCut: Bool { words.withLock { $0 == nil } }

  public func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

  private func join(_ client: Int32) {
    guard let upstream = try? LoopbackPort.opened(server, { connect($0, $1, $2) }) else {
      close(client)
      return
    }
    let pair = SocketPair(client: client, upstream: upstream)
    Thread { [self] in
      var isMarked = false
      pair.pass(from: client, to: upstream) { bytes in
        if !isMarked, let words = words.withLock({ $0 }) { isMarked = bytes.firstRange(of: Data(words.utf8)) != nil }
        guard isMarked, bytes.firstRange(of: Data("COMMIT".utf8)) != nil else { return true }
        isMarked = false
        words.withLock { $0 = nil }
        pair.isCut.withLock { $0 = true }
        return true
      }
    }.start()
    // The server has done it once it answers.
    Thread { pair.pass(from: upstream, to: client) { _ in !pair.isCut.withLock { $0 } } }.start()
  }
}
