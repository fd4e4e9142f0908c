import Foundation

/// Wakes a thread that waits for its socket.
final class Bell: Sendable {
  /// Readable once it was rung.
  let ear: Int32
  private let hand: Int32

  init() throws {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw POSIXError(.EMFILE) }
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
    (ear, hand) = (ends[0], ends[1])
  }

  deinit {
    close(ear)
    close(hand)
  }

  /// A pipe that is full has been heard of already.
  func ring() { _ = write(hand, [1], 1) }

  func hush() {
    var bytes = [UInt8](repeating: 0, count: 256)
    while read(ear, &bytes, bytes.count) == bytes.count {}
  }

  /// Waits until one of them has something to read, or the time is up.
  /// - Parameters:
  ///   - socket: nil while there's no connection.
  ///   - sends: also ends the wait when the socket has room to write.
  func wait(socket: Int32? = nil, sends: Bool = false, atMost limit: Duration) {
    var watched = [pollfd(fd: ear, events: Int16(POLLIN), revents: 0)]
    if let socket {
      watched.append(pollfd(fd: socket, events: Int16(POLLIN) | (sends ? Int16(POLLOUT) : 0), revents: 0))
    }
    let milliseconds = limit.components.seconds * 1000 + limit.components.attoseconds / 1_000_000_000_000_000
    _ = poll(&watched, nfds_t(watched.count), Int32(clamping: max(0, milliseconds)))
  }
}
