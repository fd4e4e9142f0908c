import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// How a buyer comes to the cashier: by a code that was read, by the page that phones open, or from a mini-program.
///
/// - `GET  wxpay/bizpayurl?pr=`: what `weixin://wxpay/bizpayurl?pr=` opens on a phone
/// - `GET  cgi-bin/mmpayweb-bin/checkmweb?prepay_id=`, with `redirect_url` for where the browser goes afterwards
/// - `POST wxpay/requestpayment`: what the client library does with its parameters, as JSON
struct WeChatBuyer: Sendable {
  private struct Cashier: Encodable {
    let cashier: String
  }

  let account: WeChatAccount
  let core: SandboxCore

  func add(to router: Router<BasicRequestContext>) {
    router.get("wxpay/bizpayurl") { request, context in
      let asked = WeChatPath(request.head.path ?? "")
      return await redirect(asked.question["pr"] ?? "", back: nil, context, depth: 1)
    }
    router.get("cgi-bin/mmpayweb-bin/checkmweb") { request, context in
      let asked = WeChatPath(request.head.path ?? "")
      let back = asked.question["redirect_url"].flatMap { PaymentWish.isWebAddress($0) ? $0 : nil }
      return await redirect(asked.question["prepay_id"] ?? "", back: back, context, depth: 2)
    }
    router.post("wxpay/requestpayment") { request, _ in
      let body = Array(buffer: try await request.body.collect(upTo: 16 * 1024))
      let call = try? WeChatMessages.decode(WeChatClientCall.self, from: body)
      guard let code = call?.code(of: account), let trade = try await trade(code, back: nil) else {
        return Response(status: .forbidden)
      }
      return Response(
        status: .ok, headers: [.contentType: "application/json"],
        body: ResponseBody(
          byteBuffer: ByteBuffer(bytes: try Message.encode(Cashier(cashier: core.cashier(of: trade))))))
    }
  }

  private func redirect(
    _ code: String, back: String?, _ context: BasicRequestContext, depth: Int
  ) async -> Response {
    do {
      guard let trade = try await trade(code, back: back) else {
        return CashierPages.page(.notFound, CashierPage.unknown(depth: depth))
      }
      return CashierPages.redirect(to: core.cashier(of: trade))
    } catch {
      context.logger.error("The cashier failed", metadata: ["error": "\(error)"])
      return CashierPages.page(.internalServerError, CashierPage.broken(depth: depth))
    }
  }

  /// - Parameter back: where the browser goes afterwards; nil leaves it as it was.
  private func trade(_ code: String, back: String?) async throws -> Trade? {
    try await core.book.turn { turn in
      guard var trade = WeChatCode.trade(code, in: turn) else { return nil }
      if let back, trade.returnURL != back {
        trade.returnURL = back
        turn.keep(trade)
      }
      return trade
    }
  }
}
