import Governance
import NIOCore

extension PartAddress {
  /// Where others reach what listens there. Who listens on all of the machine's addresses is reached by one of them, by a
  /// private one where there are several. Nil for what is no address of a network.
  /// - Parameter own: the machine's addresses; nil means those that it has now.
  init?(listening socket: SocketAddress?, own: [SocketAddress]? = nil) {
    guard let socket, let port = socket.port, let host = socket.ipAddress else { return nil }
    guard host == "0.0.0.0" || host == "::" else {
      self.init(host: host, port: port)
      return
    }
    let own = own ?? (try? System.enumerateDevices().compactMap(\.address)) ?? []
    let best = own.compactMap { $0.ipAddress.map(Self.ranked) }
      .filter { host == "::" || !$0.host.contains(":") }
      .min { ($0.rank, $0.host) < ($1.rank, $1.host) }
    self.init(host: best?.host ?? "127.0.0.1", port: port)
  }

  private static func ranked(_ host: String) -> (rank: Int, host: String) {
    let bytes = host.split(separator: ".").compactMap { UInt8($0) }
    guard bytes.count == 4 else {
      let text = host.lowercased()
      if text == "::1" || text.hasPrefix("fe80") { return (5, host) }
      return (text.hasPrefix("fc") || text.hasPrefix("fd") ? 1 : 3, host)
    }
    return switch (bytes[0], bytes[1]) {
    case (127, _), (169, 254): (4, host)
    case (10, _), (172, 16...31), (192, 168): (0, host)
    default: (2, host)
    }
  }
}
