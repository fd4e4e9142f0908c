import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Merchants
import Pages
import Settlement
import Values

/// What merchants get: statements with what they are made of, and what is owed. Programs of the platform draw, approve and
/// pay them.
struct StaffSettlementEndpoints: Sendable {
  private static let viewers = APIDescription.Access.staff([.settlementsView])
  private static let cashiers = APIDescription.Access.staff([.settlementsRun])

  private struct Run: Decodable {
    let through: String
  }

  private struct Payout: Decodable {
    let reference: String
  }

  private let parts: APIParts
  private var work: WorkSettlements { parts.flows.workSettlements }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] {
    [list.exporting("settlements"), balances, statement, lines.exporting("statement"), run, approve, pay, cancel]
      + StaffCommissionEndpoints(parts).all
  }

  // MARK: Reading

  private var list: Endpoint {
    let description = APIDescription(
      .get, "/admin/settlements", .staffMoney,
      "Statements of what merchants get, the newest first; as a file the list of payouts. Of a merchant its own",
      access: Self.viewers, with: "StatementPage"
    ).query("merchant", .id("mer"), "Whose; staff of a merchant see their own alone.")
      .query("state", .choice(StatementState.allCases.map(\.rawValue)), "Only those in this state.")
      .query("from", .time, "Drawn then or later.").query("until", .time, "Drawn earlier.")
      .paged().refusing("unknownMerchant", "invalidInput")
    return Endpoint(description) { call in
      let merchant = try call.merchant()
      var faults = FieldFaults()
      let filter = StatementFilter(
        merchant: merchant, state: call.choice("state", &faults), drawnFrom: call.query.time("from", &faults),
        drawnBefore: call.query.time("until", &faults))
      try faults.throwIfAny()
      let page = try await work.statements(for: try call.staff(), matching: filter, call.page())
      let items = page.items.map { StatementAnswer($0.statement, of: $0.merchant) }
      return try Answer(PageAnswer(items: items, next: page.next?.description)).linking(to: page.next, call)
    }
  }

  private var balances: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/settlements/balances", .staffMoney,
        "What is owed to the token's merchant, by currency; for tokens of the platform what all accounts have",
        access: Self.viewers, with: "SettlementBalances")
    ) { call in
      let staff = try call.staff()
      return try Answer(
        SettlementBalancesAnswer(
          owed: try await work.balance(for: staff).map(SettlementBalancesAnswer.Owed.init),
          accounts: try await work.balances(for: staff).map(SettlementBalancesAnswer.Account.init)))
    }
  }

  private var statement: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/settlements/{id}", .staffMoney, "One statement", access: Self.viewers, with: "Statement"
      ).refusing("unknownStatement")
    ) { call in
      let seen = try await work.statement(try Self.id(call), for: try call.staff())
      return try Answer(StatementAnswer(seen.statement, of: seen.merchant))
    }
  }

  private var lines: Endpoint {
    let description = APIDescription(
      .get, "/admin/settlements/{id}/lines", .staffMoney,
      "What a statement has, order by order, those that were placed earlier first", access: Self.viewers,
      with: "StatementLinePage"
    ).paged().refusing("unknownStatement", "invalidInput")
    return Endpoint(description) { call in
      let page = try await work.lines(of: try Self.id(call), call.page(), for: try call.staff())
      return try Answer(PageAnswer(items: page.items.map(StatementLineAnswer.init), next: page.next?.description))
        .linking(to: page.next, call)
    }
  }

  // MARK: Doing

  private var run: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/settlements/runs", .staffMoney,
        "Draws a statement for each merchant of whom orders ended in time, up to a day that is over. Run again, it finds "
          + "those that it drew", access: Self.cashiers, with: "SettlementRun"
      ).repeatable().taking("NewSettlementRun").refusing("invalidInput")
    ) { call in
      let body: Run = try call.decoded()
      guard let day = ShopDay(text: body.through) else { throw FieldFaults(field: "through", code: "notADate") }
      return try Answer(SettlementRunAnswer(try await work.run(through: day, for: nil, by: try call.staff())))
    }
  }

  private var approve: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/settlements/{id}/approval", .staffMoney,
        "Approves what was drawn, by somebody else than who drew it where the shop says so", access: Self.cashiers,
        with: "Statement"
      ).refusing("unknownStatement", "statementMoved", "sameHands")
    ) { call in try await answer(try await work.approve(try Self.id(call), by: try call.staff())) }
  }

  private var pay: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/settlements/{id}/payout", .staffMoney,
        "Says that an approved statement was paid, with the bank's reference", access: Self.cashiers, with: "Statement"
      ).taking("Payout").refusing("unknownStatement", "statementMoved", "invalidInput")
    ) { call in
      let body: Payout = try call.decoded()
      return try await answer(
        try await work.markPaid(try Self.id(call), reference: body.reference, by: try call.staff()))
    }
  }

  private var cancel: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/settlements/{id}/cancellation", .staffMoney,
        "Cancels a statement that isn't paid: its orders are open again", access: Self.cashiers, with: "Statement"
      ).refusing("unknownStatement", "statementMoved")
    ) { call in try await answer(try await work.cancel(try Self.id(call), by: try call.staff())) }
  }

  private static func id(_ call: APICall) throws -> StatementID {
    try call.id("id", or: SettlementRefusal.unknownStatement)
  }

  /// Whoever may run settlements may not be allowed to see them all, but what they did.
  private func answer(_ statement: Statement) async throws -> Answer {
    let merchant = try await parts.contexts.merchants.merchant(statement.merchant)
    return try Answer(StatementAnswer(statement, of: merchant?.name ?? LocalizedText()))
  }
}
