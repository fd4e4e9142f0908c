import Accounts
import Flows
import HTTPTypes
import Hummingbird
import NIOCore
import Pages
import Payments
import Values

/// `/admin/reconciliation/report`: what went through each provider in a month, to read, to print and as a file.
struct BillReportDesk: Desk {
  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }
  private var work: WorkReconciliation { maker.flows.workReconciliation }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/reconciliation/report") { request, context in
      let staff = try context.visit.requireStaff()
      let words = frame.words(context)
      let month = BillMonth.asked(Form(query: request), now: maker.clock.now)
      let bills = try await work.report(of: month, for: staff)
      let days = try await work.days(of: month, for: staff)
      let model = BillReportModel(month, bills, days, words).model(madeAt: maker.clock.now)
      return try await frame.page(
        "bill-report", title: "\(words["reconciliation.report"] ?? "") \(BillWords(words).month(month))",
        desk: Addresses.reconciliationDesk, model, request, context)
    }
    router.get("/admin/reconciliation/report/export") { request, context in
      let staff = try context.visit.requireStaff()
      let words = frame.words(context)
      let month = BillMonth.asked(Form(query: request), now: maker.clock.now)
      let bills = try await work.report(of: month, for: staff)
      let days = try await work.days(of: month, for: staff)
      return try Self.file(BillReportModel(month, bills, days, words).lines, named: "reconciliation-\(month)")
    }
  }

  /// UTF-8 with its mark and CRLF. All cells are the program's own, so negative amounts stay numbers.
  private static func file(_ lines: [[String]], named name: String) throws -> Response {
    var buffer = ByteBuffer(bytes: [0xEF, 0xBB, 0xBF] as [UInt8])
    var writer = CSVWriter(isGuarding: false) { buffer.writeBytes($0) }
    for line in lines { try writer.write(line) }
    try writer.flush()
    var headers = HTTPFields()
    headers[.contentType] = "text/csv; charset=utf-8"
    headers[.contentDisposition] = "attachment; filename=\"\(name).csv\""
    headers[.cacheControl] = "private, no-store"
    return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: buffer))
  }
}

/// The values of the report's page and file.
struct BillReportModel {
  private let month: BillMonth
  private let bills: [MonthlyBill]
  private let days: [(bill: BillDay, totals: [BillTotals])]
  private let words: Words
  private let text: BillWords

  init(
    _ month: BillMonth, _ bills: [MonthlyBill], _ days: [(bill: BillDay, totals: [BillTotals])], _ words: Words
  ) {
    self.month = month
    self.bills = bills
    self.days = days
    self.words = words
    text = BillWords(words)
  }

  func model(madeAt now: Timestamp) -> Model {
    [
      "backURL": Addresses.bills(in: month), "month": text.month(month),
      "beforeURL": Addresses.billReport(of: month.before), "afterURL": Addresses.billReport(of: month.after),
      "exportURL": Addresses.with([("month", month.rawValue)], "\(Addresses.billReport)/export"),
      "madeAt": words.phrase("reconciliation.madeAt", ["time": text.format.dateTime(now)]),
      "accounts": bills.map(account), "hasAccounts": !bills.isEmpty,
    ]
  }

  /// One method and currency, as a statement of account, with its days.
  private func account(_ bill: MonthlyBill) -> Model {
    let totals = bill.totals
    func line(_ word: String, _ amount: Money, count: Int? = nil, isSum: Bool = false) -> Model {
      [
        "lineName": words["reconciliation.\(word)"] ?? "", "lineCount": count.map(String.init) ?? "",
        "lineAmount": text.money(amount), "isSum": isSum,
      ]
    }
    return [
      "methodName": text.method(bill.method), "currency": totals.currency.code,
      "lines": [
        line("opening", bill.opening, isSum: true),
        line("payments", totals.there.paid, count: totals.there.payments),
        line("refunds", totals.there.refunded.turned, count: totals.there.refunds),
        line("fees", totals.fees.turned), line("othersIn", totals.othersIn, count: totals.others),
        line("othersOut", totals.othersOut.turned), line("closing", bill.closing, isSum: true),
      ],
      "isComplete": bill.daysMissing == 0, "isEven": bill.openDifferences == 0,
      "completeText": words.phrase(
        "reconciliation.complete", ["matched": String(bill.daysMatched), "missing": String(bill.daysMissing)]),
      "evenText": words.phrase("reconciliation.even", ["open": String(bill.openDifferences)]),
      "herePayments": text.money(totals.here.paid), "hereRefunds": text.money(totals.here.refunded),
      "days": days.filter { $0.bill.method == bill.method }.map { day($0.bill, $0.totals, totals.currency) },
    ]
  }

  private func day(_ bill: BillDay, _ totals: [BillTotals], _ currency: Currency) -> Model {
    let own = totals.first { $0.currency == currency }
    return [
      "dayName": text.day(bill.day), "dayURL": Addresses.bill(bill.method, bill.day), "state": text.sign(bill.sign),
      "paid": text.money(own?.there.paid), "refunded": text.money(own?.there.refunded),
      "fees": text.money(own?.fees), "net": text.money(own?.net),
    ]
  }

  /// The month's accounts first, then their days.
  var lines: [[String]] {
    let heads = [
      "month", "method", "currency", "opening", "payments", "paid", "refunds", "refunded", "fees", "othersIn",
      "othersOut", "closing", "herePayments", "herePaid", "hereRefunds", "hereRefunded", "daysMatched", "daysMissing",
      "openDifferences",
    ].map { words["reconciliation.columns.\($0)"] ?? $0 }
    let accounts = bills.map { bill -> [String] in
      [month.rawValue, text.method(bill.method), bill.opening.currency.code, bill.opening.decimalText]
        + middle(bill.totals) + [bill.closing.decimalText] + here(bill.totals)
        + [String(bill.daysMatched), String(bill.daysMissing), String(bill.openDifferences)]
    }
    let dayHeads = [
      "day", "method", "currency", "sign", "payments", "paid", "refunds", "refunded", "fees", "othersIn", "othersOut",
      "net", "herePayments", "herePaid", "hereRefunds", "hereRefunded", "openDifferences",
    ].map { words["reconciliation.columns.\($0)"] ?? $0 }
    let rows = days.flatMap { day in
      day.totals.map { totals -> [String] in
        [
          day.bill.day.rawValue, text.method(day.bill.method), totals.currency.code,
          words["reconciliation.signs.\(day.bill.sign.rawValue)"] ?? "",
        ] + middle(totals) + [totals.net.decimalText] + here(totals) + [String(day.bill.openDifferences)]
      }
    }
    return [heads] + accounts + [[""]] + [dayHeads] + rows
  }

  private func middle(_ totals: BillTotals) -> [String] {
    [
      String(totals.there.payments), totals.there.paid.decimalText, String(totals.there.refunds),
      totals.there.refunded.decimalText, totals.fees.decimalText, totals.othersIn.decimalText,
      totals.othersOut.decimalText,
    ]
  }

  private func here(_ totals: BillTotals) -> [String] {
    [
      String(totals.here.payments), totals.here.paid.decimalText, String(totals.here.refunds),
      totals.here.refunded.decimalText,
    ]
  }
}

extension Money {
  /// With the other sign.
  fileprivate var turned: Money { Money(minor: -minor, currency: currency) }
}
