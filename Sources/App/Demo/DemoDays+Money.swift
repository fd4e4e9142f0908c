import Accounts
import Flows
import Orders
import Payments
import Sandbox
import Settlement
import Values

/// What becomes of the money: bills that differ from the books, payments that come too late, and what merchants get.
extension DemoDays {
  static let method = SandboxProvider.name
  /// What the sandbox keeps of each payment, in ten-thousandths.
  private static let agreedFee = 60
  /// Statements that are younger than this wait for somebody.
  private static let leftDays = 6
  private static let most = 50

  /// Each Tuesday at eleven somebody sees to the statements that were drawn on Monday.
  func planMoney() {
    for (index, slip) in script.unheard.enumerated() { agenda.add(.unheard(index), at: ago(slip.daysAgo)) }
    for number in 0..<DemoPast.days {
      let day = past.firstDay.adding(number)
      let at = day.start.adding(.hours(11))
      // 1970-01-01 was a Thursday.
      let isTuesday = (day.rawValue + 3) % 7 == 1
      if isTuesday, at < past.now.adding(.days(-Self.leftDays)) { agenda.add(.settle, at: at) }
    }
  }

  func agreeOnFee() async throws {
    try await acting(boss) { staff in
      try await flows.workReconciliation.setFee(
        BillFeeRule(method: Self.method, parts: Self.agreedFee, fixed: 0), of: Self.method, by: staff)
    }
  }

  // MARK: What providers tell, and what they don't

  /// Whether the shop acknowledged.
  func hear(_ notice: SandboxAtHand.Notice) async throws -> Bool {
    let raw = RawNotice(headers: notice.headers, body: notice.body)
    return try await contexts.payments.takeNotice(raw, from: Self.method).status == 200
  }

  func payLate(_ payment: PaymentID) async throws {
    try await past.sandbox.payLate("\(payment)") { try await hear($0) }
  }

  /// Of an order that is through, a part.
  func giveBackUnheard(_ index: Int) async throws {
    let slip = script.unheard[index]
    guard let amount = Money(decimalText: slip.amount, currency: shop.settings.currency) else {
      throw DemoFault.unusable("amount \(slip.amount)")
    }
    try await past.settle()
    for order in try await candidates(.completed) where order.amounts.due.minor > amount.minor * 3 {
      let payments = try await contexts.payments.payments(of: order.id)
      guard let payment = payments.first(where: { $0.method == Self.method && $0.state == .captured }) else { continue }
      asked.insert(order.id)
      unheard[index] = payment.id
      try await past.sandbox.giveBackUnheard("\(payment.id)", amount: amount.minor)
      // By then the bill of the day is here.
      if slip.reason != nil { agenda.add(.takeOver(index), at: now.adding(.hours(42))) }
      return
    }
  }

  func takeOver(_ index: Int) async throws {
    guard let payment = unheard[index], let reason = script.unheard[index].reason else { return }
    let filter = BillDifferenceFilter(method: Self.method, state: .open, number: "\(payment)")
    try await acting(boss) { staff in
      let work = flows.workReconciliation
      for difference in try await work.differences(matching: filter, PageRequest(limit: 1), for: staff).items {
        _ = try await work.settle(difference.id, by: .correct, reason: Self.both(reason), by: staff)
      }
    }
  }

  // MARK: What merchants get

  func settle() async throws {
    try await past.settle()
    let work = flows.workSettlements
    try await acting(boss) { staff in
      let approved = try await statements(.approved, for: staff)
      for (number, statement) in approved.enumerated() {
        let reference = "\(ShopDay(now))-\(number + 1)"
        _ = try await work.markPaid(statement.id, reference: reference, by: staff)
      }
      for statement in try await statements(.drafted, for: staff) {
        _ = try await work.approve(statement.id, by: staff)
      }
    }
  }

  private func statements(_ state: StatementState, for staff: Staff) async throws -> [Statement] {
    try await flows.workSettlements.statements(
      for: staff, matching: StatementFilter(state: state), PageRequest(limit: Self.most)
    ).items.map(\.statement)
  }
}
