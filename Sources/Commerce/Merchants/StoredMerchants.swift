import AuditLog
import Events
import Storage
import Values

/// Merchants over a database, all kept in memory: they are few and on every page.
public final class StoredMerchants: MerchantService, Sendable {
  let database: any Database
  let outbox: Outbox
  let ids: IDGenerator
  let clock: WallClock
  private let known = ReadCache<String, [Merchant]>(capacity: 4)
  let counts = ReadCache<String, [MerchantApplication.State: Int]>(capacity: 4)

  public init(database: any Database, outbox: Outbox, ids: IDGenerator, clock: WallClock) {
    self.database = database
    self.outbox = outbox
    self.ids = ids
    self.clock = clock
  }

  public func open(_ draft: MerchantDraft) async throws -> Merchant {
    var check = MerchantCheck()
    let profile = check.profile(
      MerchantProfile(name: draft.name, introduction: draft.introduction, email: draft.email))
    try check.faults.throwIfAny()
    let now = clock.now
    let merchant = Merchant(
      id: ids.next(), slug: draft.slug, name: profile.name, introduction: profile.introduction, email: profile.email,
      openedAt: now)
    do {
      try await database.write { [self] transaction in
        try MerchantTable.insert(merchant, in: transaction)
        try tell(MerchantChanged(merchant: merchant.id), in: transaction)
        try note("merchants.open", from: nil, to: merchant, in: transaction)
      }
    } catch StorageFault.duplicateKey {
      throw MerchantRefusal.slugTaken
    }
    return merchant
  }

  public func merchant(_ id: MerchantID) async throws -> Merchant? { try await merchants().first { $0.id == id } }
  public func merchant(slug: Slug) async throws -> Merchant? { try await merchants().first { $0.slug == slug } }

  public func merchants() async throws -> [Merchant] {
    try await known.value("all") {
      try await self.database.read { transaction in
        try transaction.rows("SELECT * FROM merchant ORDER BY id LIMIT 10000").map(MerchantTable.merchant)
      }
    } ?? []
  }

  public func revise(
    _ id: MerchantID, _ profile: MerchantProfile, version: Int, by actor: Actor
  ) async throws -> Merchant {
    var check = MerchantCheck()
    let checked = check.profile(profile)
    try check.faults.throwIfAny()
    return try await database.write { [self] transaction in
      let before = try MerchantTable.locked(id, in: transaction)
      guard before.version == version else { throw MerchantRefusal.merchantChanged }
      if before.profile == checked { return before }
      let after = before.with(checked)
      try MerchantTable.update(after, in: transaction)
      try tell(MerchantChanged(merchant: id), in: transaction)
      try note("merchants.revise", from: before, to: after, by: actor, in: transaction)
      return after
    }
  }

  public func move(
    _ id: MerchantID, to state: MerchantState, reason: String, by actor: Actor
  ) async throws -> Merchant {
    var check = MerchantCheck()
    let reason = check.words(reason, "reason", max: MerchantCheck.longestReason, required: state != .open)
    try check.faults.throwIfAny()
    let now = clock.now
    return try await database.write { [self] transaction in
      let before = try MerchantTable.locked(id, in: transaction)
      guard before.state.next.contains(state) else { throw MerchantRefusal.wrongMerchantState(before.state) }
      let after = before.moved(to: state, reason: state == .open ? "" : reason, at: now)
      try MerchantTable.update(after, in: transaction)
      try tell(MerchantMoved(merchant: id, state: state, number: after.version), in: transaction)
      try note(Self.verb(of: state), from: before, to: after, saying: reason, by: actor, in: transaction)
      return after
    }
  }

  private static func verb(of state: MerchantState) -> String {
    switch state {
    case .open: "merchants.reinstate"
    case .suspended: "merchants.suspend"
    case .closed: "merchants.close"
    }
  }

  func tell(_ event: some Event, in transaction: any Transaction) throws {
    try outbox.tell(event, in: transaction)
    transaction.afterCommit { [weak self] in self?.forget() }
  }

  private func note(
    _ verb: String, from before: Merchant?, to after: Merchant, saying remark: String = "", by actor: Actor? = nil,
    in transaction: any Transaction
  ) throws {
    let deed = Deed(
      verb, on: after.id, named: after.slug.rawValue, of: after.id, before: before?.deedFields,
      after: after.deedFields, note: remark)
    try DeedLog.note(deed, by: actor, at: clock.now, in: transaction)
  }

  /// Drops what is kept in memory: after each commit of this process, and when another has changed it.
  public func forget() {
    known.forgetAll()
    counts.forgetAll()
  }
}
