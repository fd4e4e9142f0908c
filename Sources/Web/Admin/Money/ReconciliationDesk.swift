import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Payments
import Values

/// `/admin/reconciliation`: a month of bills, day by day for each method, and what fees were agreed.
struct ReconciliationDesk: Desk {
  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }
  private var work: WorkReconciliation { maker.flows.workReconciliation }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/reconciliation") { request, context in
      try await show(try context.visit.requireStaff(), Form(), nil, request, context)
    }
    router.post("/admin/reconciliation/fees") { request, context in
      let staff = try context.visit.requireStaff()
      try work.expect(staff)
      let form = try await Form(body: request, context: context)
      do {
        let (method, rule) = try Self.fee(form)
        try await work.setFee(rule, of: method, by: staff)
        return maker.go(Addresses.reconciliationDesk, saying: Flash(.good, "saved"))
      } catch let faults as FieldFaults {
        return try await show(staff, form, faults, request, context)
      }
    }
  }

  /// Percent with up to two decimals; nothing at all takes the rule away.
  private static func fee(_ form: Form) throws -> (PaymentMethod, BillFeeRule?) {
    guard let method = form["method"].flatMap(PaymentMethod.init(rawValue:)) else {
      throw FieldFaults(field: "method", code: "unknown")
    }
    return (method, try WorkReconciliation.feeRule(of: method, percent: form["parts"], fixed: form["fixed"]))
  }

  private func show(
    _ staff: Staff, _ form: Form, _ refusal: FieldFaults?, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let month = BillMonth.asked(Form(query: request), now: maker.clock.now)
    let calendars = try await work.billed(for: staff)
    let days = try await work.days(of: month, for: staff)
    let standing = try await work.standing(for: staff)
    let rules = try await work.feeRules(for: staff)
    let methods = Set(calendars.keys).union(days.map(\.bill.method)).sorted { $0.rawValue < $1.rawValue }
    let calendar = BillCalendar(month, words)
    let refused = RefusedForm(form, refusal, words)
    var model: Model = [
      "month": calendar.text.month(month), "beforeURL": Addresses.bills(in: month.before),
      "afterURL": Addresses.bills(in: month.after), "differencesURL": Addresses.billDifferences,
      "reportURL": Addresses.billReport(of: month), "isWell": standing.openDifferences + standing.failedDays == 0,
      "standText": Self.text(standing, words),
      "methods": methods.map { method in
        calendar.model(method, days.filter { $0.bill.method == method }, last: standing.lastMatched[method] ?? nil)
      },
      "hasMethods": !methods.isEmpty, "form": refused.model(["parts", "fixed"]),
      "rules": calendars.keys.sorted { $0.rawValue < $1.rawValue }.map { method in
        Self.rule(rules.first { $0.method == method }, of: method, form, refused, words)
      },
      "feesURL": "\(Addresses.reconciliationDesk)/fees",
    ]
    model["weekdays"] = (1...7).map { ["weekday": words["reconciliation.weekdays.\($0)"] ?? ""] as Model }
    return try await frame.page(
      "reconciliation", title: words["desks.reconciliation"] ?? "", desk: Addresses.reconciliationDesk, model,
      request, context, status: refusal?.status ?? .ok)
  }

  private static func text(_ standing: BillStanding, _ words: Words) -> String {
    guard standing.openDifferences + standing.failedDays == 0 else {
      return words.phrase(
        "reconciliation.standing",
        ["open": ListTab.text(standing.openDifferences), "failed": String(standing.failedDays)])
    }
    let isCompared = standing.lastMatched.values.contains { $0 != nil }
    return words[isCompared ? "reconciliation.allWell" : "reconciliation.noneYet"] ?? ""
  }

  private static func rule(
    _ rule: BillFeeRule?, of method: PaymentMethod, _ form: Form, _ refused: RefusedForm, _ words: Words
  ) -> Model {
    func text(_ number: Int?) -> String {
      number.map { Money(minor: Int64($0), currency: .cny).decimalText } ?? ""
    }
    let isAsked = form["method"] == method.rawValue
    let fields = FormModel(
      isAsked ? form : Form(), faults: isAsked ? refused.faults : FieldFaults(), words: words)
    return [
      "method": method.rawValue, "methodName": MoneyWords.method(method, words),
      // What the summary of faults leads to.
      "partsID": isAsked ? "parts" : "parts-\(method)", "fixedID": isAsked ? "fixed" : "fixed-\(method)",
      "parts": fields.field("parts", initial: text(rule?.parts)),
      "fixed": fields.field("fixed", initial: text(rule?.fixed)),
    ]
  }
}

