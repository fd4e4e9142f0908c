import Payments
import Values

/// WeChat Pay with a bill that lies on the disk, and nothing else.
struct BillProvider: PaymentProvider {
  let method: PaymentMethod
  let merchant = "bench"
  let ways = [PaymentWay.code]
  let path: String

  init(path: String) throws {
    guard let method = PaymentMethod(rawValue: "wechat") else { throw ProviderFault.refused(code: "name") }
    self.method = method
    self.path = path
  }

  func readStatement(of _: ProviderDay, _ take: @Sendable ([StatementRow]) async throws -> Void) async throws {
    try await WeChatProvider.readBill(path, take)
  }

  private var nothing: ProviderFault { .refused(code: "bench") }

  func open(_: ProviderPayment) async throws -> ProviderOpening { throw nothing }
  func query(_: ProviderPayment) async throws -> ProviderReport { throw nothing }
  func close(_: ProviderPayment) async throws { throw nothing }
  func refund(_: ProviderRefund) async throws -> ProviderRefundReport { throw nothing }
  func queryRefund(_: ProviderRefund) async throws -> ProviderRefundReport { throw nothing }
  func verify(_: RawNotice) async throws -> ProviderReport? { nil }
  func answer(accepted _: Bool) -> NoticeAnswer { NoticeAnswer(status: 200, contentType: "text/plain", body: "") }
}
