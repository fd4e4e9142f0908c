import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Payments
import Values

/// The books against the providers' bills: how they stand, what differs, and months. For programs of the platform.
struct StaffReconciliationEndpoints: Sendable {
  static let access = APIDescription.Access.staff([.reconciliationWork])

  private struct Decision: Decodable {
    let decision: String
    let reason: String?
  }

  private struct Fee: Decodable {
    let percent: String?
    let fixed: String?
  }

  private let parts: APIParts
  private var work: WorkReconciliation { parts.flows.workReconciliation }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] {
    [
      standing, agree, report.exporting("reconciliation"), differences.exporting("bill-differences"), difference,
      decide,
    ] + StaffBillEndpoints(parts).all
  }

  private var standing: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/reconciliation", .staffMoney,
        "How many differences are open and days have failed, and of each method that has bills the last day that was "
          + "compared and the fee that was agreed", access: Self.access, with: "BillStanding")
    ) { call in
      let staff = try call.staff()
      let standing = try await work.standing(for: staff)
      let methods = try await work.billed(for: staff).keys
      return try Answer(BillStandingAnswer(standing, methods, try await work.feeRules(for: staff)))
    }
  }

  private var agree: Endpoint {
    Endpoint(
      APIDescription(
        .put, "/admin/reconciliation/fees/{method}", .staffMoney,
        "What a provider may keep of a payment: a percentage, and an amount on top of it, from its next bill on. Where "
          + "neither is said the agreement ends", access: Self.access, with: "BillStanding"
      ).taking("BillFee").refusing("unknownMethod", "invalidInput")
    ) { call in
      let body: Fee = try call.decoded()
      let staff = try call.staff()
      guard let method = PaymentMethod(rawValue: call.parameter("method")) else { throw PaymentRefusal.unknownMethod }
      try await FieldFaults.calling(["parts": "percent"]) {
        let rule = try WorkReconciliation.feeRule(of: method, percent: body.percent, fixed: body.fixed)
        try await work.setFee(rule, of: method, by: staff)
      }
      return try await standing.run(call)
    }
  }

  private var report: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/reconciliation/report", .staffMoney,
        "What went through each provider in a month, by currency, beside what the books have of the same days",
        access: Self.access, with: "BillReport"
      ).query("month", BillAnswers.month, "`2026-11`; that of yesterday unless it says otherwise.")
        .refusing("invalidInput")
    ) { call in
      let month = try parts.billMonth(call)
      let bills = try await work.report(of: month, for: try call.staff())
      return try Answer(BillReportAnswer(month, bills))
    }
  }

  // MARK: Differences

  private var differences: Endpoint {
    let description = APIDescription(
      .get, "/admin/reconciliation/differences", .staffMoney,
      "All in which bills and books don't agree, the newest days first", access: Self.access,
      with: "BillDifferencePage"
    ).query("number", .text, "The whole number of a payment, of a refund, or of the provider.")
      .query("state", .choice(BillDifference.State.allCases.map(\.rawValue)), "Only those in this state.")
      .query("kind", .choice(BillDifference.Kind.allCases.map(\.rawValue)), "Only those of this kind.")
      .query("method", .text, "Only those of this method: `wechat`.")
      .query("from", BillAnswers.day, "Of this day of the provider's calendar or later.")
      .query("through", BillAnswers.day, "Of this day or earlier.")
      .paged().refusing("invalidInput")
    return Endpoint(description) { call in
      var faults = FieldFaults()
      let filter = BillDifferenceFilter(
        method: call.choice("method", &faults), kind: call.choice("kind", &faults),
        state: call.choice("state", &faults), from: call.providerDay("from", &faults),
        through: call.providerDay("through", &faults), number: call.sought("number", max: 64, &faults))
      try faults.throwIfAny()
      let page = try await work.differences(matching: filter, call.page(), for: try call.staff())
      return try Answer(PageAnswer(items: page.items.map(BillDifferenceAnswer.init), next: page.next?.description))
        .linking(to: page.next, call)
    }
  }

  private var difference: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/reconciliation/differences/{id}", .staffMoney, "One difference, with both sides of it",
        access: Self.access, with: "BillDifference"
      ).refusing("unknownDifference")
    ) { call in
      try Answer(BillDifferenceAnswer(try await work.difference(try Self.id(call), for: try call.staff())))
    }
  }

  private var decide: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/reconciliation/differences/{id}/decisions", .staffMoney,
        "Takes over what the bill says (`correct`), explains it, leaves it be, or opens it again. To explain and to ignore "
          + "ask for a reason", access: Self.access, with: "BillDifference"
      ).taking("BillDecision").refusing("unknownDifference", "differenceMoved", "billNotApplied", "invalidInput")
    ) { call in
      let body: Decision = try call.decoded()
      let (id, staff) = (try Self.id(call), try call.staff())
      guard let deed = WorkReconciliation.Deed(rawValue: body.decision) else {
        throw FieldFaults(field: "decision", code: "unknown")
      }
      return try Answer(
        BillDifferenceAnswer(try await work.settle(id, by: deed, reason: body.reason ?? "", by: staff)))
    }
  }

  private static func id(_ call: APICall) throws -> BillDifferenceID {
    try call.id("id", or: BillRefusal.unknownDifference)
  }
}

extension APIParts {
  /// The month that is asked about. Throws `FieldFaults`.
  func billMonth(_ call: APICall) throws -> BillMonth {
    guard let text = call.query["month"], !text.isEmpty else {
      return WorkReconciliation.latestMonth(at: clock.now)
    }
    guard let month = BillMonth(rawValue: text) else { throw FieldFaults(field: "month", code: "notAMonth") }
    return month
  }
}

extension APICall {
  /// A day of a provider's calendar. Adds `notADate`.
  fileprivate func providerDay(_ name: String, _ faults: inout FieldFaults) -> ProviderDay? {
    guard let text = query[name], !text.isEmpty else { return nil }
    let day = ProviderDay(rawValue: text)
    if day == nil { faults.add(name, "notADate") }
    return day
  }
}
