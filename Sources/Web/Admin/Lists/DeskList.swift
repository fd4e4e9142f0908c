import Accounts
import Pages
import Values

/// A list as its desk describes it. What it shows, in which order and from where on, stands in the address.
struct DeskList<Item: Sendable>: Sendable {
  /// Names it among the lists of the back office, for the views that staff keep of it.
  let name: String
  let address: String
  let columns: [ListColumn<Item>]
  var filters: [ListFilter] = []
  /// The names of the orders it can stand in, the usual one first.
  var sorts: [String] = []
  var actions: [BulkAction] = []
  /// Where forms with ticked rows go.
  var actionAddress: String { "\(address)/act" }
  /// Where all that matches is had as a file; nil where it isn't.
  var exportAddress: String?
  /// Keys of what stands there when nothing does.
  let emptyWord: String
  /// What a ticked row sends.
  let identify: @Sendable (Item) -> String

  /// Rows that one form may act on.
  static var mostTicked: Int { 100 }

  func query(_ form: Form, kept: [(String, String)] = [], _ words: Words) -> ListQuery {
    ListQuery(form, filters: filters, sorts: sorts, kept: kept, format: Format(words.language))
  }

  /// What was ticked, each once.
  static func ticked(in form: Form) -> [String] {
    var seen: Set<String> = []
    return Array(form.all("select").filter { seen.insert($0).inserted }.prefix(mostTicked))
  }

  func shown(_ query: ListQuery) -> [ListColumn<Item>] {
    columns.filter { column in
      column.place == .first
        || (query.columns.isEmpty ? column.place == .shown : query.columns.contains(column.name))
    }
  }

  func link(_ pairs: [(String, String)]) -> String { Addresses.with(pairs, address) }
}

extension DeskList {
  /// What `list.mustache` is given, under `list`.
  func model(
    _ page: Page<Item>, _ query: ListQuery, tabs: [ListTab] = [], views: [DeskView] = [], _ words: Words
  ) -> Model {
    var model: Model = [
      "address": address, "here": link(query.pairs()), "tabs": tabs.map { tab($0) }, "hasTabs": !tabs.isEmpty,
      "hasFaults": !query.faults.isEmpty, "isDeep": query.after != nil, "firstURL": link(query.pairs()),
      "emptyText": words[emptyWord] ?? "",
    ]
    model.merge(filtering(query, words))
    model.merge(table(page, query, words))
    model.merge(keeping(query, views, words))
    if let next = page.next { model["nextURL"] = link(query.pairs() + [("after", next.description)]) }
    if let exportAddress { model["exportURL"] = Addresses.with(query.pairs(), exportAddress) }
    return model
  }

  private func filtering(_ query: ListQuery, _ words: Words) -> Model {
    let fields = Set(filters.flatMap(\.fields))
    var model: Model = [
      "kept": hidden(query.pairs(without: fields)), "filters": filters.map { field($0, query, words) },
      "hasFilters": !filters.isEmpty, "isFiltered": query.isFiltered, "opensFilters": !query.faults.isEmpty,
      "chips": filters.filter { query.isOn($0) }.map { chip($0, query, words) },
    ]
    if query.isFiltered { model["clearURL"] = link(query.pairs(without: fields)) }
    return model
  }

  private func table(_ page: Page<Item>, _ query: ListQuery, _ words: Words) -> Model {
    let columns = shown(query)
    let labels = columns.map { words[$0.word] ?? "" }
    let format = Format(words.language)
    return [
      "heads": columns.map { head($0, query, page.items.first, words) },
      "rows": page.items.map { row($0, columns, labels, format, words) }, "hasRows": !page.items.isEmpty,
      "canTick": !actions.isEmpty && !page.items.isEmpty, "actionURL": actionAddress,
      "actions": actions.map { action($0, words) },
    ]
  }

  private func keeping(_ query: ListQuery, _ views: [DeskView], _ words: Words) -> Model {
    [
      "choices": choices(query, shown(query), words), "hasChoices": columns.count > 2,
      "choiceKept": hidden(query.pairs(without: ["column"])), "listName": name,
      "views": views.map { view($0, query) }, "viewQuery": Self.queryText(query.pairs()), "hasViews": !views.isEmpty,
    ]
  }

  /// The `NAME=VALUE&…` of an address.
  static func queryText(_ pairs: [(String, String)]) -> String {
    String(Addresses.with(pairs, "").drop { $0 == "?" })
  }

