import Accounts
import Flows
import Foundation
import HTTPTypes
import Hummingbird
import Pages
import Payments
import Values

/// `/admin/reconciliation/days/{method}/{day}`: both sides of a day, what differs, and the bill itself: to ask for it again,
/// or bring it as a file.
struct BillDayDesk: Desk {
  private static let most = 100
  private static let longestFile = 256 << 20

  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }
  private var work: WorkReconciliation { maker.flows.workReconciliation }

  private struct Named {
    let method: PaymentMethod
    let day: ProviderDay
    let bill: BillDay?
    let staff: Staff
  }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/reconciliation/days/:method/:day") { request, context in
      try await show(try await named(context), nil, request, context)
    }
    router.post("/admin/reconciliation/days/:method/:day/fetch") { request, context in
      let named = try await named(context)
      _ = try await Form(body: request, context: context)
      let address = Addresses.bill(named.method, named.day)
      do {
        try await work.fetchAgain(named.method, on: named.day, by: named.staff)
        return maker.go(address, saying: Flash(.good, "billAsked"))
      } catch let refusal as BillRefusal where refusal.kind == .conflict {
        return maker.go(address, saying: Flash(.bad, refusal.code))
      }
    }
    router.post("/admin/reconciliation/days/:method/:day/file") { try await bring($0, $1) }
  }

  private func named(_ context: ShopRequestContext) async throws -> Named {
    let staff = try context.visit.requireStaff()
    try work.expect(staff)
    guard let method = context.parameters.get("method").flatMap(PaymentMethod.init(rawValue:)),
      let day = context.parameters.get("day").flatMap(ProviderDay.init(rawValue:))
    else { throw BillRefusal.unknownBill }
    let bill = try await work.bill(of: method, on: day, at: maker.clock.now, for: staff)
    return Named(method: method, day: day, bill: bill, staff: staff)
  }

  private func bring(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let named = try await named(context)
    let sent: StreamedForm
    do {
      sent = try await StreamedForm(body: request, field: "bill", upTo: Self.longestFile)
    } catch BodyRefusal.tooLarge {
      let fault = FieldFaults(field: "bill", code: "csvTooLarge", details: ["max": String(Self.longestFile >> 20)])
      return try await show(named, fault, request, context, status: .contentTooLarge)
    }
    defer { sent.removeFile() }
    do {
      guard let file = sent.file else { throw FieldFaults(field: "bill", code: "missing") }
      try await work.bring(file: file.place.path, of: named.method, on: named.day, by: named.staff)
      return maker.go(Addresses.bill(named.method, named.day), saying: Flash(.good, "billBrought"))
    } catch let faults as FieldFaults {
      // The field is the form's.
      let own = FieldFaults(faults.faults.map { .init(field: "bill", code: $0.code, details: $0.details) })
      return try await show(named, own, request, context)
    } catch let refusal as BillRefusal where refusal.kind == .conflict {
      return try await show(named, refusal, request, context)
    }
  }

  private func show(
    _ named: Named, _ refusal: (any Refusal)?, _ request: Request, _ context: ShopRequestContext,
    status: HTTPResponse.Status? = nil
  ) async throws -> Response {
    let words = frame.words(context)
    let (method, day, staff) = (named.method, named.day, named.staff)
    let filter = BillDifferenceFilter(method: method, from: day, through: day)
    let differences = try await work.differences(matching: filter, PageRequest(limit: Self.most), for: staff)
    let after = Form(query: request)["after"].flatMap { Cursor($0) }
    let movements = try await work.movements(
      of: method, on: day, PageRequest(limit: Self.most, after: after), for: staff)
    let refused = RefusedForm(Form(), refusal, words)
    var model = BillDayModel(method, day, named.bill, words)
      .model(try await work.totals(of: method, on: day, for: staff), differences, movements)
    model["form"] = refused.model(["bill"])
    return refused.answer(
      try await frame.page(
        "bill-day", title: "\(MoneyWords.method(method, words)) \(BillWords(words).day(day))",
        desk: Addresses.reconciliationDesk, model, request, context, status: status ?? refusal?.status ?? .ok))
  }
}

