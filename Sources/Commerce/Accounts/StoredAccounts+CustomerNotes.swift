import AuditLog
import Storage
import Values

/// What staff keep about customers: notes and tags.
extension StoredAccounts {
  private static let mostNotes = 500
  private static let mostTags = 20
  private static let longestTag = 30

  public func notes(
    on account: AccountID, of employer: MerchantID?, _ page: PageRequest
  ) async throws -> Page<CustomerNote> {
    var conditions: [SQL] = ["customer_note.account_id = \(account)", "customer_note.owner = \(employer?.raw ?? 0)"]
    if let text = page.after?.parts.first, let id = Int64(text) { conditions.append("customer_note.id < \(id)") }
    let (filter, limit) = (SQL.all(conditions), page.limit + 1)
    let found = try await database.read { transaction in
      try transaction.rows(
        """
        SELECT customer_note.*, staff.name FROM customer_note LEFT JOIN staff ON staff.id = customer_note.staff_id
        WHERE \(filter) ORDER BY customer_note.id DESC LIMIT \(limit)
        """
      ).map { try CustomerNote($0) }
    }
    return Page(fetched: found, limit: page.limit) { Cursor([String($0.id.raw)]) }
  }

  public func note(
    _ id: CustomerNoteID, on account: AccountID, of employer: MerchantID?
  ) async throws -> CustomerNote? {
    try await database.read { try Self.note(id, on: account, of: employer, in: $0) }
  }

  private static func note(
    _ id: CustomerNoteID, on account: AccountID, of employer: MerchantID?, in transaction: any ReadTransaction
  ) throws -> CustomerNote? {
    try transaction.row(
      """
      SELECT customer_note.*, staff.name FROM customer_note LEFT JOIN staff ON staff.id = customer_note.staff_id
      WHERE customer_note.id = \(id) AND customer_note.account_id = \(account)
        AND customer_note.owner = \(employer?.raw ?? 0)
      """
    ).map { try CustomerNote($0) }
  }

  public func addNote(
    _ text: String, on account: AccountID, of employer: MerchantID?, by staff: StaffID
  ) async throws -> CustomerNote {
    var faults = FieldFaults()
    let text = faults.text(text, "text", max: 1000, multiline: true)
    try faults.throwIfAny()
    let (id, now, owner): (CustomerNoteID, Timestamp, Int64) = (ids.next(), clock.now, employer?.raw ?? 0)
    return try await database.write { transaction in
      try Self.expectPresent(try Self.lockedCustomer(account, in: transaction))
      let count =
        try transaction.value(
          "SELECT COUNT(*) FROM customer_note WHERE account_id = \(account) AND owner = \(owner)", as: Int.self) ?? 0
      guard count < Self.mostNotes else { throw CustomerRefusal.tooManyNotes(most: Self.mostNotes) }
      try transaction.execute(
        """
        INSERT INTO customer_note (id, account_id, owner, staff_id, words, written_at)
        VALUES (\(id), \(account), \(owner), \(staff), \(text), \(now))
        """)
      guard let note = try Self.note(id, on: account, of: employer, in: transaction) else {
        throw CustomerRefusal.unknownNote
      }
      try DeedLog.note(
        Deed("customers.addNote", on: account, of: employer, after: note.deedFields), by: .staff(staff), at: now,
        in: transaction)
      return note
    }
  }

  public func removeNote(
    _ id: CustomerNoteID, on account: AccountID, of employer: MerchantID?, by staff: StaffID
  ) async throws {
    let now = clock.now
    try await database.write { transaction in
      guard let note = try Self.note(id, on: account, of: employer, in: transaction),
        try transaction.execute("DELETE FROM customer_note WHERE id = \(id)") > 0
      else { throw CustomerRefusal.unknownNote }
      try DeedLog.note(
        Deed("customers.removeNote", on: account, of: employer, before: note.deedFields), by: .staff(staff),
        at: now, in: transaction)
    }
  }

  // MARK: Tags

  public func tags(of accounts: [AccountID], employer: MerchantID?) async throws -> [AccountID: [String]] {
    guard !accounts.isEmpty else { return [:] }
    let owner = employer?.raw ?? 0
    return try await database.read { transaction in
      var tags: [AccountID: [String]] = [:]
      for row in try transaction.rows(
        """
        SELECT account_id, tag FROM customer_tag WHERE account_id IN \(list: accounts) AND owner = \(owner)
        ORDER BY account_id, tag LIMIT \(accounts.count * Self.mostTags)
        """)
      {
        tags[try row["account_id"], default: []].append(try row["tag"])
      }
      return tags
    }
  }

  public func setTags(
    _ tags: [String], of account: AccountID, employer: MerchantID?, by staff: StaffID
  ) async throws {
    let wanted = try Self.checked(tags)
    let (now, owner) = (clock.now, employer?.raw ?? 0)
    try await database.write { transaction in
      try Self.expectPresent(try Self.lockedCustomer(account, in: transaction))
      let before: [String] = try transaction.rows(
        "SELECT tag FROM customer_tag WHERE account_id = \(account) AND owner = \(owner) ORDER BY tag LIMIT 100"
      ).map { try $0["tag"] }
      guard Set(before) != Set(wanted) else { return }
      for tag in before where !wanted.contains(tag) {
        try transaction.execute(
          "DELETE FROM customer_tag WHERE owner = \(owner) AND tag = \(tag) AND account_id = \(account)")
      }
      for tag in wanted where !before.contains(tag) {
        try transaction.execute(
          "INSERT INTO customer_tag (owner, tag, account_id) VALUES (\(owner), \(tag), \(account))")
      }
      try DeedLog.note(
        Deed(
          "customers.tag", on: account, of: employer, before: ["tags": before.count], after: ["tags": wanted.count]),
        by: .staff(staff), at: now, in: transaction)
    }
  }

  /// Sorted, each once. Throws `FieldFaults` for `tags`.
  private static func checked(_ tags: [String]) throws -> [String] {
    var faults = FieldFaults()
    var checked: Set<String> = []
    for tag in tags {
      let text = faults.text(tag, "tags", max: longestTag, required: false)
      if !text.isEmpty { checked.insert(text) }
      try faults.throwIfAny()
    }
    if checked.count > mostTags { throw FieldFaults(field: "tags", code: "tooMany", details: ["max": "\(mostTags)"]) }
    return checked.sorted()
  }
}

extension CustomerNote {
  /// Without what it says: the log has other readers, and erasing the customer doesn't reach it.
  var deedFields: DeedFields { ["note": id, "length": text.count] }

  init(_ row: Row) throws {
    let name: String? = try row["name"]
    self.init(
      id: try row["id"], author: try row["staff_id"], authorName: name ?? "", text: try row["words"],
      writtenAt: try row["written_at"])
  }
}
