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

/// Both sides of a connection, each read by a thread of its own. They are closed when both threads are done with them.
private final class SocketPair: Sendable {
  let isCut = Mutex(false)
  private let client: Int32
  private let upstream: Int32
  private let readers = Mutex(2)

  init(client: Int32, upstream: Int32) {
    self.client = client
    self.upstream = upstream
  }

  /// - Parameter mayGoOn: false ends the connection instead of passing these bytes on.
  func pass(from source: Int32, to target: Int32, _ mayGoOn: (Data) -> Bool) {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = recv(source, &buffer, buffer.count, 0), count > 0, mayGoOn(Data(buffer[..<count])) {
      guard send(target, buffer, count, Int32(MSG_NOSIGNAL)) == count else { break }
    }
    for side in [client, upstream] { shutdown(side, Int32(SHUT_RDWR)) }
    let isLast = readers.withLock { readers in
      readers -= 1
      return readers == 0
    }
    if isLast { for side in [client, upstream] { close(side) } }
  }
}
