import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Payments
import Values

/// `/admin/reconciliation/differences`: all in which bills and books don't agree.
struct BillDifferencesDesk: Desk {
  static let listName = "bill-differences"
  private static let perPage = 30
  private static let exportAddress = "\(Addresses.billDifferences)/export"

  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }
  private var work: WorkReconciliation { maker.flows.workReconciliation }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/reconciliation/differences") { request, context in
      let staff = try context.visit.requireStaff()
      let words = frame.words(context)
      let list = list(try await work.billed(for: staff).keys.sorted { $0.rawValue < $1.rawValue })
      let asked = list.query(Form(query: request), words)
      let page =
        asked.faults.isEmpty
        ? try await work.differences(
          matching: Self.filter(asked, words), PageRequest(limit: Self.perPage, after: asked.after), for: staff)
        : Page(items: [], next: nil)
      let views = try await maker.contexts.deskViews.views(of: staff.id, list: Self.listName)
      let model: Model = [
        "list": list.model(page, asked, views: views, words), "backURL": Addresses.reconciliationDesk,
      ]
      return try await frame.page(
        "bill-differences", title: words["reconciliation.differences"] ?? "", desk: Addresses.reconciliationDesk,
        model, request, context, status: asked.faults.isEmpty ? .ok : asked.faults.status)
    }
    router.get("/admin/reconciliation/differences/export") { request, context in
      let staff = try context.visit.requireStaff()
      let words = frame.words(context)
      let list = list(try await work.billed(for: staff).keys.sorted { $0.rawValue < $1.rawValue })
      let asked = list.query(Form(query: request), words)
      let filter = Self.filter(asked, words)
      return try await ListExport(list: list, query: asked, words: words) { [work] page in
        try await work.differences(matching: filter, page, for: staff)
      }.response(named: "bill-differences")
    }
  }

  private func list(_ methods: [PaymentMethod]) -> DeskList<BillDifference> {
    DeskList(
      name: Self.listName, address: Addresses.billDifferences, columns: Self.columns,
      filters: [
        ListFilter(name: "number", word: "transactions.anyNumber", kind: .text(longest: 64)),
        ListFilter(
          name: "state", word: "admin.state", kind: .choice(BillDifference.State.allCases.map(\.rawValue)),
          choiceWord: "reconciliation.states"),
        ListFilter(
          name: "kind", word: "reconciliation.kind", kind: .choice(BillDifference.Kind.allCases.map(\.rawValue)),
          choiceWord: "reconciliation.kinds"),
        ListFilter(
          name: "method", word: "transactions.method", kind: .choice(methods.map(\.rawValue)),
          choiceWord: "pay.methods"),
        ListFilter(name: "day", word: "reconciliation.day", kind: .days),
      ],
      exportAddress: Self.exportAddress, emptyWord: "reconciliation.noDifferences",
      identify: { $0.id.description })
  }

  private static func filter(_ query: ListQuery, _ words: Words) -> BillDifferenceFilter {
    let (format, days) = (Format(words.language), query.days("day"))
    func day(_ moment: Timestamp?) -> ProviderDay? {
      moment.flatMap { ProviderDay(rawValue: format.formDate($0)) }
    }
    return BillDifferenceFilter(
      method: query.text("method").flatMap(PaymentMethod.init(rawValue:)),
      kind: query.text("kind").flatMap(BillDifference.Kind.init(rawValue:)),
      state: query.text("state").flatMap(BillDifference.State.init(rawValue:)), from: day(days.from),
      // The end of the last day is the beginning of the next.
      through: day(days.before?.adding(.seconds(-1))), number: query.text("number"))
  }

  private static let columns: [ListColumn<BillDifference>] = [
    ListColumn(name: "number", word: "reconciliation.number", place: .first) { row, _ in
      .link(BillWords.name(of: row), to: Addresses.difference(row.id))
    },
    ListColumn(name: "day", word: "reconciliation.day") { row, words in
      .link(BillWords(words).day(row.day), to: Addresses.bill(row.method, row.day))
    },
    ListColumn(name: "method", word: "transactions.method") { row, words in
      .text(MoneyWords.method(row.method, words))
    },
    ListColumn(name: "kind", word: "reconciliation.kind") { row, words in
      .names(
        BillWords(words).text(row.kind),
        more: words[row.isRefund ? "transactions.refund" : "transactions.capture"] ?? "")
    },
    ListColumn(name: "there", word: "reconciliation.there") { row, _ in amount(row.there.amount) },
    ListColumn(name: "here", word: "reconciliation.here") { row, _ in amount(row.here.amount) },
    ListColumn(name: "state", word: "admin.state") { row, words in
      .state(BillWords(words).text(row.state), BillWords(words).state(row.state))
    },
    ListColumn(name: "at", word: "transactions.at", place: .onRequest) { row, _ in .time(row.at) },
    ListColumn(name: "provider", word: "transactions.provider", place: .onRequest) { row, _ in
      .text(row.providerNumber)
    },
    ListColumn(name: "feeThere", word: "reconciliation.feeThere", place: .onRequest) { row, _ in
      amount(row.there.fee)
    },
    ListColumn(name: "feeHere", word: "reconciliation.feeHere", place: .onRequest) { row, _ in amount(row.here.fee) },
    ListColumn(name: "reason", word: "transactions.reason", place: .onRequest) { row, _ in .text(row.reason) },
    ListColumn(name: "cause", word: "reconciliation.cause", place: .onRequest) { row, words in
      .text(row.cause.flatMap { words["reconciliation.causes.\($0.rawValue)"] } ?? "")
    },
    ListColumn(name: "found", word: "reconciliation.foundAt", place: .onRequest) { row, _ in .time(row.foundAt) },
  ]

  private static func amount(_ money: Money?) -> ListCell { money.map(ListCell.amount) ?? .nothing }
}
