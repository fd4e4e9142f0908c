import Accounts
import Flows
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Pages
import Payments
import Values

/// The bills of single days: how far each is, both sides of it, to ask for one again, and to bring one as a file. For
/// programs of the platform.
struct StaffBillEndpoints: Sendable {
  private static let access = StaffReconciliationEndpoints.access
  private static let day = "/admin/reconciliation/days/{method}/{day}"
  /// Bytes.
  private static let longestFile = 256 << 20
  private static let types = [
    "text/csv", "text/plain", "application/json", "application/zip", "application/x-zip-compressed", "application/gzip",
    "application/x-gzip", "application/vnd.ms-excel", "application/octet-stream",
  ]

  private struct Named {
    let method: PaymentMethod
    let day: ProviderDay
    let staff: Staff
  }

  private let parts: APIParts
  private var work: WorkReconciliation { parts.flows.workReconciliation }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [list.exporting("bill-days"), bill, movements, fetch, bring] }

  private var list: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/reconciliation/days", .staffMoney,
        "The days of a month, method by method: one for each currency in which something moved, and one without `totals` "
          + "where nothing did", access: Self.access, with: "BillDayList"
      ).query("month", BillAnswers.month, "`2026-11`; that of yesterday unless it says otherwise.")
        .refusing("invalidInput")
    ) { call in
      let month = try parts.billMonth(call)
      let days = try await work.days(of: month, for: try call.staff())
      return try Answer(ListAnswer(items: days.flatMap { BillDayRowAnswer.rows(of: $0.bill, $0.totals) }))
    }
  }

  private var bill: Endpoint {
    Endpoint(
      APIDescription(
        .get, Self.day, .staffMoney,
        "One day of a provider's calendar that is over, with both sides of it; `bill` is null where nobody has asked for it",
        access: Self.access, with: "BillDayDetail"
      ).refusing("unknownBill")
    ) { call in try await answer(try named(call)) }
  }

  private var movements: Endpoint {
    let description = APIDescription(
      .get, "\(Self.day)/movements", .staffMoney,
      "What moved that day and is neither payment nor refund: payouts, disputes, charges, in the bill's order",
      access: Self.access, with: "BillMovementPage"
    ).paged().refusing("unknownBill", "invalidInput")
    return Endpoint(description) { call in
      let named = try named(call)
      _ = try await standing(named)
      let page = try await work.movements(of: named.method, on: named.day, call.page(), for: named.staff)
      return try Answer(PageAnswer(items: page.items.map(BillMovementAnswer.init), next: page.next?.description))
        .linking(to: page.next, call)
    }
  }

  private var fetch: Endpoint {
    Endpoint(
      APIDescription(
        .post, "\(Self.day)/retrieval", .staffMoney,
        "Asks for the bill anew as soon as the next round comes; what stands stays until it is here",
        access: Self.access,
        answers: .accepted, with: "BillDayDetail"
      ).refusing("unknownBill", "billBusy")
    ) { call in
      let named = try named(call)
      _ = try await standing(named)
      try await work.fetchAgain(named.method, on: named.day, by: named.staff)
      var answer = try await answer(named)
      answer.status = .accepted
      return answer
    }
  }

  private var bring: Endpoint {
    Endpoint(
      APIDescription(
        .post, "\(Self.day)/bill", .staffMoney,
        "Takes the day's bill as a file, as it comes from the provider's own pages, packed or not, in place of the one "
          + "that is here", access: Self.access, with: "BillDayDetail"
      ).bringing(Self.types, upTo: Self.longestFile).refusing("unknownBill", "billBusy", "invalidInput")
    ) { call in
      let named = try named(call)
      _ = try await standing(named)
      guard let file = call.file, file.size > 0 else { throw FieldFaults(field: "file", code: "missing") }
      try await work.bring(file: file.place.path, of: named.method, on: named.day, by: named.staff)
      return try await answer(named)
    }
  }

  /// Throws `BillRefusal.unknownBill` for what names no day of a bill.
  private func named(_ call: APICall) throws -> Named {
    let staff = try call.staff()
    try work.expect(staff)
    guard let method = PaymentMethod(rawValue: call.parameter("method")),
      let day = ProviderDay(rawValue: call.parameter("day"))
    else { throw BillRefusal.unknownBill }
    return Named(method: method, day: day, staff: staff)
  }

  private func standing(_ named: Named) async throws -> BillDay? {
    try await work.bill(of: named.method, on: named.day, at: parts.clock.now, for: named.staff)
  }

  private func answer(_ named: Named) async throws -> Answer {
    let bill = try await standing(named)
    let totals = try await work.totals(of: named.method, on: named.day, for: named.staff)
    return try Answer(
      BillDayDetailAnswer(
        method: named.method.rawValue, day: named.day.rawValue, bill: bill.map(BillDayAnswer.init),
        totals: totals.map(BillTotalsAnswer.init)))
  }
}
