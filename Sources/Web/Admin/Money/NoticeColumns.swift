import Pages
import Payments
import Values

/// What the list of notices is made of.
enum NoticeColumns {
  static let columns: [ListColumn<HeardNotice>] = [
    ListColumn(name: "number", word: "notices.number", place: .first) { heard, _ in
      .link(heard.id.description, to: Addresses.notice(heard.id))
    },
    ListColumn(name: "at", word: "transactions.at") { heard, _ in .time(heard.notice.receivedAt) },
    ListColumn(name: "method", word: "transactions.method") { heard, words in
      .text(MoneyWords.method(heard.method, words))
    },
    ListColumn(name: "payment", word: "transactions.number") { heard, _ in
      heard.payment.map { .link($0.description, to: Addresses.transaction($0)) } ?? .nothing
    },
    ListColumn(name: "verification", word: "notices.verification") { heard, words in
      let word = NoticeColumns.verdict(heard, words)
      return .state(
        heard.isBelieved ? word : "\(word): \(heard.notice.verification)", NoticeColumns.state(heard, words))
    },
    ListColumn(name: "effect", word: "notices.effect") { heard, words in
      .text(NoticeColumns.effect(heard, words))
    },
    ListColumn(name: "body", word: "transactions.body", place: .onRequest) { heard, _ in
      .excerpt(heard.notice.body, of: NoticesDesk.mostShown)
    },
    ListColumn(name: "headers", word: "notices.headers", place: .onRequest) { heard, _ in
      .excerpt(heard.headers ?? "", of: NoticesDesk.mostShown)
    },
  ]

  static func effect(_ heard: HeardNotice, _ words: Words) -> String {
    words["transactions.effects.\(heard.notice.effect)"] ?? heard.notice.effect
  }

  /// Whether it was believed, and why not.
  static func state(_ heard: HeardNotice, _ words: Words) -> Model {
    let word = verdict(heard, words)
    return [
      "kind": heard.isBelieved ? "green" : "red", "icon": heard.isBelieved ? "check" : "warn",
      "text": heard.isBelieved ? word : "\(word): \(reason(heard.notice.verification, words))",
    ]
  }

  private static func verdict(_ heard: HeardNotice, _ words: Words) -> String {
    words[heard.isBelieved ? "notices.believed" : "notices.disbelieved"] ?? ""
  }

  /// `badSignature`, or `unreadable("JSON")`.
  private static func reason(_ verification: String, _ words: Words) -> String {
    let name = String(verification.prefix { $0 != "(" })
    return words["notices.faults.\(name)"] ?? verification
  }

  static func filters(_ methods: [PaymentMethod]) -> [ListFilter] {
    [
      ListFilter(
        name: "method", word: "transactions.method", kind: .choice(methods.map(\.rawValue)), choiceWord: "pay.methods"),
      ListFilter(
        name: "verification", word: "notices.verification", kind: .choice(["believed", "disbelieved"]),
        choiceWord: "notices"),
      ListFilter(
        name: "effect", word: "notices.effect", kind: .choice(HeardNotice.effects), choiceWord: "transactions.effects"),
      ListFilter(name: "payment", word: "transactions.number", kind: .text(longest: 40)),
      ListFilter(name: "date", word: "transactions.at", kind: .days),
    ]
  }

  static func filter(_ query: ListQuery) -> NoticeFilter {
    let days = query.days("date")
    return NoticeFilter(
      method: query.text("method").flatMap(PaymentMethod.init(rawValue:)),
      // What is no payment's number finds nothing.
      payment: query.text("payment").map { PaymentID($0.lowercased()) ?? PaymentID(raw: -1) },
      isBelieved: query.text("verification").map { $0 == "believed" }, effect: query.text("effect"), from: days.from,
      before: days.before)
  }
}
