import Storage
import Values

/// What is wrong with the chain of entries, at the first place where something is.
public enum ChainFault: Hashable, Sendable, CustomStringConvertible {
  /// There is no entry of this number, and there are later ones.
  case missing(Int64)
  /// An entry of a number that none can have.
  case stray(Int64)
  /// What it says isn't what its hash was made of.
  case changed(Int64)
  /// It doesn't hold the hash of the entry before.
  case unlinked(Int64)
  /// The entries end elsewhere than the log says.
  case cut(after: DeedMark, end: DeedMark?)
  /// The entry that somebody wrote down isn't there, or is another.
  case notAsKnown(DeedMark)

  public var description: String {
    switch self {
    case .missing(let number): "entry \(number) is missing"
    case .stray(let number): "entry \(number) was put in"
    case .changed(let number): "entry \(number) was changed: its hash doesn't fit what it says"
    case .unlinked(let number): "entry \(number) doesn't follow from the entry before"
    case .cut(let last, let end):
      "the entries end at \(last.number), and the log says that they end at \(end?.number ?? 0)"
        + (end?.number == last.number ? " with another hash" : "")
    case .notAsKnown(let mark): "entry \(mark.number) isn't the one that was written down"
    }
  }
}

public struct ChainReport: Hashable, Sendable {
  /// The last entry up to which all is as it was written.
  public let sound: DeedMark
  public let fault: ChainFault?

  public init(soundUpTo sound: DeedMark, fault: ChainFault? = nil) {
    self.sound = sound
    self.fault = fault
  }
}

extension DeedLog {
  /// Reads the whole log, a slice at a time, while others go on noting.
  /// - Parameter known: an entry that was written down elsewhere. Without one, a log that somebody cut short or wrote
  ///   anew from some place on, its end included, can't be told from a sound one.
  public func verify(known: DeedMark? = nil, slice: Int = 1000) async throws -> ChainReport {
    var last = DeedMark.start
    // Also what was put in before the first.
    var place = Int64.min
    while true {
      try Task.checkCancellation()
      let from = place
      let (entries, end) = try await database.read { transaction in
        let rows = try transaction.rows("SELECT * FROM deed WHERE number > \(from) ORDER BY number LIMIT \(slice)")
        return (try rows.map(DeedRows.entry), try DeedRows.head(in: transaction))
      }
      for entry in entries {
        if let fault = Self.fault(of: entry, after: last) { return ChainReport(soundUpTo: last, fault: fault) }
        if let known, known.number == entry.number, known.hash != entry.hash {
          return ChainReport(soundUpTo: last, fault: .notAsKnown(known))
        }
        last = entry.mark
      }
      place = last.number
      guard entries.count < slice else { continue }
      return ChainReport(soundUpTo: last, fault: Self.fault(ofEnd: last, end: end, known: known))
    }
  }

  private static func fault(of entry: DeedEntry, after last: DeedMark) -> ChainFault? {
    let next = last.number + 1
    if entry.number < next { return .stray(entry.number) }
    if entry.number > next { return .missing(next) }
    if !entry.fitsItsHash { return .changed(entry.number) }
    return entry.previous == last.hash ? nil : .unlinked(entry.number)
  }

  private static func fault(ofEnd last: DeedMark, end: DeedMark?, known: DeedMark?) -> ChainFault? {
    if (end ?? .start) != last { return .cut(after: last, end: end) }
    if let known, known.number > last.number { return .notAsKnown(known) }
    return nil
  }
}
