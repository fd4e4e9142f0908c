import Foundation
import Synchronization

/// A server that must not outlive the tests: a shell stands between them, sees the end of its standard input when the
/// process that holds the other end is gone, and ends the server by its process id.
final class Supervised: Sendable {
  /// Ended by closing.
  private let leash: Mutex<FileHandle?>

  /// - Parameters:
  ///   - script: of a shell; replaces itself by the server with `exec` in the end.
  ///   - removing: a folder that goes with the server.
  init(_ script: String, _ arguments: [String], removing folder: URL) throws {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments =
      [
        "-c",
        #"f=$1; s=$2; shift 2; sh -c "$s" server "$@" </dev/null & p=$!; cat >/dev/null; kill -9 $p; rm -rf "$f""#,
        "supervisor", folder.path, script,
      ] + arguments
    process.standardInput = pipe
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    _ = try process.start()
    try pipe.fileHandleForReading.close()
    leash = Mutex(pipe.fileHandleForWriting)
  }

  func end() {
    let held = leash.withLock { held in
      defer { held = nil }
      return held
    }
    try? held?.close()
  }
}

/// Ports that nobody listens on.
public enum LoopbackPort {
  /// Ports are counted up in a stretch of this process's own, below those that the system gives to outgoing connections, so
  /// that no test and no client takes another's: a server may take seconds from here to where it listens.
  private static let stretch = 1000
  private static let first = ownStretch()
  private static let last = Mutex(first)

  public static func free() throws -> Int {
    for _ in 0..<stretch {
      let port = last.withLock { last in
        last = last + 1 < first + stretch ? last + 1 : first + 1
        return last
      }
      if canListen(on: port) { return port }
    }
    throw POSIXError(.EADDRNOTAVAIL)
  }

  /// Whoever holds its first port has a stretch, until the process ends.
  private static func ownStretch() -> Int {
    let start = Int(ProcessInfo.processInfo.processIdentifier)
    for number in 0..<20 {
      let port = 12_000 + (start + number) % 20 * stretch
      let held = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
      if withAddress(port, { bind(held, $1, $2) == 0 }) { return port }
      close(held)
    }
    fatalError("twenty runs of the tests hold all ports of 12000…31999")
  }

  /// Whether somebody listens on the port.
  public static func isAnswered(_ port: Int) -> Bool { withAddress(port) { connect($0, $1, $2) == 0 } }

  private static func canListen(on port: Int) -> Bool { withAddress(port) { bind($0, $1, $2) == 0 } }

  private static func withAddress(_ port: Int, _ body: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Bool) -> Bool {
    guard let made = try? opened(port, { body($0, $1, $2) ? 0 : -1 }) else { return false }
    close(made)
    return true
  }

  /// A socket that was bound to, or connected with, the port.
  static func opened(_ port: Int, _ body: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32) throws -> Int32 {
    let made = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    address.sin_port = in_port_t(UInt16(port).bigEndian)
    let outcome = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body(made, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard outcome == 0 else {
      close(made)
      throw POSIXError(.ECONNREFUSED)
    }
    return made
  }
}