/// A month of one method: weeks of days with their signs, and a plot of what was paid.
struct BillCalendar {
  private let month: BillMonth
  private let words: Words
  let text: BillWords

  init(_ month: BillMonth, _ words: Words) {
    self.month = month
    self.words = words
    text = BillWords(words)
  }

  func model(
    _ method: PaymentMethod, _ days: [(bill: BillDay, totals: [BillTotals])], last: ProviderDay?
  ) -> Model {
    let bills = Dictionary(days.map { ($0.bill.day, $0.bill) }, uniquingKeysWith: { first, _ in first })
    var model: Model = [
      "methodName": text.method(method), "methodID": method.rawValue, "weeks": weeks(method, bills),
      "lastText": last.map { words.phrase("reconciliation.last", ["day": text.day($0)]) }
        ?? words["reconciliation.noneYet"] ?? "",
      "signs": BillDay.Sign.allCases.compactMap { sign -> Model? in
        let count = bills.values.filter { $0.sign == sign }.count
        return count == 0 ? nil : ["state": text.sign(sign), "count": String(count)]
      },
    ]
    if let plot = plot(days) { model["plot"] = plot }
    return model
  }

  /// Weeks from Monday on; days that aren't the month's are blank.
  private func weeks(_ method: PaymentMethod, _ bills: [ProviderDay: BillDay]) -> [Model] {
    let weekday = Timestamp(rfc3339: "\(month.first)T00:00:00Z")?.utc.weekday ?? 1
    var cells = [Model](repeating: ["isBlank": true, "isDay": false], count: (weekday + 6) % 7)
    var day = month.first
    while day <= month.last {
      cells.append(cell(method, day, bills[day]))
      day = day.adding(1)
    }
    while !cells.count.isMultiple(of: 7) { cells.append(["isBlank": true, "isDay": false]) }
    return stride(from: 0, to: cells.count, by: 7).map { ["cells": Array(cells[$0..<($0 + 7)])] }
  }

  private func cell(_ method: PaymentMethod, _ day: ProviderDay, _ bill: BillDay?) -> Model {
    let number = String(Int(day.rawValue.suffix(2)) ?? 0)
    guard let bill else { return ["isBlank": false, "isDay": false, "dayNumber": number] }
    let sign = text.sign(bill.sign)
    var cell: Model = [
      "isBlank": false, "isDay": true, "dayNumber": number, "dayURL": Addresses.bill(method, day), "state": sign,
      "said": text.words.pair(text.day(day), text.words["reconciliation.signs.\(bill.sign.rawValue)"] ?? ""),
    ]
    if bill.openDifferences > 0 { cell["openCount"] = ListTab.text(bill.openDifferences) }
    return cell
  }

  /// What buyers paid each day, in the currency that most of it is in.
  private func plot(_ days: [(bill: BillDay, totals: [BillTotals])]) -> Model? {
    let all = days.flatMap(\.totals)
    let most = Dictionary(grouping: all, by: \.currency)
      .max { $0.value.reduce(0) { $0 + $1.there.payments } < $1.value.reduce(0) { $0 + $1.there.payments } }
    guard let currency = most?.key, days.count > 1 else { return nil }
    let (format, text) = (text.format, text)
    return DayPlot(
      words["reconciliation.paidThere"] ?? "", .columns,
      of: days.map { day in
        DayPlot.Point(
          label: text.day(day.bill.day), value: day.totals.first { $0.currency == currency }?.there.paid.minor ?? 0)
      }, hue: "money", words
    ) { format.money(Money(minor: $0, currency: currency)) }.model
  }
}
