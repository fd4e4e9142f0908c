import Flows
import Foundation
import Governance
import Hummingbird
import Logging
import NIOCore
import Pages
import Storefront

/// The faces of the shop on one HTTP server.
struct ShopServer: Sendable {
  private let shop: Shop
  private let responder: RouterResponder<ShopRequestContext>
  private let certificate: CertificateWatch?
  /// Every address that is answered.
  let endpoints: [(method: String, path: String)]

  /// Throws `SettingFault` when the certificate can't be used.
  init(_ shop: Shop) throws {
    self.shop = shop
    certificate = try shop.settings.tls.map { try CertificateWatch($0, clock: shop.clock, logger: shop.logger) }
    let router = try Routes(shop).router()
    endpoints = router.routes.map { ($0.method.rawValue, $0.path.description) }
    responder = router.buildResponder()
  }

  /// Throws `SettingFault` when a limit is that of a route that there isn't.
  /// - Parameter onReady: hears where others reach it, once requests are taken.
  func application(onReady: @escaping @Sendable (PartAddress) -> Void) throws -> some ApplicationProtocol {
    try checkLimits()
    let (host, port) = (shop.settings.host, shop.settings.port)
    return Application(
      responder: responder, server: try certificate?.server() ?? .http1(),
      configuration: ApplicationConfiguration(
        address: .hostname(host, port: port), serverName: nil),
      services: certificate.map { [$0] } ?? [],
      onServerRunning: { [health = shop.vitals.health] channel in
        health.enter(.serving)
        onReady(PartAddress(listening: channel.localAddress) ?? PartAddress(host: host, port: port))
      }, logger: shop.logger)
  }

  /// A slip in a route would else leave it without the limit that somebody meant to set.
  private func checkLimits() throws {
    let known = Set(endpoints.map { "\($0.method) \($0.path)" })
    guard let unknown = shop.settings.server.routesPerMinute.keys.sorted().first(where: { !known.contains($0) }) else {
      return
    }
    throw SettingFault(
      key: "server.routesPerMinute", value: unknown, expected: "a route; `martlet routes` prints those that there are")
  }
}