/// The values of a day's page.
struct BillDayModel {
  private let method: PaymentMethod
  private let day: ProviderDay
  private let bill: BillDay?
  private let words: Words
  private let text: BillWords

  init(_ method: PaymentMethod, _ day: ProviderDay, _ bill: BillDay?, _ words: Words) {
    self.method = method
    self.day = day
    self.bill = bill
    self.words = words
    text = BillWords(words)
  }

  func model(
    _ totals: [BillTotals], _ differences: Page<BillDifference>, _ movements: Page<BillMovement>
  ) -> Model {
    let address = Addresses.bill(method, day)
    var model: Model = [
      "backURL": Addresses.bills(in: BillMonth(day)), "methodName": text.method(method), "day": text.day(day),
      "beforeURL": Addresses.bill(method, day.adding(-1)), "afterURL": Addresses.bill(method, day.adding(1)),
      "state": text.sign(bill?.sign ?? .notYet), "facts": facts, "hasFacts": bill != nil,
      "totals": totals.map(sides), "hasTotals": !totals.isEmpty,
      "differences": differences.items.map(text.row), "hasDifferences": !differences.items.isEmpty,
      "allURL": Addresses.with(
        [("method", method.rawValue), ("dayFrom", day.rawValue), ("dayTo", day.rawValue)], Addresses.billDifferences),
      "hasMore": differences.next != nil, "movements": movements.items.map(movement),
      "hasMovements": !movements.items.isEmpty, "fetchURL": "\(address)/fetch", "fileURL": "\(address)/file",
    ]
    if let next = movements.next { model["nextURL"] = Addresses.with([("after", next.description)], address) }
    return model
  }

  private var facts: [Model] {
    guard let bill else { return [] }
    func fact(_ word: String, _ value: String?) -> Model? {
      value.map { ["factName": words["reconciliation.\(word)"] ?? "", "factText": $0] }
    }
    return [
      fact("rows", bill.fetchedAt == nil ? nil : String(bill.rows)),
      fact("source", bill.source.flatMap { words["reconciliation.sources.\($0.rawValue)"] }),
      fact("fetchedAt", bill.fetchedAt.map(text.format.dateTime)),
      fact("matchedAt", bill.matchedAt.map(text.format.dateTime)),
      fact("nextTryAt", bill.nextTryAt.map(text.format.dateTime)),
      fact("tries", bill.tries == 0 ? nil : String(bill.tries)),
      fact("fault", bill.fault.isEmpty ? nil : words["reconciliation.faults.\(bill.fault)"] ?? bill.fault),
    ].compactMap(\.self)
  }

  /// Rows with both sides next to each other.
  private func sides(_ totals: BillTotals) -> Model {
    func row(_ word: String, _ there: (Int, Money), _ here: (Int, Money)?) -> Model {
      let apart = here.map { Money(minor: there.1.minor - $0.1.minor, currency: totals.currency) }
      return [
        "rowName": words["reconciliation.\(word)"] ?? "", "thereCount": String(there.0), "there": text.money(there.1),
        "hereCount": here.map { String($0.0) } ?? "", "here": text.money(here?.1),
        "apart": apart.map { $0.isZero ? "0" : text.money($0) } ?? "", "differs": apart.map { !$0.isZero } ?? false,
      ]
    }
    let (there, here) = (totals.there, totals.here)
    return [
      "currency": totals.currency.code,
      "rows": [
        row("payments", (there.payments, there.paid), (here.payments, here.paid)),
        row("refunds", (there.refunds, there.refunded), (here.refunds, here.refunded)),
      ],
      "fees": text.money(totals.fees), "others": String(totals.others), "othersIn": text.money(totals.othersIn),
      "othersOut": text.money(totals.othersOut), "net": text.money(totals.net),
    ]
  }

  private func movement(_ movement: BillMovement) -> Model {
    [
      "number": movement.providerNumber, "amount": text.money(movement.amount), "fee": text.money(movement.fee),
      "at": text.format.dateTime(movement.at),
    ]
  }
}
