import Foundation
import Signatures
import Values

/// Alipay's open platform, gateway version 1.0 with RSA2: computer page, phone page and QR code.
public struct AlipayProvider: PaymentProvider {
  public static let name = PaymentMethod(known: "alipay")
  /// What Alipay takes in one payment: a fen to a hundred million yuan.
  static let mostMinor: Int64 = 10_000_000_000
  /// How long a code is good that nobody has read.
  private static let codeLife = Duration.hours(2)

  let gateway: AlipayGateway
  let noticeCalls: NoticeCalls
  private var configuration: AlipayConfiguration { gateway.configuration }

  public init(_ configuration: AlipayConfiguration, http: any ProviderHTTP, clock: WallClock) {
    gateway = AlipayGateway(configuration: configuration, http: http, clock: clock)
    noticeCalls = NoticeCalls(Self.name, clock: clock)
  }

  public var method: PaymentMethod { Self.name }
  public var merchant: String { configuration.merchant }
  public var ways: [PaymentWay] { [.page, .mobile, .code] }

  public func open(_ payment: ProviderPayment) async throws -> ProviderOpening {
    guard payment.amount.currency == .cny, payment.amount.isPositive, payment.amount.minor <= Self.mostMinor else {
      throw ProviderFault.refused(code: "amount")
    }
    switch payment.way {
    case .page: return try page(payment, method: "alipay.trade.page.pay", product: "FAST_INSTANT_TRADE_PAY")
    case .mobile: return try page(payment, method: "alipay.trade.wap.pay", product: "QUICK_WAP_PAY")
    case .code: return try await code(payment)
    case .client: throw ProviderFault.refused(code: "way")
    }
  }

  private func code(_ payment: ProviderPayment) async throws -> ProviderOpening {
    let end = gateway.clock.now.adding(Self.codeLife)
    do {
      let content = try await gateway.call(
        "alipay.trade.precreate", wish(payment, product: "FACE_TO_FACE_PAYMENT"), noticeURL: payment.noticeURL)
      guard let code = content.qrCode, content.outTradeNo == payment.number else {
        throw ProviderFault.outcomeUnknown("an answer about another payment")
      }
      return ProviderOpening(.code(text: code), goodUntil: end)
    } catch ProviderFault.refused(let code) where code == "ACQ.TRADE_HAS_SUCCESS" {
      throw ProviderFault.outcomeUnknown(code)
    }
  }

  /// The browser brings the signed wish itself; Alipay hears of the payment only then.
  private func page(_ payment: ProviderPayment, method: String, product: String) throws -> ProviderOpening {
    let parameters = try gateway.signed(
      method, wish(payment, product: product), noticeURL: payment.noticeURL, returnURL: payment.returnURL)
    return ProviderOpening(.redirect(url: "\(configuration.gateway)?\(AlipayForm.encoded(parameters))"))
  }

  private func wish(_ payment: ProviderPayment, product: String) -> AlipayMessage.Pay {
    AlipayMessage.Pay(
      outTradeNo: payment.number, totalAmount: payment.amount.decimalText, subject: payment.subject,
      productCode: product, timeExpire: payment.expiresAt.chineseText)
  }

  public func query(_ payment: ProviderPayment) async throws -> ProviderReport {
    do {
      let content = try await gateway.call(
        "alipay.trade.query", AlipayMessage.Trade(outTradeNo: payment.number))
      guard content.outTradeNo == payment.number else {
        throw ProviderFault.outcomeUnknown("an answer about another payment")
      }
      return try report(content)
    } catch ProviderFault.refused(let code) where code == "ACQ.TRADE_NOT_EXIST" {
      // Nobody has logged in or read the code yet, which may still happen until it's over.
      let isOver = gateway.clock.now >= payment.expiresAt
      return ProviderReport(
        number: payment.number, providerNumber: "", merchant: merchant, amount: payment.amount,
        state: isOver ? .closed : .unknown, at: gateway.clock.now)
    }
  }

  private func report(_ content: AlipayAnswer.Content) throws -> ProviderReport {
    guard let number = content.outTradeNo, let tradeNumber = content.tradeNo, let status = content.tradeStatus,
      let amount = content.totalAmount.flatMap({ Money(decimalText: $0, currency: .cny) }),
      // A query doesn't say whether money went back; only what was paid has a moment of paying.
      let state = AlipayMessage.state(status, isRefunded: content.sendPayDate != nil)
    else { throw ProviderFault.outcomeUnknown("an answer that lacks something") }
    return ProviderReport(
      number: number, providerNumber: tradeNumber, merchant: merchant, amount: amount, state: state,
      at: content.sendPayDate.flatMap { Timestamp(chineseText: $0) } ?? gateway.clock.now)
  }

  /// There is no trade to be closed before the buyer has come, and the page's signed address or the code stays good.
  public var closesUnseen: Bool { false }

  public func close(_ payment: ProviderPayment) async throws {
    _ = try await gateway.call("alipay.trade.close", AlipayMessage.Trade(outTradeNo: payment.number))
  }

  public func answer(accepted: Bool) -> NoticeAnswer {
    NoticeAnswer(status: 200, contentType: "text/plain", body: accepted ? "success" : "failure")
  }
}
