import Flows
import Merchants
import Pages
import Settlement
import Values

/// What the list of statements is made of; as a file it is the list of what is to be paid out.
enum SettlementColumns {
  static let all: [ListColumn<SeenStatement>] = [
    ListColumn(name: "number", word: "settlements.number", place: .first) { row, _ in
      .link(row.statement.id.description, to: Addresses.statement(row.statement.id))
    },
    ListColumn(name: "merchant", word: "settlements.merchant") { row, words in .text(row.merchant[words.language]) },
    ListColumn(name: "period", word: "settlements.period") { row, words in
      .text(period(row.statement.period, words))
    },
    ListColumn(name: "state", word: "admin.state") { row, words in
      .state(text(row.statement.state, words), state(row.statement.state, words))
    },
    ListColumn(name: "orders", word: "settlements.orders") { row, _ in .number(String(row.statement.orders)) },
    ListColumn(name: "net", word: "settlements.net") { row, _ in .amount(row.statement.sums.net) },
    ListColumn(name: "currency", word: "settlements.currency", place: .onRequest) { row, _ in
      .text(row.statement.sums.net.currency.code)
    },
    ListColumn(name: "paid", word: "settlements.paid", place: .onRequest) { row, _ in
      .amount(row.statement.sums.paid)
    },
    ListColumn(name: "borne", word: "settlements.borne", place: .onRequest) { row, _ in
      .amount(row.statement.sums.borne)
    },
    ListColumn(name: "commission", word: "settlements.commission", place: .onRequest) { row, _ in
      .amount(row.statement.sums.commission)
    },
    ListColumn(name: "drawn", word: "settlements.drawn") { row, _ in .time(row.statement.drawnAt) },
    ListColumn(name: "paidOut", word: "settlements.paidOut") { row, _ in
      row.statement.paidAt.map(ListCell.time) ?? .nothing
    },
    ListColumn(name: "reference", word: "settlements.reference") { row, _ in .text(row.statement.reference) },
  ]

  /// - Parameter merchants: to choose from, for staff of the platform; none for others.
  static func filters(_ merchants: [Merchant], _ language: Language) -> [ListFilter] {
    var filters = [
      ListFilter(
        name: "state", word: "admin.state", kind: .choice(StatementState.allCases.map(\.rawValue)),
        choiceWord: "statementState"),
      ListFilter(name: "drawn", word: "settlements.drawn", kind: .days),
    ]
    if !merchants.isEmpty {
      let names = merchants.map { ($0.id.description, $0.name[language]) }
      filters.append(
        ListFilter(
          name: "merchant", word: "settlements.merchant", kind: .choice(names.map(\.0)),
          names: Dictionary(names, uniquingKeysWith: { first, _ in first })))
    }
    return filters
  }

  static func filter(_ query: ListQuery) -> StatementFilter {
    let days = query.days("drawn")
    return StatementFilter(
      merchant: query.text("merchant").flatMap { MerchantID($0) },
      state: query.text("state").flatMap(StatementState.init(rawValue:)), drawnFrom: days.from,
      drawnBefore: days.before)
  }

  static func text(_ state: StatementState, _ words: Words) -> String {
    words["statementState.\(state.rawValue)"] ?? state.rawValue
  }

  static func state(_ state: StatementState, _ words: Words) -> Model {
    let (kind, icon) =
      switch state {
      case .drafted: ("amber", "clock")
      case .approved: ("sky", "check")
      case .paid: ("green", "check")
      case .cancelled: ("grey", "cross")
      }
    return ["kind": kind, "icon": icon, "text": text(state, words)]
  }

  static func period(_ period: SettlementPeriod, _ words: Words) -> String {
    words.phrase("settlements.periods.\(period.rhythm.rawValue)", ["day": period.through.description])
  }
}
