import Flows
import Foundation
import Hummingbird
import Logging
import NIOCore
import Pages
import Storefront

/// The faces of the shop on one HTTP server.
struct ShopServer {
  private let shop: Shop
  private let router: Router<ShopRequestContext>

  init(_ shop: Shop) throws {
    self.shop = shop
    router = try Routes(shop).router()
  }

  var endpoints: [EndpointDescription] { router.routes }

  /// - Parameter onReady: hears the port once requests are taken.
  func application(onReady: @escaping @Sendable (Int) -> Void) -> some ApplicationProtocol {
    Application(
      router: router,
      configuration: ApplicationConfiguration(
        address: .hostname(shop.settings.host, port: shop.settings.port), serverName: nil),
      onServerRunning: { channel in onReady(channel.localAddress?.port ?? shop.settings.port) }, logger: shop.logger)
  }
}
