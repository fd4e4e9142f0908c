import Crypto
import Foundation
import Values

/// A deed as it stands in the log.
public struct DeedEntry: Hashable, Sendable {
  /// From 1, without a gap.
  public let number: Int64
  /// The hash of the entry before; of the first one, zeros.
  public let previous: String
  public let at: Timestamp
  /// A member of staff by identifier, or `visitor`, `command`, `program`, as `AuditActor.Who` writes it.
  public let who: String
  public let whoName: String
  /// Where it came from: a network address, or a machine.
  public let origin: String
  /// Empty outside of one.
  public let trace: String
  public let verb: String
  public let subject: String
  public let subjectName: String
  public let merchant: MerchantID?
  /// `DeedFields` as JSON.
  public internal(set) var before: String?
  public internal(set) var after: String?
  public let note: String
  public internal(set) var hash: String

  public var place: DeedPlace { DeedPlace(at: at, number: number) }
  public var mark: DeedMark { DeedMark(number: number, hash: hash) }
  public var fieldsBefore: [String: String] { before.flatMap(DeedFields.init(json:))?.values ?? [:] }
  public var fieldsAfter: [String: String] { after.flatMap(DeedFields.init(json:))?.values ?? [:] }

  /// What the entry says, name by name in the order in which it is hashed.
  public var said: [(name: String, value: String?)] {
    [
      ("number", String(number)), ("previous", previous), ("at", at.description), ("who", who), ("whoName", whoName),
      ("origin", origin), ("trace", trace), ("verb", verb), ("subject", subject), ("subjectName", subjectName),
      ("merchant", merchant?.description), ("before", before), ("after", after), ("note", note),
    ]
  }

  /// SHA-256 of all that it says, in hex: of each value in turn its length in bytes of UTF-8, `:`, the value and `,`; of an
  /// absent one `-,`.
  public var hashOfSaid: String {
    var sum = SHA256()
    for (_, value) in said {
      sum.update(data: Data((value.map { "\($0.utf8.count):\($0)," } ?? "-,").utf8))
    }
    return Hex.text(sum.finalize())
  }

  /// Whether nothing was changed since it was written.
  public var fitsItsHash: Bool { hash == hashOfSaid }

  /// With a mark in place of what tells where a buyer lives and how to call them. Doesn't fit its hash any more.
  public func masked() -> DeedEntry {
    var entry = self
    entry.before = before.flatMap(Self.maskedFields)
    entry.after = after.flatMap(Self.maskedFields)
    return entry
  }

  private static func maskedFields(_ json: String) -> String? {
    guard let fields = DeedFields(json: json) else { return nil }
    return try? DeedFields(
      fields.values.map { name, value in
        let last = name.split(separator: ".").last.map(String.init) ?? name
        return (name, DeedFields.contacts.contains(last) ? "•••" : value)
      }
    ).json
  }
}

extension DeedEntry {
  /// The next entry of the log.
  init(_ deed: Deed, by actor: AuditActor, at: Timestamp, after last: DeedMark) throws {
    self.init(
      number: last.number + 1, previous: last.hash, at: at, who: actor.who.text,
      whoName: actor.name.plain(DeedRows.longestName), origin: actor.origin.plain(DeedRows.longestOrigin),
      trace: (actor.trace ?? "").plain(DeedRows.longestTrace), verb: deed.verb,
      subject: deed.subject.plain(DeedRows.longestSubject), subjectName: deed.name.plain(DeedRows.longestSubjectName),
      merchant: deed.merchant, before: try deed.before?.json, after: try deed.after?.json,
      note: deed.note.cut(at: DeedRows.longestNote), hash: "")
    hash = hashOfSaid
  }
}

/// An entry by its number and its hash. Whoever wrote one down can tell later whether the log up to there is what it was.
public struct DeedMark: Hashable, Sendable, CustomStringConvertible {
  public let number: Int64
  public let hash: String

  public init(number: Int64, hash: String) {
    self.number = number
    self.hash = hash
  }

  /// `NUMBER:HASH`.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, let number = Int64(parts[0]), number > 0, parts[1].utf8.count == 64,
      Hex.bytes(parts[1]) != nil
    else { return nil }
    self.init(number: number, hash: parts[1].lowercased())
  }

  public var description: String { "\(number):\(hash)" }

  /// Before the first entry.
  public static let start = DeedMark(number: 0, hash: String(repeating: "0", count: 64))
}
