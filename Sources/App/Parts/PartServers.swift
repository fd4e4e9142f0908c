import Flows
import Governance
import Hummingbird
import Logging
import NIOCore
import Pages
import Remote
import ServiceLifecycle

/// Serves the contexts of this process to other processes.
struct PartServer: Service {
  private let server: RemoteServer
  private let host: String
  private let onReady: @Sendable (PartAddress) -> Void

  /// Throws `SettingFault` when they can't be served on the address of the settings.
  /// - Parameter onReady: hears where others reach them, once calls are taken.
  init(_ shop: Shop, _ parts: [Part], onReady: @escaping @Sendable (PartAddress) -> Void) throws {
    let section = shop.settings.parts
    guard (try? SocketAddress(ipAddress: section.host, port: section.port)) != nil else {
      throw SettingFault(key: "parts.host", value: section.host, expected: "an IP address of this machine")
    }
    guard section.security.allows(section.host) || PartSecurity.listensEverywhere(section.host) else {
      throw SettingFault(
        key: "parts.host", value: section.host,
        expected: "a private address; give one, or certificates (parts.certificate), or set parts.allowsPlaintext")
    }
    host = section.host
    server = try RemoteServer(
      parts.flatMap { Self.handlers(of: $0, in: shop.contexts) },
      at: PartAddress(host: section.host, port: section.port), security: section.security,
      limits: section.serverLimits, logger: shop.logger)
    self.onReady = onReady
  }

  private static func handlers(of part: Part, in contexts: Contexts) -> [RemoteHandler] {
    switch part {
    case .payments: PaymentVerbs.served(by: contexts.payments)
    case .search: SearchVerbs.served(by: contexts.search)
    case .shop, .jobs: []
    }
  }

  func run() async throws {
    try await withGracefulShutdownHandler {
      try await server.run { [host, onReady] port in
        let socket = try? SocketAddress(ipAddress: host, port: port)
        onReady(PartAddress(listening: socket) ?? PartAddress(host: host, port: port))
      }
    } onGracefulShutdown: {
      server.drain()
    }
  }
}

/// What machines ask of a process that shows no pages.
struct WatchServer {
  static func application(
    _ shop: Shop, onReady: @escaping @Sendable (PartAddress) -> Void
  ) -> some ApplicationProtocol {
    let router = Router(context: ShopRequestContext.self, options: .autoGenerateHeadEndpoints)
    WatchRoutes(health: shop.vitals.health, metrics: shop.vitals.metrics).addRoutes(to: router)
    let (host, port, health) = (shop.settings.host, shop.settings.port, shop.vitals.health)
    return Application(
      responder: router.buildResponder(),
      configuration: ApplicationConfiguration(address: .hostname(host, port: port), serverName: nil),
      onServerRunning: { channel in
        health.enter(.serving)
        onReady(PartAddress(listening: channel.localAddress) ?? PartAddress(host: host, port: port))
      }, logger: shop.logger)
  }
}
