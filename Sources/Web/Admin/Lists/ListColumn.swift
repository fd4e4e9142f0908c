import Pages
import Values

/// A column of a list: its name, what stands in it, and whether it is there before anybody asks for it.
struct ListColumn<Item: Sendable>: Sendable {
  enum Place: Hashable, Sendable {
    /// What names the row; can't be left out.
    case first
    case shown
    /// Only for those who ask for it.
    case onRequest
  }

  /// Stands in addresses.
  let name: String
  /// The key of its head.
  let word: String
  var place = Place.shown
  /// The orders of the list by which its head sorts: the one that is asked for first, and the other way.
  var sorts: (first: String, other: String, isDescendingFirst: Bool)?
  let cell: @Sendable (Item, Words) -> ListCell
}

/// What stands in one place of a list.
enum ListCell: Sendable {
  case nothing
  case text(String)
  /// Of a long text a list shows so many characters; a file has all of it.
  case excerpt(String, of: Int)
  case number(String)
  case link(String, to: String)
  case amount(Money)
  case time(Timestamp)
  /// With how a template draws it.
  case state(String, Model)
  /// A small picture, which says nothing that the row doesn't.
  case picture(String)
  /// Some words, and smaller ones after them.
  case names(String, more: String)
  /// Something with its picture.
  case goods(String, more: String, to: String, picture: String)
  /// Where something is typed that the list's form sends, with what else the form needs.
  case field(ListField)

  /// As a file of values has it: amounts without signs, times as in RFC 3339.
  var plainText: String {
    switch self {
    case .nothing, .field: ""
    case .picture(let address): address
    case .text(let text), .number(let text), .link(let text, _), .state(let text, _), .excerpt(let text, _): text
    case .amount(let money): money.decimalText
    case .time(let time): time.description
    case .names(let text, let more), .goods(let text, let more, _, _): more.isEmpty ? text : "\(text) (\(more))"
    }
  }

  var isNumber: Bool {
    switch self {
    case .amount, .number: true
    default: false
    }
  }

  /// All that a cell may be and isn't: said, since the template looks for what is absent in all that is around.
  static let blank: Model = [
    "cellText": false, "cellTime": false, "cellLink": false, "cellPicture": false, "cellNames": false,
    "cellMore": false,
    "cellGoods": false, "cellField": false, "cellState": false,
  ]

  func model(_ format: Format) -> Model {
    switch self {
    case .nothing: [:]
    case .picture(let address): ["cellPicture": address]
    case .text(let text), .number(let text): ["cellText": text]
    case .excerpt(let text, let most): ["cellText": String(text.prefix(most))]
    case .link(let text, let address): ["cellLink": ["linkText": text, "linkURL": address] as Model]
    case .amount(let money): ["cellText": format.money(money)]
    case .time(let time): ["cellTime": format.dateTime(time)]
    case .state(_, let model): ["cellState": ["state": model] as Model]
    case .names(let text, let more):
      more.isEmpty ? ["cellNames": text] : ["cellNames": text, "cellMore": more]
    case .goods(let text, let more, let address, let picture):
      ["cellGoods": ["linkText": text, "linkMore": more, "linkURL": address, "picture": picture] as Model]
    case .field(let field):
      ["cellField": ["fieldName": field.name, "fieldLabel": field.label, "fieldKey": field.key] as Model]
    }
  }
}

/// A number that is typed into a list.
struct ListField: Sendable {
  let name: String
  /// Read aloud.
  let label: String
  /// Of the form, so that one that is sent twice counts once.
  let key: String
}

/// What can be done with the rows that are ticked.
struct BulkAction: Sendable {
  /// What the button sends.
  let name: String
  /// The key of what stands on it.
  let word: String
  var isFirst = false
}

struct ListTab: Sendable {
  let name: String
  let address: String
  var count: Int?
  let isCurrent: Bool

  /// Large sets are counted up to a bound, and more than these are only said to be more.
  static func text(_ count: Int) -> String { count > 999 ? "999+" : String(count) }
}
