import AuditLog
import Storage
import Values

extension StoredContent {
  /// Notes what staff did to an entry, last in the transaction that does it.
  /// - Parameters:
  ///   - before: nil where there was no entry.
  ///   - after: nil where none is left.
  func note(
    _ verb: String, from before: Entry?, to after: Entry?, by actor: Actor, in transaction: any Transaction
  ) throws {
    guard let entry = after ?? before else { return }
    let deed = Deed(
      verb, on: entry.id, named: entry.slug.rawValue, of: nil, before: before?.deedFields, after: after?.deedFields)
    try DeedLog.note(deed, by: actor, at: clock.now, in: transaction)
  }

  /// The same of a banner.
  func note(
    _ verb: String, from before: Banner?, to after: Banner?, by actor: Actor, in transaction: any Transaction
  ) throws {
    guard let banner = after ?? before else { return }
    let deed = Deed(
      verb, on: banner.id, named: banner.title[.en], of: nil, before: before?.deedFields, after: after?.deedFields)
    try DeedLog.note(deed, by: actor, at: clock.now, in: transaction)
  }
}

extension Entry {
  fileprivate var deedFields: DeedFields {
    [
      "kind": kind.rawValue, "slug": slug, "state": state.rawValue, "version": version, "shownVersion": shownVersion,
      "title.en": text.title.en, "title.zh": text.title.zhHans, "summary.en": text.summary.en,
      "summary.zh": text.summary.zhHans, "body.en": text.body.en, "body.zh": text.body.zhHans,
      "picture": text.picture, "from": text.from, "until": text.until,
    ]
  }
}

extension Banner {
  fileprivate var deedFields: DeedFields {
    [
      "place": place.rawValue, "position": position, "version": version, "isOn": isOn, "title.en": title.en,
      "title.zh": title.zhHans, "text.en": text.en, "text.zh": text.zhHans, "action.en": action.en,
      "action.zh": action.zhHans, "link": link, "picture": picture, "picturePhone": picturePhone, "from": from,
      "until": until,
    ]
  }
}

extension Menu {
  /// A line each, in reading order; those below others are set in.
  var deedFields: DeedFields {
    var fields: [(String, String)] = []
    for (index, line) in lines.enumerated() {
      let text = "\(line.isNested ? "– " : "")\(line.title.en) / \(line.title.zhHans) → \(line.address)"
      fields.append(("line.\(index + 1)", text))
    }
    fields.append(("version", String(version)))
    return DeedFields(fields)
  }
}

extension ContentPicture {
  var deedFields: DeedFields { ["alternative.en": alternative.en, "alternative.zh": alternative.zhHans] }
}
