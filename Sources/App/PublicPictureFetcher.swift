import AsyncHTTPClient
import Flows
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Values

/// Fetches pictures from public addresses only, so that an import can't make the shop look around in its own network: a
/// host's name is resolved once, every address that it has must be public, and the connection goes to one of those that
/// were checked. Each redirect is checked alike.
struct PublicPictureFetcher: PictureFetcher {
  static let mostRedirects = 3
  static let timeLimit = TimeAmount.seconds(20)

  typealias Resolve = @Sendable (_ host: String, _ port: Int) async throws -> [SocketAddress]

  private let resolve: Resolve
  private let isAllowed: @Sendable (SocketAddress) -> Bool

  init(
    resolve: @escaping Resolve = PublicPictureFetcher.resolved,
    isAllowed: @escaping @Sendable (SocketAddress) -> Bool = PublicPictureFetcher.isPublic
  ) {
    self.resolve = resolve
    self.isAllowed = isAllowed
  }

  func fetch(_ address: String) async throws -> [UInt8] {
    var next = address
    for _ in 0...Self.mostRedirects {
      guard let url = URL(string: next), let scheme = url.scheme, scheme == "http" || scheme == "https",
        let host = url.host(), Self.isPlain(host), url.user == nil
      else { throw PictureFetchFault.notAnAddress }
      let resolved = try await resolve(host, url.port ?? (scheme == "https" ? 443 : 80))
      guard let first = resolved.first?.ipAddress, resolved.allSatisfy(isAllowed) else {
        throw PictureFetchFault.notPublic
      }
      switch try await Self.answer(url, host: host, at: first) {
      case .bytes(let bytes): return bytes
      case .redirect(let location): next = location
      }
    }
    throw PictureFetchFault.tooManyRedirects
  }

  /// What is written in another way might be read in another way by whoever connects.
  private static func isPlain(_ host: String) -> Bool {
    !host.isEmpty
      && host.utf8.allSatisfy { byte in
        (48...58).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 45 || byte == 46
      }
  }

  private enum Reply {
    case bytes([UInt8])
    case redirect(to: String)
  }

  /// Asks the machine at the IP address; the host's name stays in `Host` and in the TLS handshake.
  private static func answer(_ url: URL, host: String, at address: String) async throws -> Reply {
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow, timeout: .init(connect: .seconds(5), read: .seconds(10)))
    configuration.dnsOverride = [host: address]
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    do {
      let reply = try await reply(url, client)
      try await client.shutdown()
      return reply
    } catch {
      try? await client.shutdown()
      throw error
    }
  }

  private static func reply(_ url: URL, _ client: HTTPClient) async throws -> Reply {
    let response = try await client.execute(HTTPClientRequest(url: url.absoluteString), timeout: timeLimit)
    switch response.status {
    case .ok: return .bytes(Array(buffer: try await response.body.collect(upTo: FetchPictures.sizeLimit)))
    case .movedPermanently, .found, .seeOther, .temporaryRedirect, .permanentRedirect:
      guard let location = response.headers.first(name: "location"),
        let target = URL(string: location, relativeTo: url)
      else { throw PictureFetchFault.notAnAddress }
      return .redirect(to: target.absoluteString)
    default: throw PictureFetchFault.status(Int(response.status.code))
    }
  }

  /// All addresses of a host, off the threads that serve.
  static func resolved(_ host: String, _ port: Int) async throws -> [SocketAddress] {
    try await NIOThreadPool.singleton.runIfActive {
      var hints = addrinfo()
      hints.ai_family = AF_UNSPEC
      // Otherwise each address comes once for every kind of socket.
      hints.ai_protocol = CInt(IPPROTO_TCP)
      var found: UnsafeMutablePointer<addrinfo>?
      guard getaddrinfo(host, String(port), &hints, &found) == 0 else { throw PictureFetchFault.unknownHost }
      defer { freeaddrinfo(found) }
      return sequence(first: found, next: { $0?.pointee.ai_next }).compactMap { $0 }.compactMap { entry in
        guard let address = entry.pointee.ai_addr else { return nil }
        switch entry.pointee.ai_family {
        case AF_INET:
          return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { SocketAddress($0.pointee) }
        case AF_INET6:
          return address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { SocketAddress($0.pointee) }
        default: return nil
        }
      }
    }
  }

  static func isPublic(_ address: SocketAddress) -> Bool {
    guard let text = address.ipAddress else { return false }
    let parts = text.split(separator: ".").compactMap { UInt8($0) }
    if parts.count == 4 {
      switch (parts[0], parts[1]) {
      case (0, _), (10, _), (127, _), (169, 254), (192, 168), (192, 0), (198, 18...19): return false
      case (172, 16...31), (100, 64...127): return false
      default: return parts[0] < 224
      }
    }
    // Global unicast only; mapped and translated addresses could hide private ones.
    let first = text.prefix { $0 != ":" }
    guard let head = UInt16(first, radix: 16) else { return false }
    return head & 0xE000 == 0x2000 && head != 0x2002 && !text.hasPrefix("2001:0:") && !text.hasPrefix("2001::")
  }
}

enum PictureFetchFault: Error, Equatable {
  case notAnAddress
  case unknownHost
  case notPublic
  case tooManyRedirects
  case status(Int)
}
