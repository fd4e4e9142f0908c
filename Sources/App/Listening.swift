import Foundation
import NIOCore
import ServiceLifecycle

/// A server whose address may be none that can be listened on.
struct Listening: Service {
  let server: any Service
  /// `http` or `parts`: which host and port of the settings it listens on.
  let section: String
  let host: String
  let port: Int

  func run() async throws { try await Self.naming(section, host: host, port: port) { try await server.run() } }

  /// Runs a server and throws `SettingFault` in place of what the system says of its address.
  static func naming(
    _ section: String, host: String, port: Int, _ serve: () async throws -> Void
  ) async throws {
    do {
      try await serve()
    } catch {
      throw fault(error, section, host: host, port: port) ?? error
    }
  }

  private static func fault(_ error: any Error, _ section: String, host: String, port: Int) -> SettingFault? {
    // The network of a machine that starts may give it the address later.
    func badHost(_ expected: String, mayPass: Bool = true) -> SettingFault {
      SettingFault(key: "\(section).host", value: host, expected: expected, mayPass: mayPass)
    }
    switch error {
    case let error as IOError:
      switch error.errnoCode {
      case EADDRINUSE:
        return SettingFault(
          key: "\(section).port", value: "\(port)",
          expected: "free, since another program listens on it; end that one or name another port", mayPass: true)
      case EACCES:
        return SettingFault(
          key: "\(section).port", value: "\(port)",
          expected: "a port that this user may listen on; name one from 1024 on")
      case EADDRNOTAVAIL: return badHost("an address of this machine")
      case EAFNOSUPPORT: return badHost("an address of this machine", mayPass: false)
      default: return nil
      }
    case is SocketAddressError, is SocketAddressError.UnknownHost:
      return badHost("an address of this machine, or a name that stands for one")
    default: return nil
    }
  }
}
