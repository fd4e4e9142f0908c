import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// What the buyer's browser sees and sends.
struct CashierPages: Sendable {
  let gateway: Gateway
  let merchantName: String

  func add(to router: Router<BasicRequestContext>) {
    router.get("static/cashier.css") { _, _ in
      Self.response(.ok, "text/css; charset=utf-8", CashierStyle.css, cache: "public, max-age=3600")
    }
    router.get("cashier/:token") { _, context in
      await withPayment(context, depth: 1) { payment in
        Self.page(.ok, CashierPage(view: CashierView(payment), merchantName: merchantName).html)
      }
    }
    router.post("cashier/:token/pay") { _, context in await decide(.paid, context) }
    router.post("cashier/:token/refuse") { _, context in await decide(.refused, context) }
    router.post("cashier/:token/leave") { _, context in
      await withPayment(context, depth: 2) { Self.redirect(to: $0.returnURL) }
    }
  }

  /// Sends the buyer back to the shop when the payment stands as the buyer wants it, otherwise to the cashier page,
  /// which says how it does stand.
  private func decide(_ state: SandboxPayment.State, _ context: BasicRequestContext) async -> Response {
    do {
      let payment = try await gateway.decide(state, token: context.parameters.get("token") ?? "")
      return Self.redirect(to: payment.state == state ? payment.returnURL : "../\(payment.token)")
    } catch SandboxRefusal.unknownPayment {
      return Self.page(.notFound, CashierPage.unknown(depth: 2))
    } catch {
      context.logger.error("The cashier failed", metadata: ["error": "\(error)"])
      return Self.page(.internalServerError, CashierPage.broken(depth: 2))
    }
  }

  private func withPayment(
    _ context: BasicRequestContext, depth: Int, _ show: (SandboxPayment) -> Response
  ) async -> Response {
    do {
      return show(try await gateway.payment(token: context.parameters.get("token") ?? ""))
    } catch SandboxRefusal.unknownPayment {
      return Self.page(.notFound, CashierPage.unknown(depth: depth))
    } catch {
      context.logger.error("The cashier failed", metadata: ["error": "\(error)"])
      return Self.page(.internalServerError, CashierPage.broken(depth: depth))
    }
  }

  static func redirect(to address: String) -> Response {
    var headers = protection
    headers[.location] = address
    headers[.cacheControl] = "no-store"
    return Response(status: .seeOther, headers: headers)
  }

  static func page(_ status: HTTPResponse.Status, _ html: String) -> Response {
    response(status, "text/html; charset=utf-8", html, cache: "no-store")
  }

  private static func response(
    _ status: HTTPResponse.Status, _ type: String, _ text: String, cache: String
  ) -> Response {
    var headers = protection
    headers[.contentType] = type
    headers[.cacheControl] = cache
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }

  /// The forms lead to the shop, wherever that is: browsers hold `form-action` against redirects too. The address holds
  /// a secret, which no other page may hear of.
  private static let protection: HTTPFields = {
    var fields: HTTPFields = [
      .contentSecurityPolicy:
        "default-src 'none'; style-src 'self'; form-action *; base-uri 'none'; frame-ancestors 'none'",
      .xContentTypeOptions: "nosniff",
    ]
    for (name, value) in [("referrer-policy", "no-referrer"), ("x-robots-tag", "noindex")] {
      if let name = HTTPField.Name(name) { fields[name] = value }
    }
    return fields
  }()
}
