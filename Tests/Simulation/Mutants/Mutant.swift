import Inventory
import Payments
import Storage
import Values

/// Shops with one thing wrong, each of which the books must find: a simulation that finds nothing proves nothing.
enum Mutant: String, CaseIterable, Sendable {
  /// Each refund goes out twice, under two numbers.
  case refundsTwice
  /// A refund without an answer counts as one that was refused.
  case takesSilenceForNo
  /// A notice is believed whoever sent it.
  case believesAnybody
  /// Whatever amount is told, in whatever currency, counts as the one that was asked for.
  case ignoresAmounts
  /// Another merchant's money counts as the shop's.
  case ignoresMerchants
  /// A question about money that came is answered as if it hadn't.
  case deniesMoney
  /// A notice that comes again sets its payment back.
  case movesBackwards
  /// Goods that come back never reach their shelf.
  case losesGoods
  /// Nobody tells the merchants' books of money.
  case forgetsMerchants
  /// Coupons and points of what was cancelled stay used.
  case keepsDiscounts
  /// What a payment that ended unpaid had of a balance comes back twice.
  case returnsBalanceTwice
  /// What buyers were given isn't in the merchants' books.
  case forgetsCredits
  /// A part of what is due stays unclear when the rest has come.
  case keepsPartsUnclear
  /// What is written off is nobody's loss.
  case forgetsLosses
  /// Of each bill a line is lost.
  case losesBilledLines

  /// How the names begin of those who hear nothing, though they should.
  var deaf: String? {
    switch self {
    case .forgetsMerchants: "settlement."
    case .keepsDiscounts: "pricing."
    default: nil
    }
  }

  /// What the database does behind the shop's back.
  func spoil(_ storage: WorldStorage) throws {
    if self == .forgetsCredits {
      try storage.run("DELETE FROM settlement_credit")
      try storage.run("DELETE FROM book_entry WHERE order_id IS NULL")
      try storage.run("DELETE FROM book_balance WHERE merchant_id = 0")
    }
    if self == .keepsPartsUnclear {
      try storage.run(
        """
        CREATE TRIGGER never_clear BEFORE INSERT ON unclear_money WHEN NEW.kind = 'left'
        BEGIN
          SELECT RAISE(IGNORE);
        END
        """)
    }
    if self == .forgetsLosses {
      try storage.run(
        """
        CREATE TRIGGER never_lost BEFORE INSERT ON unclear_money WHEN NEW.kind = 'lost'
        BEGIN
          SELECT RAISE(IGNORE);
        END
        """)
    }
    guard self == .returnsBalanceTwice else { return }
    try storage.run(
      """
      CREATE TRIGGER returned_twice AFTER INSERT ON balance_movement WHEN NEW.kind = 'returned' AND NEW.id > 0
      BEGIN
        UPDATE balance SET amount = amount + NEW.amount
        WHERE account_id = NEW.account_id AND currency = NEW.currency;
        INSERT INTO balance_movement (id, movement_key, account_id, currency, kind, amount, balance_after, payment_id,
          reason, moved_at)
        VALUES (-NEW.id, NEW.movement_key || ':2', NEW.account_id, NEW.currency, NEW.kind, NEW.amount,
          NEW.balance_after + NEW.amount, NEW.payment_id, NEW.reason, NEW.moved_at);
      END
      """)
  }

  func desk(_ desk: any PaymentProvider) -> any PaymentProvider { DeskDouble(base: desk, mutant: self) }

  func stock(_ inventory: any InventoryService) -> any InventoryService {
    self == .losesGoods ? StockDouble(base: inventory) : inventory
  }

  static func moveBack(_ payment: PaymentID, in database: SimulatedDatabase) async throws {
    try await database.write { transaction in
      _ = try transaction.execute(
        "UPDATE payment SET state = \(PaymentState.pending.rawValue) WHERE id = \(payment)")
    }
  }
}

private struct DeskDouble: PaymentProvider {
  let base: any PaymentProvider
  let mutant: Mutant

  var method: PaymentMethod { base.method }
  var merchant: String { base.merchant }
  var ways: [PaymentWay] { base.ways }
  var statements: StatementCalendar? { base.statements }

  func open(_ payment: ProviderPayment) async throws -> ProviderOpening { try await base.open(payment) }

  func query(_ payment: ProviderPayment) async throws -> ProviderReport {
    let report = try await base.query(payment)
    guard mutant == .deniesMoney, report.state == .captured else { return report }
    return ProviderReport(
      number: report.number, providerNumber: "", merchant: report.merchant, amount: report.amount, state: .closed,
      at: report.at)
  }

  func close(_ payment: ProviderPayment) async throws { try await base.close(payment) }

  func refund(_ refund: ProviderRefund) async throws -> ProviderRefundReport {
    if mutant == .refundsTwice {
      let twin = ProviderRefund(
        payment: refund.payment, number: "\(refund.number)b", amount: refund.amount, reason: refund.reason)
      _ = try? await base.refund(twin)
    }
    do {
      return try await base.refund(refund)
    } catch ProviderFault.outcomeUnknown where mutant == .takesSilenceForNo {
      throw ProviderFault.refused(code: "SILENCE")
    }
  }

  func queryRefund(_ refund: ProviderRefund) async throws -> ProviderRefundReport {
    try await base.queryRefund(refund)
  }

  func verify(_ notice: RawNotice) async throws -> ProviderReport? {
    if mutant == .believesAnybody { return try SealedNotice.read(notice) }
    guard let report = try await base.verify(notice) else { return nil }
    let known = (base as? ProviderDesk)?.house.trade(report.number)?.amount
    return ProviderReport(
      number: report.number, providerNumber: report.providerNumber,
      merchant: mutant == .ignoresMerchants ? merchant : report.merchant,
      amount: mutant == .ignoresAmounts ? known ?? report.amount : report.amount, state: report.state, at: report.at,
      refund: report.refund)
  }

  func answer(accepted: Bool) -> NoticeAnswer { base.answer(accepted: accepted) }

  func readStatement(of day: ProviderDay, _ take: @Sendable ([StatementRow]) async throws -> Void) async throws {
    guard mutant == .losesBilledLines else { return try await base.readStatement(of: day, take) }
    try await base.readStatement(of: day) { try await take(Array($0.dropFirst())) }
  }
}
