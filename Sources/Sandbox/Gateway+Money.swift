import Values

extension Gateway {
  /// Gives money back at once. The same number again gives the refund that there is, unless it asks for something else.
  func refund(payment number: String, refund: String, amount: Int64, currency: Currency, reason: String) throws
    -> SandboxRefund
  {
    if let present = memory.refunds[refund] {
      guard present.payment == number, present.amount == amount, present.currency == currency else {
        throw SandboxRefusal.numberUsed
      }
      return present
    }
    let payment = try payment(number)
    guard payment.state == .paid else { throw SandboxRefusal.notPaid }
    guard payment.currency == currency else { throw SandboxRefusal.otherCurrency }
    guard amount <= payment.amount - memory.refunded(of: number) else { throw SandboxRefusal.refundTooLarge }
    let now = clock.now
    let given = SandboxRefund(
      number: refund, payment: number, tradeNumber: tradeNumber("R", at: now), amount: amount, currency: currency,
      reason: reason, at: now)
    try record(SandboxChange(refund: given))
    return given
  }

  /// Gives money back without the shop, as somebody at the platform's own desk would, and tells the shop.
  func refundUnasked(payment number: String, amount: Int64) throws -> SandboxPayment {
    let payment = try payment(number)
    guard payment.state == .paid else { throw SandboxRefusal.notPaid }
    guard amount > 0 else { throw SandboxRefusal.invalidRequest }
    guard amount <= payment.amount - memory.refunded(of: number) else { throw SandboxRefusal.refundTooLarge }
    let now = clock.now
    let tradeNumber = tradeNumber("R", at: now)
    let given = SandboxRefund(
      number: tradeNumber, payment: number, tradeNumber: tradeNumber, amount: amount, currency: payment.currency,
      reason: "", at: now)
    try record(SandboxChange(refund: given, notice: notice(of: payment, refund: given.number)))
    return payment
  }

  func refund(_ number: String) throws -> SandboxRefund {
    guard let refund = memory.refunds[number] else { throw SandboxRefusal.unknownRefund }
    return refund
  }

  /// What moved on a day of China's calendar, in the order in which it did.
  func statement(of day: String) -> [Message.Row] {
    let payments = memory.payments.values.filter { $0.state == .paid && $0.at.chineseDay == day }.map {
      Message.Row(
        kind: .payment, number: $0.number, refund: nil, tradeNumber: $0.tradeNumber, amount: $0.amount,
        fee: Self.fee($0.amount), currency: $0.currency.code, at: $0.at.milliseconds)
    }
    let refunds = memory.refunds.values.filter { $0.at.chineseDay == day }.map {
      Message.Row(
        kind: .refund, number: $0.payment, refund: $0.number, tradeNumber: $0.tradeNumber, amount: $0.amount,
        fee: Self.fee($0.amount), currency: $0.currency.code, at: $0.at.milliseconds)
    }
    return (payments + refunds).sorted { ($0.at, $0.tradeNumber) < ($1.at, $1.tradeNumber) }
  }

  /// 0.6 %, rounded half up to the minor unit.
  static func fee(_ amount: Int64) -> Int64 { (amount * 6 + 500) / 1000 }
}
