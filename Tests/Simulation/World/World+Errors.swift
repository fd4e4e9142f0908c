import Flows
import Payments
import Values

/// What a provider can tell that isn't so, though nobody else has sealed it.
enum ProviderError: String, Sendable {
  case amount, currency, merchant

  func spoiling(_ report: ProviderReport, by minor: Int64) -> ProviderReport {
    let amount =
      switch self {
      case .amount: Money(minor: report.amount.minor + minor, currency: report.amount.currency)
      case .currency: Money(minor: report.amount.minor, currency: .usd)
      case .merchant: report.amount
      }
    return ProviderReport(
      number: report.number, providerNumber: report.providerNumber,
      merchant: self == .merchant ? "somebody-else" : report.merchant, amount: amount, state: report.state,
      at: report.at, refund: report.refund)
  }
}

extension World {
  /// A notice may have one beside it that is as genuine and isn't so.
  func mislead(beside notice: Post.Notice, in shop: SimulatedShop) async throws {
    if stage.happens(\.wrongAmount) { try await mislead(.amount, beside: notice, in: shop) }
    if stage.happens(\.foreign) {
      try await mislead(stage.draw { $0.happens(50) } ? .merchant : .currency, beside: notice, in: shop)
    }
  }

  private func mislead(_ error: ProviderError, beside notice: Post.Notice, in shop: SimulatedShop) async throws {
    var (method, report) = (notice.method, try SealedNotice.read(notice.raw))
    // Of money that nobody has paid where there is such a payment: who believes that gives goods away.
    if let (house, number) = anyTrade(where: { $0.state == .unknown || $0.state == .pending }),
      let trade = house.trade(number)
    {
      (method, report) = (house.method, house.reportIfPaid(trade))
    }
    let minor: Int64 = stage.draw { $0.happens(50) } ? 1 : -1
    stage.note("a notice has another \(error.rawValue) of \(report.number)")
    let told = SealedNotice.sealed(error.spoiling(report, by: minor))
    if try await shop.contexts.payments.takeNotice(told, from: method).status == 200 {
      accuse("another \(error.rawValue) of \(report.number) was acknowledged")
    }
  }

  /// Staff ask the providers about amounts that nobody owed.
  func lookIntoAmounts(in shop: SimulatedShop) async throws {
    let open = try await shop.contexts.payments.cases(.platform, open: true, PageRequest(limit: 100)).items
    for one in open where one.kind == .amountMismatch {
      await attempt("amount of \(one.payment)") { [self] in
        try await WorkPayments(shop.contexts).decide(one.id, .handled, reason: "told in error", by: town.staff)
      }()
    }
  }
}
