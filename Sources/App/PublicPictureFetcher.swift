import AsyncHTTPClient
import Flows
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Values

/// Fetches pictures from public addresses only: the host is resolved here, every address that it has must be public, and
/// no redirect is followed, so that an import can't make the shop look around in its own network.
struct PublicPictureFetcher: PictureFetcher {
  private static let client = HTTPClient(
    eventLoopGroupProvider: .singleton,
    configuration: HTTPClient.Configuration(
      redirectConfiguration: .disallow, timeout: .init(connect: .seconds(5), read: .seconds(10))))

  func fetch(_ address: String) async throws -> [UInt8] {
    guard let url = URL(string: address), let scheme = url.scheme, scheme == "http" || scheme == "https",
      let host = url.host(), url.user == nil
    else { throw PictureFetchFault.notAnAddress }
    let port = url.port ?? (scheme == "https" ? 443 : 80)
    let resolved = try await Self.resolve(host, port)
    guard !resolved.isEmpty, resolved.allSatisfy(Self.isPublic) else { throw PictureFetchFault.notPublic }
    let response = try await Self.client.execute(HTTPClientRequest(url: address), timeout: .seconds(20))
    guard response.status == .ok else { throw PictureFetchFault.status(Int(response.status.code)) }
    return Array(buffer: try await response.body.collect(upTo: FetchPictures.sizeLimit))
  }

  private static func resolve(_ host: String, _ port: Int) async throws -> [SocketAddress] {
    try await NIOThreadPool.singleton.runIfActive {
      [try SocketAddress.makeAddressResolvingHost(host, port: port)]
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

enum PictureFetchFault: Error {
  case notAnAddress
  case notPublic
  case status(Int)
}
