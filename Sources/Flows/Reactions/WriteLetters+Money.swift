import Merchants
import Orders
import Payments
import Values

extension WriteLetters {
  /// Less time than this is none to pay in another way.
  private static let leastTime: Duration = .minutes(2)

  /// The buyer may be anywhere by now, or the bank took days: where the order still waits, they are told, and how to pay again.
  /// What was ended here they know, or hear by another letter.
  public func whenPaymentEnded(_ event: PaymentEnded) async throws {
    guard event.isByProvider == true, let payment = try await contexts.payments.payment(event.payment),
      !payment.state.isOpen, !payment.state.hasMoney
    else { return }
    var orders: [(order: Order, merchant: Merchant)] = []
    for share in payment.shares {
      guard let (order, merchant) = try await find(share.order), order.waits(for: payment),
        try await !isPaidOtherwise(order, than: payment)
      else { continue }
      orders.append((order, merchant))
    }
    guard let first = orders.first?.order else { return }
    let isInTime = first.payBefore >= clock.now.adding(Self.leastTime)
    // A payment that closes as its order's time ends is no news beside the end of the order.
    guard isInTime || payment.state == .failed else { return }
    let failure = PaymentFailure(payment: payment, orders: orders, payableUntil: isInTime ? first.payBefore : nil)
    try await send(.paymentFailed(failure), to: payment.payer)
  }

  private func isPaidOtherwise(_ order: Order, than payment: Payment) async throws -> Bool {
    try await contexts.payments.payments(of: order.id).contains { other in
      other.id != payment.id && other.occasion == payment.occasion && (other.state.isOpen || other.state.hasMoney)
    }
  }

  /// Both sides believe that the buyer has the money: the letter of the refund said so.
  public func whenRefundCameBack(_ event: RefundCameBack) async throws {
    guard let (order, merchant) = try await find(event.order) else { return }
    try await send(.refundCameBack(event, order, of: merchant), to: order.buyer, and: merchant)
  }

  public func whenOrderPromised(_ event: OrderPromised) async throws {
    guard let (order, merchant) = try await find(event.order) else { return }
    let occasion = Occasion.orderPromised(order, of: merchant)
    try await send(occasion, to: event.buyer, and: merchant)
  }

  public func whenBalanceCredited(_ event: BalanceCredited) async throws {
    try await send(.balanceCredited(event), to: event.account)
  }

  /// Refunds of cases have letters of their own; this is money that came and that no order could take.
  public func whenStrayMoneyWentBack(_ event: RefundSettled) async throws {
    guard let refund = try await contexts.payments.refund(event.refund),
      refund.key.hasPrefix(WhenPaymentCaptured.lateKeys), let (order, merchant) = try await find(refund.order)
    else { return }
    try await send(.strayMoneyBack(order, of: merchant, refund: refund), to: order.buyer)
  }
}

extension Order {
  /// Whether what a payment was for is still to be paid: the order, or what a change of it added.
  fileprivate func waits(for payment: Payment) -> Bool {
    guard let occasion = payment.occasion else { return state == .awaitingPayment }
    return openDifference != nil && occasion == PayOrder.occasion(of: self)
  }
}
