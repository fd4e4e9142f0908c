import Values

/// A method without anybody behind it: cash at the door, a transfer to the shop's account. There is nothing to ask; staff
/// say what came (`MoneyDeskService.confirm`) and what was paid out.
public struct OwnMethod: PaymentProvider {
  /// In the order in which to offer them.
  static let all: [PaymentMethod] = [.transfer, .cash]
  /// Of refunds that a person has to pay out.
  static let byHand = "byHand"

  public let method: PaymentMethod
  public let merchant = "own"
  public let ways: [PaymentWay]
  public var isOwn: Bool { true }
  public var statements: StatementCalendar? { nil }

  /// Nil where it takes any amount.
  let terms: PaymentTerms?
  private let clock: WallClock

  /// - Parameter most: the highest amount of a payment; nil sets no bound.
  public init(_ method: PaymentMethod, most: Money? = nil, clock: WallClock) {
    self.method = method
    self.clock = clock
    terms = most.map(Self.terms(upTo:))
    ways = PaymentWay.allCases
  }

  /// Without fees, and with a highest amount of a payment.
  public static func terms(upTo most: Money) -> PaymentTerms {
    PaymentTerms(isOn: true, feePoints: 0, feeFixed: .zero(most.currency), most: most)
  }

  public func open(_ payment: ProviderPayment) async throws -> ProviderOpening { ProviderOpening(.here) }

  public func query(_ payment: ProviderPayment) async throws -> ProviderReport {
    ProviderReport(
      number: payment.number, providerNumber: "", merchant: merchant, amount: payment.amount, state: .pending,
      at: clock.now)
  }

  public func close(_ payment: ProviderPayment) async throws {}

  public func refund(_ refund: ProviderRefund) async throws -> ProviderRefundReport { waiting(refund) }
  public func queryRefund(_ refund: ProviderRefund) async throws -> ProviderRefundReport { waiting(refund) }

  private func waiting(_ refund: ProviderRefund) -> ProviderRefundReport {
    ProviderRefundReport(number: refund.number, amount: refund.amount, state: .stuck, reason: Self.byHand)
  }

  /// Nobody sends any.
  public func verify(_ notice: RawNotice) async throws -> ProviderReport? { throw NoticeFault.unsigned }
  public func answer(accepted: Bool) -> NoticeAnswer {
    NoticeAnswer(status: 404, contentType: "text/plain", body: "")
  }

  public func readStatement(of day: ProviderDay, _ take: @Sendable ([StatementRow]) async throws -> Void) async throws {
  }
}
