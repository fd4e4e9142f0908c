import AuditLog
import Storage
import Synchronization
import Values

/// The switches of the program, kept in the database that all its processes share and known by heart in each: a change
/// counts everywhere within a second. While the database can't be read they stay as they were.
public final class Switches: Sendable {
  /// How often the database is asked.
  private static let beat = Duration.milliseconds(500)
  /// How soon to try again what is off until somebody switches it on, in seconds.
  private static let usualRetry = 60
  public static let nameLimit = 80
  /// For how long something may be switched off at a time.
  public static let minutes = 1...10_080

  private struct Entry: Hashable, Sendable {
    let isOff: Bool
    let offUntil: Timestamp?
    let changedAt: Timestamp
    let changedBy: String

    func isOff(at now: Timestamp) -> Bool { isOff && offUntil.map { now < $0 } ?? true }
  }

  private struct State {
    var entries: [Switch: Entry] = [:]
    /// What was off at the last look, to notice changes that time alone makes.
    var off: Set<Switch> = []
    var listeners: [@Sendable () -> Void] = []
  }

  /// In the order in which people should see them.
  public let names: [Switch]
  private let database: any Database
  private let clock: WallClock
  private let state = Mutex(State())

  public init(_ names: [Switch], database: any Database, clock: WallClock) {
    self.names = names
    self.database = database
    self.clock = clock
  }

  public func isOn(_ name: Switch) -> Bool {
    guard let entry = state.withLock({ $0.entries[name] }) else { return true }
    return !entry.isOff(at: clock.now)
  }

  /// Throws `SwitchedOff`.
  public func require(_ name: Switch) throws {
    guard let entry = state.withLock({ $0.entries[name] }), entry.isOff(at: clock.now) else { return }
    let seconds = entry.offUntil.map { ($0.milliseconds - clock.now.milliseconds + 999) / 1000 }
    throw SwitchedOff(name, retryAfterSeconds: Int(max(1, seconds ?? Int64(Self.usualRetry))))
  }

  public var states: [SwitchState] {
    let (entries, now) = (state.withLock { $0.entries }, clock.now)
    return names.map { name in
      let entry = entries[name]
      let isOff = entry?.isOff(at: now) ?? false
      return SwitchState(
        name: name, isOn: !isOff, offUntil: isOff ? entry?.offUntil : nil, changedAt: entry?.changedAt,
        changedBy: entry?.changedBy ?? "")
    }
  }

  /// Called after each change of any switch, wherever it was made.
  public func onChange(_ action: @escaping @Sendable () -> Void) { state.withLock { $0.listeners.append(action) } }

  /// - Parameters:
  ///   - until: when it goes on by itself; nil for never. Without meaning for switching on.
  ///   - person: who does it, for people; at most 80 characters are kept.
  public func turn(_ name: Switch, on isOn: Bool, until: Timestamp? = nil, by person: String) async throws {
    let (now, until) = (clock.now, isOn ? nil : until)
    try await database.write { transaction in
      let before = try transaction.row(
        "SELECT is_off, off_until FROM feature_switch WHERE name = \(name.rawValue)\(transaction.dialect.forUpdate)"
      ).map { try Self.fields(isOff: $0["is_off"] as Int == 1, until: $0["off_until"] as Timestamp?) }
      try transaction.execute(
        transaction.dialect.upsert(
          into: "feature_switch",
          [
            ("name", name.rawValue.sqlValue), ("is_off", (isOn ? 0 : 1).sqlValue), ("off_until", until.sqlValue),
            ("changed_at", now.sqlValue), ("changed_by", String(person.prefix(Self.nameLimit)).sqlValue),
          ], key: ["name"], update: ["is_off", "off_until", "changed_at", "changed_by"]))
      let deed = Deed(
        "switches.turn", on: name, named: name.rawValue, of: nil,
        before: before ?? Self.fields(isOff: false, until: nil),
        after: Self.fields(isOff: !isOn, until: until))
      try DeedLog.note(deed, at: now, in: transaction)
    }
    try await refresh()
  }

  private static func fields(isOff: Bool, until: Timestamp?) -> DeedFields {
    ["state": isOff ? "off" : "on", "until": until]
  }

  /// Reads how the switches stand.
  public func refresh() async throws {
    let names = names
    let entries = try await database.read { transaction in
      var entries: [Switch: Entry] = [:]
      for row in try transaction.rows("SELECT * FROM feature_switch ORDER BY name LIMIT 200") {
        // One that a newer or older program has is none of ours.
        guard let name = Switch(rawValue: try row["name"]), names.contains(name) else { continue }
        entries[name] = Entry(
          isOff: try row["is_off"] as Int == 1, offUntil: try row["off_until"], changedAt: try row["changed_at"],
          changedBy: try row["changed_by"])
      }
      return entries
    }
    let now = clock.now
    let off = Set(entries.filter { $0.value.isOff(at: now) }.keys)
    let listeners = state.withLock { state in
      let isNews = off != state.off
      (state.entries, state.off) = (entries, off)
      return isNews ? state.listeners : []
    }
    for action in listeners { action() }
  }

  /// Refreshes until the task is cancelled.
  public func keep() async {
    while (try? await Task.sleep(for: Self.beat)) != nil, !Task.isCancelled {
      // What can't be read stays as it was; that the database is gone is said elsewhere.
      try? await refresh()
    }
  }

  public static let migrations = [
    Migration("governance", 1, "001_CreateFeatureSwitch") { transaction in
      try transaction.create(
        TableDefinition(
          "feature_switch",
          [
            .text("name", 40), .integer("is_off"), .integer("off_until", nullable: true), .integer("changed_at"),
            .text("changed_by", nameLimit),
          ],
          primaryKey: ["name"]))
    }
  ]
}
