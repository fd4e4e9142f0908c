import AuditLog
import Events
import Storage
import Values

extension StoredMerchants {
  /// More than these nobody looks at.
  static let mostOpen = 1000

  public func expectApplicable(
    _ draft: ApplicationDraft, hasPicture: Bool, over amended: MerchantApplicationID?
  ) async throws {
    if let amended {
      guard let known = try await application(amended) else { throw MerchantRefusal.unknownApplication }
      guard known.state == .asked else { throw MerchantRefusal.applicationDecided(known.state) }
      var draft = draft
      draft.email = known.email
      _ = try await checked(draft, hasPicture: hasPicture || known.licencePicture != nil)
      return
    }
    let email = try await checked(draft, hasPicture: hasPicture).email
    try await database.read { transaction in
      try Self.expectRoom(in: transaction)
      guard try transaction.row("SELECT id FROM merchant_application WHERE open_email = \(email)") == nil else {
        throw MerchantRefusal.alreadyApplied
      }
    }
  }

  public func apply(_ draft: ApplicationDraft) async throws -> MerchantApplication {
    let (now, id, key) = (clock.now, ids.next(MerchantApplicationTag.self), ApplicationKey.random())
    let text = try await checked(draft, hasPicture: draft.licencePicture != nil)
    let typed = MerchantApplication(
      id: id, key: key, name: text.name, slug: text.slug, contact: text.contact, phone: text.phone,
      email: text.email, goods: text.goods, licence: text.licence, licencePicture: draft.licencePicture,
      language: draft.language, state: .unconfirmed, answer: "", appliedAt: now, movedAt: now, revision: 1,
      merchant: nil)
    do {
      try await database.write { [self] transaction in
        try Self.expectRoom(in: transaction)
        try ApplicationTable.insert(typed, in: transaction)
        try tell(typed, in: transaction)
      }
    } catch StorageFault.duplicateKey {
      throw MerchantRefusal.alreadyApplied
    }
    return typed
  }

  /// Counts those that somebody stands behind: else a program could close the shop to everybody.
  private static func expectRoom(in transaction: any ReadTransaction) throws {
    let open: Int? = try transaction.value(
      """
      SELECT COUNT(*) FROM merchant_application
      WHERE state IN \(list: MerchantApplication.State.open.map(\.rawValue).sorted())
      """)
    guard open ?? 0 < mostOpen else { throw MerchantRefusal.tooManyApplications }
  }

  public func confirm(_ id: MerchantApplicationID) async throws -> MerchantApplication {
    let now = clock.now
    return try await database.write { [self] transaction in
      let before = try ApplicationTable.locked(id, in: transaction)
      guard before.state == .unconfirmed else { return before }
      return try settle(id, in: transaction) { $0.moved(to: .waiting, at: now) }.after
    }
  }

  public func application(_ id: MerchantApplicationID) async throws -> MerchantApplication? {
    try await database.read { transaction in
      try transaction.row("SELECT * FROM merchant_application WHERE id = \(id)").map(ApplicationTable.application)
    }
  }

  public func applications(
    _ states: Set<MerchantApplication.State>, _ page: PageRequest
  ) async throws -> Page<MerchantApplication> {
    let isOldestFirst = states.isSubset(of: MerchantApplication.State.open)
    let after = page.after.flatMap { $0.parts.first }.flatMap { MerchantApplicationID($0) }
    var conditions: [SQL] = ["state IN \(list: states.map(\.rawValue).sorted())"]
    if let after { conditions.append(isOldestFirst ? "id > \(after)" : "id < \(after)") }
    let order: SQL = isOldestFirst ? "id" : "id DESC"
    let query: SQL = """
      SELECT * FROM merchant_application WHERE \(SQL.all(conditions)) ORDER BY \(order) LIMIT \(page.limit + 1)
      """
    let found = try await database.read { try $0.rows(query).map(ApplicationTable.application) }
    return Page(fetched: found, limit: page.limit) { Cursor([$0.id.description]) }
  }

  public func applicationCounts() async throws -> [MerchantApplication.State: Int] {
    try await counts.value("all") {
      try await self.database.read { transaction in
        var counts: [MerchantApplication.State: Int] = [:]
        let rows = try transaction.rows(
          "SELECT state, COUNT(*) AS applications FROM merchant_application GROUP BY state")
        for row in rows {
          if let state = MerchantApplication.State(rawValue: try row["state"]) {
            counts[state] = try row["applications"]
          }
        }
        return counts
      }
    } ?? [:]
  }

  public func amend(_ id: MerchantApplicationID, _ draft: ApplicationDraft) async throws -> MerchantApplication {
    guard let known = try await application(id) else { throw MerchantRefusal.unknownApplication }
    var draft = draft
    draft.email = known.email
    draft.licencePicture = draft.licencePicture ?? known.licencePicture
    let (now, language) = (clock.now, draft.language)
    let picture = draft.licencePicture
    let text = try await checked(draft, hasPicture: picture != nil)
    return try await database.write { [self] transaction in
      let before = try ApplicationTable.locked(id, in: transaction)
      guard before.state == .asked else {
        throw MerchantRefusal.applicationDecided(before.state)
      }
      let after = MerchantApplication(
        id: id, key: before.key, name: text.name, slug: text.slug, contact: text.contact, phone: text.phone,
        email: before.email, goods: text.goods, licence: text.licence, licencePicture: picture,
        language: language, state: .waiting, answer: before.answer, appliedAt: before.appliedAt, movedAt: now,
        revision: before.revision + 1, merchant: nil)
      try ApplicationTable.update(after, in: transaction)
      try tell(after, in: transaction)
      return after
    }
  }

