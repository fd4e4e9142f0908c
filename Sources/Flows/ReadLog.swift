import Accounts
import AuditLog
import Values

/// What staff with the right to may read of what staff did: those of the platform all of it, those of a merchant what was
/// done to their merchant's rows.
public struct ReadLog: Sendable {
  /// How many entries an export reads at a time.
  public static let slice = 500

  private let log: DeedLog

  public init(_ log: DeedLog) { self.log = log }

  public static func opens(to staff: Staff) -> Bool { staff.rights.contains(.logView) }

  /// The newest first. Throws `StaffRefusal.notAllowed`, as everything below does.
  public func entries(matching filter: DeedFilter, _ page: PageRequest, for staff: Staff) async throws
    -> Page<DeedEntry>
  {
    let filter = try Self.narrowed(filter, to: staff)
    let before = page.after.flatMap(Self.place)
    let entries = try await log.entries(matching: filter, before: before, limit: page.limit + 1)
    return Page(fetched: entries.map { Self.shown($0, to: staff) }, limit: page.limit) {
      Cursor([String($0.at.milliseconds), String($0.number)])
    }
  }

  private static func place(_ cursor: Cursor) -> DeedPlace? {
    let numbers = cursor.parts.compactMap { Int64($0) }
    return numbers.count == 2 ? DeedPlace(at: Timestamp(milliseconds: numbers[0]), number: numbers[1]) : nil
  }

  /// Throws `LogRefusal.unknownEntry` also for what isn't the staff's merchant's.
  public func entry(_ number: Int64, for staff: Staff) async throws -> ReadEntry {
    try staff.require(.logView)
    guard let entry = try await log.entry(number), staff.merchant == nil || staff.merchant == entry.merchant else {
      throw LogRefusal.unknownEntry
    }
    // Whether it fits its hash is asked of the entry as it stands.
    return ReadEntry(entry: Self.shown(entry, to: staff), isSound: entry.fitsItsHash)
  }

  /// The oldest first, at most `slice` after the number.
  public func slice(matching filter: DeedFilter, after number: Int64, for staff: Staff) async throws -> [DeedEntry] {
    let filter = try Self.narrowed(filter, to: staff)
    return try await log.entries(matching: filter, after: number, limit: Self.slice).map { Self.shown($0, to: staff) }
  }

  /// The end of the whole log, for staff of the platform.
  public func head(for staff: Staff) async throws -> DeedMark? {
    try staff.require(.logView)
    return staff.merchant == nil ? try await log.head() : nil
  }

  /// An entry as this reader may see it: without where buyers live, unless they have the right to know.
  private static func shown(_ entry: DeedEntry, to staff: Staff) -> DeedEntry {
    staff.rights.contains(.buyersContact) ? entry : entry.masked()
  }

  private static func narrowed(_ filter: DeedFilter, to staff: Staff) throws -> DeedFilter {
    try staff.require(.logView)
    var filter = filter
    if let merchant = staff.merchant { filter.merchant = merchant }
    return filter
  }
}

/// One entry as its reader may see it.
public struct ReadEntry: Sendable {
  public let entry: DeedEntry
  /// Whether nothing was changed since it was written. What is masked doesn't fit its hash by itself.
  public let isSound: Bool
}

public enum LogRefusal: Refusal, Hashable {
  case unknownEntry

  public var code: String { "unknownEntry" }
  public var kind: RefusalKind { .notFound }
}
