import Accounts
import Catalog
import Flows
import Inventory
import Merchants
import Pages
import Values

/// The columns and filters of the list of stock.
struct StockColumns: Sendable {
  struct Names: Sendable {
    let merchants: [Merchant]
    /// Of the staff's own merchant.
    let locations: [Location]
  }

  private typealias Column = ListColumn<WorkStock.Line>
  private let names: Names
  private let isPlatform: Bool
  private let words: Words

  init(_ names: Names, for staff: Staff, _ words: Words) {
    self.names = names
    self.words = words
    isPlatform = staff.merchant == nil
  }

  var filters: [ListFilter] {
    var filters = [ListFilter(name: "q", word: "stock.find", kind: .text(longest: 100))]
    if isPlatform { filters.append(.merchants(names.merchants, words)) }
    if names.locations.count > 1 {
      filters.append(
        ListFilter(
          name: "location", word: "stock.place", kind: .choice(names.locations.map(\.id.description)),
          names: Dictionary(
            names.locations.map { ($0.id.description, $0.name) }, uniquingKeysWith: { first, _ in first })))
    }
    return filters
  }

  func filter(_ query: ListQuery) -> WorkStock.Filter {
    WorkStock.Filter(
      merchant: query.merchant(among: names.merchants),
      location: query.text("location").flatMap { LocationID($0) },
      states: Set([query.form["state"].flatMap(StockItem.State.init(rawValue:))].compactMap(\.self)),
      text: query.text("q"))
  }

  /// - Parameter key: of the form whose fields stand in the last column; nil for none.
  func all(key: String?) -> [ListColumn<WorkStock.Line>] {
    var columns = [Self.item, Self.sku]
    if isPlatform { columns.append(merchant) }
    columns += [Self.onHand, Self.held, Self.free, Self.state, Self.places, Self.lowAt]
    if let key { columns.append(Self.quick(key)) }
    return columns
  }

  private static let item = Column(name: "item", word: "stock.item", place: .first) { line, words in
    let address = Addresses.desk(line.item.variant)
    guard let variant = line.variant else { return .link(line.item.variant.description, to: address) }
    return .goods(
      variant.title[words.language], more: variant.choice[words.language], to: address,
      picture: Addresses.picture(variant.picture, of: variant.product))
  }

  private static let sku = Column(name: "sku", word: "stock.sku") { line, _ in .text(line.variant?.sku ?? "") }

  private var merchant: ListColumn<WorkStock.Line> {
    let known = Dictionary(names.merchants.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
    return Column(name: "merchant", word: "stock.merchant") { line, words in
      .text(known[line.item.merchant]?[words.language] ?? "")
    }
  }

  private static let onHand = Column(name: "onHand", word: "stock.onHand") { line, _ in
    .number(StockForm.units(line.item.level.onHand, line.item.level))
  }
  private static let held = Column(name: "held", word: "stock.held") { line, _ in
    .number(String(line.item.level.held))
  }
  private static let free = Column(name: "free", word: "stock.free") { line, _ in
    .number(StockForm.units(line.item.level.free, line.item.level))
  }
  private static let lowAt = Column(name: "lowAt", word: "stock.lowAt", place: .onRequest) { line, _ in
    .number(String(line.item.lowAt))
  }
  private static let state = Column(name: "state", word: "admin.state") { line, words in
    let model = StockForm.state(line.item, words)
    return .state(model["text"] as? String ?? "", model)
  }
  private static let places = Column(name: "places", word: "stock.places") { line, words in
    .text(
      line.places.map { words.pair($0.location.name, StockForm.units($0.level.onHand, $0.level)) }
        .joined(separator: " · "))
  }

  private static func quick(_ key: String) -> ListColumn<WorkStock.Line> {
    Column(name: "quick", word: "stock.quick") { line, words in
      guard !line.item.level.isUnlimited else { return .nothing }
      let title = line.variant.map { "\($0.title[words.language]) \($0.choice[words.language])" } ?? ""
      return .field(
        ListField(
          name: "change.\(line.item.variant)", label: words.phrase("stockroom.change", ["item": title]), key: key))
    }
  }
}

/// What forms and tables of stock share.
enum StockForm {
  /// Whole numbers as people type them, with a sign of either kind.
  static func number(_ text: String) -> Int? {
    let plain = text.filter { !$0.isWhitespace && $0 != "," }.replacing("−", with: "-")
    guard plain.utf8.count <= 11 else { return nil }
    return Int(plain.hasPrefix("+") ? String(plain.dropFirst()) : plain)
  }

  static func units(_ count: Int, _ level: StockLevel) -> String { level.isUnlimited ? "∞" : String(count) }

  /// `+3`, `−2`, `0`.
  static func signed(_ change: Int) -> String { change > 0 ? "+\(change)" : change < 0 ? "−\(-change)" : "0" }

  static func state(_ item: StockItem, _ words: Words) -> Model {
    let (kind, icon) =
      switch item.state {
      case .enough: ("green", "check")
      case .low: ("amber", "warn")
      case .out: ("red", "cross")
      }
    let word = item.level.isUnlimited ? "unlimited" : item.state.rawValue
    return ["kind": kind, "icon": icon, "text": words["stock.states.\(word)"] ?? ""]
  }

  static func state(_ sheet: CountSheet, _ words: Words) -> Model {
    let (kind, icon) =
      switch sheet.state {
      case .open: ("sky", "clock")
      case .applied: ("green", "check")
      case .cancelled: ("grey", "cross")
      }
    return ["kind": kind, "icon": icon, "text": words["counts.states.\(sheet.state.rawValue)"] ?? ""]
  }

  static func options(_ locations: [Location], chosen: String?) -> [Model] {
    locations.map { location in
      [
        "option": location.id.description, "optionName": location.name,
        "isChosen": location.id.description == chosen,
      ]
    }
  }
}

/// Tells a form that is sent twice from another of the same kind.
enum FormKey {
  static func fresh() -> String { String(UInt64.random(in: .min ... .max), radix: 36) }

  /// A form without one is one of its own.
  static func read(_ form: Form) -> String {
    guard let key = form["key"], (1...40).contains(key.utf8.count),
      key.utf8.allSatisfy({ (48...57).contains($0) || (97...122).contains($0) })
    else { return fresh() }
    return key
  }
}