  public func withdraw(_ id: MerchantApplicationID) async throws -> MerchantApplication {
    let now = clock.now
    return try await database.write { [self] transaction in
      try settle(id, in: transaction) { $0.moved(to: .withdrawn, at: now) }.after
    }
  }

  public func ask(_ id: MerchantApplicationID, _ answer: String, by actor: Actor) async throws -> MerchantApplication {
    try await reply(id, .asked, answer, "merchants.askApplicant", by: actor)
  }

  public func reject(
    _ id: MerchantApplicationID, _ answer: String, by actor: Actor
  ) async throws -> MerchantApplication {
    try await reply(id, .rejected, answer, "merchants.rejectApplication", by: actor)
  }

  private func reply(
    _ id: MerchantApplicationID, _ state: MerchantApplication.State, _ answer: String, _ verb: String, by actor: Actor
  ) async throws -> MerchantApplication {
    var check = MerchantCheck()
    let answer = check.words(answer, "answer", max: MerchantCheck.longestAnswer)
    try check.faults.throwIfAny()
    let now = clock.now
    return try await database.write { [self] transaction in
      let (before, after) = try settle(id, in: transaction) { $0.moved(to: state, answer: answer, at: now) }
      try note(verb, from: before, to: after, saying: answer, by: actor, in: transaction)
      return after
    }
  }

  public func admit(_ id: MerchantApplicationID, as slug: String, by actor: Actor) async throws -> Merchant {
    var check = MerchantCheck()
    let slug = check.slug(slug)
    try check.faults.throwIfAny()
    guard let slug else { throw FieldFaults(field: "slug", code: "missing") }
    let (now, merchantID) = (clock.now, ids.next(MerchantTag.self))
    do {
      return try await database.write { [self] transaction in
        // Whoever comes second finds the application decided: the row is held until both are written.
        let (before, after) = try settle(id, in: transaction) {
          $0.moved(to: .approved, answer: "", merchant: merchantID, at: now)
        }
        let merchant = Merchant(
          id: merchantID, slug: slug, name: after.name, introduction: LocalizedText(), email: "",
          language: after.language, openedAt: now, application: id)
        try MerchantTable.insert(merchant, in: transaction)
        try tell(MerchantChanged(merchant: merchantID), in: transaction)
        try tell(MerchantAdmitted(merchant: merchantID, application: id), in: transaction)
        try note("merchants.admit", from: before, to: after, of: merchantID, by: actor, in: transaction)
        return merchant
      }
    } catch StorageFault.duplicateKey {
      throw MerchantRefusal.slugTaken
    }
  }

  /// Moves an application that nobody has decided yet.
  private func settle(
    _ id: MerchantApplicationID, in transaction: any Transaction,
    _ move: (MerchantApplication) -> MerchantApplication
  ) throws -> (before: MerchantApplication, after: MerchantApplication) {
    let before = try ApplicationTable.locked(id, in: transaction)
    let after = move(before)
    guard before.state == after.state ? before.state == .asked : before.state.next.contains(after.state) else {
      throw MerchantRefusal.applicationDecided(before.state)
    }
    try ApplicationTable.update(after, in: transaction)
    try tell(after, in: transaction)
    return (before, after)
  }

  private func tell(_ application: MerchantApplication, in transaction: any Transaction) throws {
    try tell(
      ApplicationMoved(application: application.id, state: application.state, number: application.revision),
      in: transaction)
  }

  private func note(
    _ verb: String, from before: MerchantApplication, to after: MerchantApplication, of merchant: MerchantID? = nil,
    saying remark: String = "", by actor: Actor, in transaction: any Transaction
  ) throws {
    let deed = Deed(
      verb, on: after.id, named: after.slug.rawValue, of: merchant, before: before.deedFields,
      after: after.deedFields, note: remark)
    try DeedLog.note(deed, by: actor, at: clock.now, in: transaction)
  }

  // MARK: What was typed

  private struct Typed: Sendable {
    let name: LocalizedText
    let slug: Slug
    let contact: String
    let phone: String
    let email: String
    let goods: String
    let licence: String
  }

  /// Throws `FieldFaults`, also for a short name that a merchant has.
  private func checked(_ draft: ApplicationDraft, hasPicture: Bool) async throws -> Typed {
    var check = MerchantCheck()
    let name = check.name(draft.name)
    let slug = check.slug(draft.slug)
    let contact = check.faults.text(draft.contact, "contact", max: 60)
    let phone = check.phone(draft.phone)
    let email = check.email(draft.email)
    let goods = check.words(draft.goods, "goods", max: 1000)
    let licence = check.faults.text(draft.licence, "licence", max: 40)
    if !hasPicture { check.faults.add("licencePicture", "missing") }
    if let slug, try await merchant(slug: slug) != nil { check.faults.add("slug", "taken") }
    try check.faults.throwIfAny()
    guard let slug else { throw FieldFaults(field: "slug", code: "missing") }
    return Typed(
      name: name, slug: slug, contact: contact, phone: phone, email: email, goods: goods, licence: licence)
  }
}
