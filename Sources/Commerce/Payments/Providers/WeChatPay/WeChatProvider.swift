import Foundation
import Signatures
import Values

/// WeChat Pay, API version 3: QR code, phone page and mini-program.
public struct WeChatProvider: PaymentProvider {
  public static let name = PaymentMethod(known: "wechat")
  private static let longestDescription = 127

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
    switch payment.way {
    case .code:
      let opened: WeChatMessage.Opened = try await gateway.post("/v3/pay/transactions/native", wish)
      return ProviderOpening(.code(text: try needed(opened.codeUrl)))
    case .mobile:
      guard let address = payment.client.address else { throw ProviderFault.refused(code: "address") }
      wish.sceneInfo = .init(payerClientIp: address, h5Info: .init(type: "Wap"))
      let opened: WeChatMessage.Opened = try await gateway.post("/v3/pay/transactions/h5", wish)
      return ProviderOpening(.redirect(url: try needed(opened.h5Url) + "&redirect_url=" + escaped(payment.returnURL)))
    case .client:
      guard let openID = payment.client.openID else { throw ProviderFault.refused(code: "openid") }
      wish.payer = .init(openid: openID)
      let opened: WeChatMessage.Opened = try await gateway.post("/v3/pay/transactions/jsapi", wish)
      return ProviderOpening(.client(parameters: try parameters(of: needed(opened.prepayId))))
    case .page: throw ProviderFault.refused(code: "way")
    }
  }

  private func needed(_ text: String?) throws -> String {
    guard let text else { throw ProviderFault.outcomeUnknown("an answer that lacks something") }
    return text
  }

  private func escaped(_ url: String) -> String {
    url.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
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

  public func query(_ payment: ProviderPayment) async throws -> ProviderReport {
    do {
      let transaction: WeChatMessage.Transaction = try await gateway.get(
        "/v3/pay/transactions/out-trade-no/\(payment.number)?mchid=\(configuration.merchantID)")
      return try report(transaction, orElse: payment.amount)
    } catch ProviderFault.refused(let code) where code == "ORDER_NOT_EXIST" {
      return ProviderReport(
        number: payment.number, providerNumber: "", merchant: merchant, amount: payment.amount, state: .unknown,
        at: gateway.clock.now)
    }
  }

  /// - Parameter amount: taken for what nobody paid, where the answer leaves it out.
  private func report(_ transaction: WeChatMessage.Transaction, orElse amount: Money) throws -> ProviderReport {
    guard let state = WeChatMessage.state(transaction.tradeState),
      let told = transaction.amount.map({ Self.money($0) }) ?? (state == .captured ? nil : amount)
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
