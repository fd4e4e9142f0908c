import Foundation
import Signatures
import Values

/// WeChat Pay, API version 3: QR code, phone page and mini-program.
public struct WeChatProvider: PaymentProvider {
  public static let name = PaymentMethod(known: "wechat")
  private static let longestDescription = 127
  /// How long codes and client parameters are good.
  private static let codeLife = Duration.hours(2)
  private static let pageLife = Duration.minutes(5)
  /// What an order is told with that is paid already.
  private static let isPaid: Set = ["ORDERPAID", "ORDER_PAID"]
  static let noSuchOrder = "ORDER_NOT_EXIST"

  let gateway: WeChatGateway
  var configuration: WeChatConfiguration { gateway.configuration }

  public init(_ configuration: WeChatConfiguration, http: any ProviderHTTP, clock: WallClock) {
    gateway = WeChatGateway(configuration, http: http, clock: clock)
  }

  init(_ gateway: WeChatGateway) { self.gateway = gateway }

  public var method: PaymentMethod { Self.name }
  public var merchant: String { WeChatConfiguration.merchant(configuration.merchantID, configuration.appID) }
  public var ways: [PaymentWay] { [.code, .mobile, .client] }

  public func open(_ payment: ProviderPayment) async throws -> ProviderOpening {
    guard payment.amount.currency == .cny, payment.amount.isPositive else {
      throw ProviderFault.refused(code: "amount")
    }
    var wish = WeChatMessage.Wish(
      appid: configuration.appID, mchid: configuration.merchantID,
      description: String(payment.subject.prefix(Self.longestDescription)), outTradeNo: payment.number,
      timeExpire: payment.expiresAt.chineseRFC3339, notifyUrl: payment.noticeURL,
      amount: .init(total: payment.amount.minor, currency: "CNY"))
    let now = gateway.clock.now
    switch payment.way {
    case .code:
      let opened = try await opened("native", wish)
      return ProviderOpening(.code(text: try needed(opened.codeUrl)), goodUntil: now.adding(Self.codeLife))
    case .mobile:
      guard let address = payment.client.address else { throw ProviderFault.refused(code: "address") }
      wish.sceneInfo = .init(payerClientIp: address, h5Info: .init(type: "Wap"))
      let opened = try await opened("h5", wish)
      let url = try needed(opened.h5Url) + "&redirect_url=" + FormText.percentEscaped(payment.returnURL)
      return ProviderOpening(.redirect(url: url), goodUntil: now.adding(Self.pageLife))
    case .client:
      wish.payer = .init(openid: try await openID(of: payment.client))
      let opened = try await opened("jsapi", wish)
      return ProviderOpening(
        .client(parameters: try parameters(of: needed(opened.prepayId))), goodUntil: now.adding(Self.codeLife))
    case .page: throw ProviderFault.refused(code: "way")
    }
  }

  private func opened(_ kind: String, _ wish: WeChatMessage.Wish) async throws -> WeChatMessage.Opened {
    do {
      return try await gateway.post("/v3/pay/transactions/\(kind)", wish)
    } catch ProviderFault.refused(let code) where Self.isPaid.contains(code) {
      throw ProviderFault.outcomeUnknown(code)
    }
  }

  private func needed(_ text: String?) throws -> String {
    guard let text else { throw ProviderFault.outcomeUnknown("an answer that lacks something") }
    return text
  }

  /// What the client library is called with, signed by us.
  func parameters(of prepayID: String) throws -> [String: String] {
    let (time, nonce) = (String(gateway.clock.now.milliseconds / 1000), gateway.nonce())
    let package = "prepay_id=\(prepayID)"
    let signature = try configuration.privateKey.signature(
      of: Data("\(configuration.appID)\n\(time)\n\(nonce)\n\(package)\n".utf8))
    return [
      "appId": configuration.appID, "timeStamp": time, "nonceStr": nonce, "package": package, "signType": "RSA",
      "paySign": signature,
    ]
  }

  /// Where it is asked for by our number.
  func place(of payment: ProviderPayment) -> String {
    "/v3/pay/transactions/out-trade-no/\(payment.number)?mchid=\(configuration.merchantID)"
  }

  public func query(_ payment: ProviderPayment) async throws -> ProviderReport {
    do {
      return try report(try await gateway.get(place(of: payment)), of: payment)
    } catch ProviderFault.refused(let code) where code == Self.noSuchOrder {
      return ProviderReport(
        number: payment.number, providerNumber: "", merchant: merchant, amount: payment.amount, state: .unknown,
        at: gateway.clock.now)
    }
  }

  /// The amount is the one that was asked for where nobody paid and the answer leaves it out.
  private func report(_ transaction: WeChatMessage.Transaction, of payment: ProviderPayment) throws -> ProviderReport {
    guard transaction.outTradeNo == payment.number else {
      throw ProviderFault.outcomeUnknown("an answer about another payment")
    }
    guard let state = WeChatMessage.state(transaction.tradeState),
      let told = transaction.amount.map({ Self.money($0) }) ?? (state == .captured ? nil : payment.amount)
    else { throw ProviderFault.outcomeUnknown("an answer that lacks something") }
    return Self.report(transaction, state, told, now: gateway.clock.now)
  }

  static func money(_ amount: WeChatMessage.Transaction.Amount) -> Money? {
    Currency(amount.currency ?? "CNY").map { Money(minor: amount.total, currency: $0) }
  }

  static func report(
    _ transaction: WeChatMessage.Transaction, _ state: ProviderReport.State, _ amount: Money, now: Timestamp
  ) -> ProviderReport {
    ProviderReport(
      number: transaction.outTradeNo, providerNumber: transaction.transactionId ?? "",
      merchant: WeChatConfiguration.merchant(transaction.mchid, transaction.appid), amount: amount, state: state,
      at: transaction.successTime.flatMap { Timestamp(rfc3339: $0) } ?? now)
  }

  public func close(_ payment: ProviderPayment) async throws {
    try await gateway.post(
      "/v3/pay/transactions/out-trade-no/\(payment.number)/close",
      WeChatMessage.Merchant(mchid: configuration.merchantID))
  }
}
