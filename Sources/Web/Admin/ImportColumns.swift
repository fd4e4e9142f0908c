import Accounts
import Imports
import Merchants
import Pages
import Values

/// The columns and filters of the list of files of goods.
struct ImportColumns: Sendable {
  static let listName = "imports"

  private let merchants: [Merchant]
  private let isPlatform: Bool
  private let words: Words

  init(_ merchants: [Merchant], for staff: Staff, _ words: Words) {
    self.merchants = merchants
    isPlatform = staff.merchant == nil
    self.words = words
  }

  var list: DeskList<ImportRun> {
    DeskList(
      name: Self.listName, address: Addresses.goodsImport, columns: columns, filters: filters,
      exportAddress: "\(Addresses.goodsImport)/export", emptyWord: "imports.none", identify: { $0.id.description })
  }

  /// Named so that none shares its field's id with the form above the list.
  private var filters: [ListFilter] {
    let states = ImportState.allCases.filter { $0 != .arriving }.map(\.rawValue)
    var filters = [
      ListFilter(name: "named", word: "imports.file", kind: .text(longest: 100)),
      ListFilter(name: "state", word: "admin.state", kind: .choice(states), choiceWord: "imports.states"),
      ListFilter(name: "brought", word: "imports.broughtAt", kind: .days),
    ]
    if isPlatform { filters.append(.merchants(merchants, name: "of", words)) }
    return filters
  }

  func filter(_ query: ListQuery) -> ImportFilter {
    let days = query.days("brought")
    return ImportFilter(
      merchant: query.merchant("of", among: merchants),
      states: Set([query.text("state").flatMap(ImportState.init(rawValue:))].compactMap(\.self)),
      name: query.text("named") ?? "", from: days.from, before: days.before)
  }

  private var columns: [ListColumn<ImportRun>] {
    let model = ImportModel(words, merchants: merchants)
    return [
      ListColumn(name: "file", word: "imports.file", place: .first) { run, _ in
        .link(run.fileName, to: Addresses.desk(run.id))
      },
      ListColumn(name: "merchant", word: "stock.merchant") { run, _ in .text(model.merchant(run)) },
      ListColumn(name: "state", word: "admin.state") { run, _ in
        let state = model.state(run)
        return .state(state["text"] as? String ?? "", state)
      },
      ListColumn(name: "outcome", word: "imports.cameOf") { run, _ in .text(model.sentence(run)) },
      ListColumn(name: "brought", word: "imports.broughtAt") { run, _ in .time(run.createdAt) },
      ListColumn(name: "warnings", word: "imports.figures.warnings", place: .onRequest) { run, _ in
        .number(String(run.figures.warnings))
      },
      ListColumn(name: "size", word: "imports.size", place: .onRequest) { run, _ in
        .text(ImportModel.size(run.size))
      },
      ListColumn(name: "finished", word: "imports.finishedAt", place: .onRequest) { run, _ in
        run.finishedAt.map(ListCell.time) ?? .nothing
      },
    ]
  }
}
