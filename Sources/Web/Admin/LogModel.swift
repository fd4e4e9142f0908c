import Accounts
import AuditLog
import Flows
import Merchants
import Orders
import Pages
import Values

/// Entries of the log as pages show them.
struct LogModel {
  private let words: Words
  private let format: Format
  private let merchants: [MerchantID: Merchant]

  init(words: Words, merchants: [Merchant]) {
    self.words = words
    format = Format(words.language)
    self.merchants = Dictionary(merchants.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
  }

  private func facts(_ entry: DeedEntry) -> Model {
    var model: Model = [
      "number": String(entry.number), "at": format.dateTime(entry.at),
      "atISO": entry.at.description, "what": what(entry), "whoText": who(entry), "subjectText": subject(entry),
    ]
    let merchant = merchantName(entry)
    if !merchant.isEmpty { model["merchantText"] = merchant }
    if !entry.origin.isEmpty { model["origin"] = entry.origin }
    return model
  }

  /// - Parameter isSound: whether the entry fits its hash.
  func detail(_ entry: DeedEntry, isSound: Bool, for staff: Staff) -> Model {
    var model = facts(entry)
    model["exactly"] = entry.at.description
    if entry.subject != entry.subjectName { model["subject"] = entry.subject }
    model["verb"] = entry.verb
    if !entry.trace.isEmpty { model["trace"] = entry.trace }
    if !entry.note.isEmpty { model["remark"] = entry.note }
    if WorkOrder.opens(to: staff), entry.subject.hasPrefix(OrderTag.prefix + "_"),
      let number = OrderNumber(rawValue: entry.subjectName)
    {
      model["subjectURL"] = Addresses.desk(number)
    }
    model["sameWhoURL"] = Addresses.with([("who", entry.who)], Addresses.logDesk)
    model["sameSubjectURL"] = Addresses.with(
      [("subject", subject(entry))], Addresses.logDesk)
    model["fields"] = fields(entry)
    model["hasFields"] = entry.before != nil || entry.after != nil
    model["previous"] = entry.previous
    model["hash"] = entry.hash
    model["state"] =
      isSound
      ? ["kind": "green", "icon": "check", "text": words["log.fits"] ?? ""] as Model
      : ["kind": "red", "icon": "warn", "text": words["log.fitsNot"] ?? ""] as Model
    return model
  }

  func what(_ entry: DeedEntry) -> String { words["log.verbs.\(entry.verb)"] ?? entry.verb }

  /// What it was done to, as people call it.
  func subject(_ entry: DeedEntry) -> String { entry.subjectName.isEmpty ? entry.subject : entry.subjectName }

  /// Empty for what concerns no merchant.
  func merchantName(_ entry: DeedEntry) -> String {
    entry.merchant.flatMap { merchants[$0] }?.name[words.language] ?? ""
  }

  func who(_ entry: DeedEntry) -> String {
    let kind = words["log.whoKinds.\(entry.who)"]
    if entry.whoName.isEmpty { return kind ?? entry.who }
    return kind.map { "\(entry.whoName) (\($0))" } ?? entry.whoName
  }

  /// Every field of either side, those that changed marked.
  private func fields(_ entry: DeedEntry) -> [Model] {
    let (before, after) = (entry.fieldsBefore, entry.fieldsAfter)
    return Set(before.keys).union(after.keys).sorted().map { name in
      let (was, became) = (before[name], after[name])
      var model: Model = ["field": name, "isChanged": entry.before == nil || entry.after == nil || was != became]
      if let was { model["was"] = was }
      if let became { model["became"] = became }
      return model
    }
  }
}
