import Accounts
import Inventory
import Merchants
import Pages
import Values

/// The columns and filters of the list of counts.
struct CountColumns: Sendable {
  static let listName = "counts"

  private let merchants: [Merchant]
  private let isPlatform: Bool
  private let words: Words

  init(_ merchants: [Merchant], for staff: Staff, _ words: Words) {
    self.merchants = merchants
    isPlatform = staff.merchant == nil
    self.words = words
  }

  var list: DeskList<CountSheet> {
    DeskList(
      name: Self.listName, address: Addresses.countsDesk, columns: columns, filters: filters,
      exportAddress: "\(Addresses.countsDesk)/export", emptyWord: "counts.none", identify: { $0.id.description })
  }

  /// Named so that none shares its field's id with the form beside the list.
  private var filters: [ListFilter] {
    var filters = [
      ListFilter(name: "titled", word: "counts.name", kind: .text(longest: 100)),
      ListFilter(
        name: "state", word: "admin.state", kind: .choice(CountSheet.State.allCases.map(\.rawValue)),
        choiceWord: "counts.states"),
      ListFilter(name: "begun", word: "counts.openedAt", kind: .days),
    ]
    if isPlatform { filters.append(.merchants(merchants, name: "of", words)) }
    return filters
  }

  func filter(_ query: ListQuery) -> CountFilter {
    let days = query.days("begun")
    return CountFilter(
      merchant: query.merchant("of", among: merchants),
      state: query.text("state").flatMap(CountSheet.State.init(rawValue:)), title: query.text("titled") ?? "",
      from: days.from, before: days.before)
  }

  private var columns: [ListColumn<CountSheet>] {
    var columns = [Self.title]
    if isPlatform { columns.append(merchant) }
    return columns + Self.others
  }

  private static let title = ListColumn<CountSheet>(name: "title", word: "counts.name", place: .first) { sheet, _ in
    .link(sheet.title, to: Addresses.desk(sheet.id))
  }

  private var merchant: ListColumn<CountSheet> {
    let known = Dictionary(merchants.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
    return ListColumn(name: "merchant", word: "stock.merchant") { sheet, words in
      .text(known[sheet.merchant]?[words.language] ?? "")
    }
  }

  private static let others: [ListColumn<CountSheet>] = [
    ListColumn(name: "state", word: "admin.state") { sheet, words in
      let model = StockForm.state(sheet, words)
      return .state(model["text"] as? String ?? "", model)
    },
    ListColumn(name: "counted", word: "counts.counted") { sheet, words in
      .text(
        words.phrase("stockroom.counted", ["count": String(sheet.counted), "lines": String(sheet.lines)]))
    },
    ListColumn(name: "opened", word: "counts.openedAt") { sheet, _ in .time(sheet.openedAt) },
    ListColumn(name: "ended", word: "counts.endedAt", place: .onRequest) { sheet, _ in
      sheet.endedAt.map(ListCell.time) ?? .nothing
    },
  ]
}