  private func hidden(_ pairs: [(String, String)]) -> [Model] {
    pairs.map { ["keptName": $0.0, "keptValue": $0.1] }
  }

  private func tab(_ tab: ListTab) -> Model {
    var model: Model = ["tabName": tab.name, "tabURL": tab.address, "isCurrent": tab.isCurrent]
    if let count = tab.count { model["tabCount"] = ListTab.text(count) }
    return model
  }

  private func action(_ action: BulkAction, _ words: Words) -> Model {
    ["action": action.name, "actionName": words[action.word] ?? "", "look": action.isFirst ? "first" : "second"]
  }

  private func view(_ view: DeskView, _ query: ListQuery) -> Model {
    [
      "viewName": view.name, "viewID": view.id.description,
      "viewURL": view.query.isEmpty ? address : "\(address)?\(view.query)",
      "isCurrent": view.query == Self.queryText(query.pairs()),
    ]
  }

  private func choices(_ query: ListQuery, _ shown: [ListColumn<Item>], _ words: Words) -> [Model] {
    columns.filter { $0.place != .first }.map { column in
      [
        "choice": column.name, "choiceName": words[column.word] ?? "",
        "isShown": shown.contains { $0.name == column.name },
      ]
    }
  }

  private func head(_ column: ListColumn<Item>, _ query: ListQuery, _ first: Item?, _ words: Words) -> Model {
    var model: Model = [
      "headName": words[column.word] ?? "", "isNumber": first.map { column.cell($0, words).isNumber } ?? false,
    ]
    guard let sorts = column.sorts else { return model }
    let isFirst = query.sort == sorts.first
    model["sortURL"] = link(query.pairs(without: ["sort"]) + [("sort", isFirst ? sorts.other : sorts.first)])
    if isFirst || query.sort == sorts.other {
      model["sorted"] = isFirst == sorts.isDescendingFirst ? "descending" : "ascending"
    }
    return model
  }

  private func row(
    _ item: Item, _ columns: [ListColumn<Item>], _ labels: [String], _ format: Format, _ words: Words
  ) -> Model {
    var name = ""
    let cells = zip(columns, labels).map { column, label -> Model in
      let cell = column.cell(item, words)
      if column.place == .first { name = cell.plainText }
      return Model.merged(
        ListCell.blank, cell.model(format),
        [
          "cellLabel": label, "isNumber": cell.isNumber, "isFirst": column.place == .first, "column": column.name,
        ])
    }
    return ["rowID": identify(item), "rowName": name, "cells": cells]
  }
}

extension DeskList {
  private func field(_ filter: ListFilter, _ query: ListQuery, _ words: Words) -> Model {
    let fields = FormModel(query.form, faults: query.faults, words: words)
    var model: Model = ["label": words[filter.word] ?? ""]
    switch filter.kind {
    case .text(let longest):
      model["isText"] = Model.merged(fields.field(filter.name), ["longest": String(longest)])
    case .choice(let values):
      let chosen = query.form[filter.name] ?? ""
      model["isChoice"] = Model.merged(
        fields.field(filter.name),
        [
          "options": values.map { value -> Model in
            [
              "option": value, "optionName": Self.name(of: value, filter, words),
              "isChosen": value == chosen,
            ]
          }
        ])
    case .days, .amounts:
      var range: Model = [
        "from": fields.field("\(filter.name)From"), "to": fields.field("\(filter.name)To"),
        "isDate": filter.kind == .days,
      ]
      if case .amounts(let currency) = filter.kind { range["sign"] = Format(words.language).sign(of: currency) }
      model["isRange"] = range
    }
    return model
  }

  private static func name(of choice: String, _ filter: ListFilter, _ words: Words) -> String {
    filter.names[choice] ?? words["\(filter.choiceWord).\(choice)"] ?? choice
  }

  /// A filter that is on, with the way to take it off.
  private func chip(_ filter: ListFilter, _ query: ListQuery, _ words: Words) -> Model {
    let values = filter.fields.map { String((query.form[$0] ?? "").prefix(100)) }
    let text: String =
      switch filter.kind {
      case .choice: Self.name(of: values[0], filter, words)
      case .text: values[0]
      case .days, .amounts: values.joined(separator: " – ")
      }
    return [
      "chipName": words[filter.word] ?? "", "chipText": text,
      "chipURL": link(query.pairs(without: Set(filter.fields))),
    ]
  }
}
