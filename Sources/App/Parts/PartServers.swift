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
    host = try section.reachedHost()
    server = try RemoteServer(
      parts.flatMap { Self.handlers(of: $0, in: shop.contexts) },
      at: PartAddress(host: section.host, port: section.port), security: section.security,
      limits: section.serverLimits, figures: .answered(shop.vitals.metrics), logger: shop.logger)
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
      try await server.run { [host, onReady] port in onReady(PartAddress(host: host, port: port)) }
    } onGracefulShutdown: {
      server.drain()
    }
  }
}

extension PartsSection {
  /// The host at which others reach what listens on `parts.host`. Throws `SettingFault` when that is no address, or one that
  /// callers would leave out.
  /// - Parameter own: the machine's addresses; nil means those that it has now.
  func reachedHost(own: [SocketAddress]? = nil) throws -> String {
    let socket = try? SocketAddress(ipAddress: host, port: port)
    guard let reached = PartAddress(listening: socket, own: own)?.host else {
      throw SettingFault(key: "parts.host", value: host, expected: "an IP address of this machine")
    }
    guard security.allows(reached) else {
      let way = reached == host ? "" : ", since others would come to \(reached)"
      throw SettingFault(
        key: "parts.host", value: host,
        expected: "a private address\(way); give one, or certificates (parts.certificate), or set parts.allowsPlaintext"
      )
    }
    return reached
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
