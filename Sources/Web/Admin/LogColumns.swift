import Accounts
import AuditLog
import Merchants
import Pages
import Values

/// The columns and filters of the log.
enum LogColumns {
  static let listName = "log"
  private static let verbPrefix = "log.verbs."

  /// - Parameter merchants: for staff of the platform to choose from; those of a merchant see its entries alone.
  static func list(_ merchants: [Merchant], for staff: Staff, _ words: Words) -> DeskList<DeedEntry> {
    let isPlatform = staff.merchant == nil
    return DeskList(
      name: listName, address: Addresses.logDesk,
      columns: columns(LogModel(words: words, merchants: merchants)),
      filters: filters(words) + (isPlatform ? [ListFilter.merchants(merchants, word: "log.merchant", words)] : []),
      emptyWord: "log.none",
      identify: { String($0.number) })
  }

  private static func columns(_ model: LogModel) -> [ListColumn<DeedEntry>] {
    [
      ListColumn(name: "number", word: "log.number", place: .first) { entry, _ in
        .link(String(entry.number), to: Addresses.logEntry(entry.number))
      },
      ListColumn(name: "at", word: "log.at") { entry, _ in .time(entry.at) },
      ListColumn(name: "who", word: "log.who") { entry, _ in .names(model.who(entry), more: entry.origin) },
      ListColumn(name: "what", word: "log.what") { entry, _ in .text(model.what(entry)) },
      ListColumn(name: "subject", word: "log.subject") { entry, _ in .text(model.subject(entry)) },
      ListColumn(name: "merchant", word: "log.merchant") { entry, _ in .text(model.merchantName(entry)) },
      ListColumn(name: "note", word: "log.note", place: .onRequest) { entry, _ in .text(entry.note) },
      ListColumn(name: "trace", word: "log.trace", place: .onRequest) { entry, _ in .text(entry.trace) },
    ]
  }

  private static func filters(_ words: Words) -> [ListFilter] {
    // Those that the theme has words for.
    let verbs = words.keys.filter { $0.hasPrefix(verbPrefix) }.sorted().map { String($0.dropFirst(verbPrefix.count)) }
    return [
      ListFilter(name: "who", word: "log.who", kind: .text(longest: 80)),
      ListFilter(name: "verb", word: "log.what", kind: .choice(verbs), choiceWord: "log.verbs"),
      ListFilter(name: "subject", word: "log.subject", kind: .text(longest: ListFilter.longestText)),
      ListFilter(name: "date", word: "log.at", kind: .days),
    ]
  }

  static func filter(_ query: ListQuery, _ merchants: [Merchant]) -> DeedFilter {
    let days = query.days("date")
    return DeedFilter(
      who: query.text("who"), verb: query.text("verb"), subject: query.text("subject"),
      merchant: query.merchant(among: merchants),
      from: days.from, until: days.before)
  }
}
