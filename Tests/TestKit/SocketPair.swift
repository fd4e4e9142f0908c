import Foundation
import Synchronization

/// Both sides of a connection, each read by a thread of its own. They are closed when both threads are done with them.
final class SocketPair: Sendable {
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
