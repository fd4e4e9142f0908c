import AuditLog
import Events
import Storage
import Values

extension StoredInventory {
  public func openCount(_ draft: CountDraft, by staff: StaffID) async throws -> CountSheet {
    var faults = FieldFaults()
    let title = faults.text(draft.title, "title", max: 100)
    let named = draft.variants.map { Set($0).sorted() }
    if let named, named.isEmpty { faults.add("variants", "missing") }
    try faults.throwIfAny()
    let id: CountSheetID = ids.next()
    return try await database.write { transaction in
      let place = try Self.openLocation(draft.location, "location", in: transaction)
      let variants = try named ?? Self.counted(at: place.id, in: transaction)
      guard variants.count <= CountSheet.mostLines else {
        throw FieldFaults(field: "variants", code: "tooMany", details: ["max": String(CountSheet.mostLines)])
      }
      guard !variants.isEmpty else { throw FieldFaults(field: "location", code: "nothingThere") }
      let sheet = CountSheet(
        id: id, merchant: place.merchant, location: place.id, title: title, state: .open, lines: variants.count,
        counted: 0, openedBy: .staff(staff), openedAt: self.clock.now)
      try transaction.execute(
        """
        INSERT INTO stock_sheet
          (id, merchant_id, location_id, title, state, line_count, counted_count, opened_by, opened_at)
        VALUES (\(id), \(place.merchant), \(place.id), \(title), \(CountSheet.State.open), \(variants.count), 0,
          \(sheet.openedBy.text), \(sheet.openedAt))
        """)
      for start in stride(from: 0, to: variants.count, by: 500) {
        let rows = variants[start..<min(start + 500, variants.count)].map { [id, $0] as [any SQLConvertible] }
        try transaction.execute("INSERT INTO stock_sheet_line (sheet_id, variant_id) VALUES \(rows: rows)")
      }
      let deed = Deed(
        "stock.openCount", on: id, named: title, of: place.merchant,
        after: ["location": place.name, "lines": String(variants.count)])
      try DeedLog.note(deed, by: .staff(staff), at: self.clock.now, in: transaction)
      return sheet
    }
  }

  /// One more than a sheet has room for, where there are more.
  private static func counted(at location: LocationID, in transaction: any Transaction) throws -> [VariantID] {
    try transaction.rows(
      """
      SELECT variant_id FROM stock WHERE location_id = \(location) AND is_unlimited = 0
      ORDER BY variant_id LIMIT \(CountSheet.mostLines + 1)
      """
    ).map { try $0["variant_id"] }
  }

  public func counts(matching filter: CountFilter, _ page: PageRequest) async throws -> Page<CountSheet> {
    let last = page.after?.parts.first.flatMap { Int64($0) } ?? Int64.max
    var conditions: [SQL] = ["id < \(last)"]
    if let merchant = filter.merchant { conditions.append("merchant_id = \(merchant)") }
    if let location = filter.location { conditions.append("location_id = \(location)") }
    if let state = filter.state { conditions.append("state = \(state)") }
    if !filter.title.isEmpty { conditions.append("INSTR(LOWER(title), \(filter.title.lowercased())) > 0") }
    if let from = filter.from { conditions.append("opened_at >= \(from)") }
    if let before = filter.before { conditions.append("opened_at < \(before)") }
    let (all, limit) = (SQL.all(conditions), page.limit + 1)
    return try await database.read { transaction in
      let sheets = try transaction.rows("SELECT * FROM stock_sheet WHERE \(all) ORDER BY id DESC LIMIT \(limit)")
        .map { try CountSheet($0) }
      return Page(fetched: sheets, limit: page.limit) { Cursor([String($0.id.raw)]) }
    }
  }

  public func count(_ id: CountSheetID) async throws -> CountSheet? {
    try await database.read { transaction in
      try transaction.row("SELECT * FROM stock_sheet WHERE id = \(id)").map { try CountSheet($0) }
    }
  }

  public func lines(of count: CountSheetID, _ part: CountPart, _ page: PageRequest) async throws -> Page<CountLine> {
    let after = page.after?.parts.first.flatMap { Int64($0) } ?? 0
    return try await database.read { transaction in
      let lines = try transaction.rows(
        """
        SELECT * FROM stock_sheet_line
        WHERE sheet_id = \(count) AND variant_id > \(after) AND \(part.condition)
        ORDER BY variant_id LIMIT \(page.limit + 1)
        """
      ).map { try CountLine($0) }
      return Page(fetched: lines, limit: page.limit) { Cursor([String($0.variant.raw)]) }
    }
  }

  public func outcome(of count: CountSheetID) async throws -> CountOutcome {
    try await database.read { transaction in
      let row = try transaction.row(
        """
        SELECT COUNT(*) AS differing,
          COALESCE(SUM(CASE WHEN counted > expected THEN counted - expected ELSE 0 END), 0) AS more,
          COALESCE(SUM(CASE WHEN counted < expected THEN expected - counted ELSE 0 END), 0) AS fewer
        FROM stock_sheet_line WHERE sheet_id = \(count) AND \(CountPart.differing.condition)
        """)
      guard let row else { return CountOutcome(differing: 0, more: 0, fewer: 0) }
      return CountOutcome(differing: try row["differing"], more: try row["more"], fewer: try row["fewer"])
    }
  }

  public func enter(_ numbers: [VariantID: Int], into count: CountSheetID, by staff: StaffID) async throws {
    var faults = FieldFaults()
    for (variant, number) in numbers.sorted(by: { $0.key < $1.key }) where !Self.countRange.contains(number) {
      faults.add("counted.\(variant)", "outOfRange", ["min": "0", "max": "1000000000"])
    }
    if numbers.count > 200 { faults.add("counted", "tooMany", ["max": "200"]) }
    try faults.throwIfAny()
    try await database.write { transaction in
      let sheet = try self.openSheet(count, in: transaction)
      let variants = numbers.keys.sorted()
      var standing: [VariantID: CountLine] = [:]
      for row in try transaction.rows(
        "SELECT * FROM stock_sheet_line WHERE sheet_id = \(count) AND variant_id IN \(list: variants) ORDER BY variant_id"
      ) {
        let line = try CountLine(row)
        standing[line.variant] = line
      }
      let added = variants.filter { standing[$0] == nil }
      guard sheet.lines + added.count <= CountSheet.mostLines else {
        throw FieldFaults(field: "counted", code: "tooMany", details: ["max": String(CountSheet.mostLines)])
      }
      let expected = try self.expected(variants, at: sheet.location, in: transaction)
      var fresh = 0
      for variant in variants {
        guard let number = numbers[variant], standing[variant]?.counted != number else { continue }
        if standing[variant]?.counted == nil { fresh += 1 }
        try self.keep(number, expected[variant] ?? 0, of: variant, on: count, by: staff, in: transaction)
      }
      try transaction.execute(
        """
        UPDATE stock_sheet SET line_count = line_count + \(added.count), counted_count = counted_count + \(fresh)
        WHERE id = \(count)
        """)
    }
  }

  private func keep(
    _ number: Int, _ expected: Int, of variant: VariantID, on count: CountSheetID, by staff: StaffID,
    in transaction: any Transaction
  ) throws {
    try transaction.execute(
      transaction.dialect.upsert(
        into: "stock_sheet_line",
        [
          ("sheet_id", count.sqlValue), ("variant_id", variant.sqlValue), ("expected", expected.sqlValue),
          ("counted", number.sqlValue), ("counted_at", clock.now.sqlValue),
          ("counted_by", Actor.staff(staff).text.sqlValue),
        ],
        key: ["sheet_id", "variant_id"], update: ["expected", "counted", "counted_at", "counted_by"]))
  }

  /// What should lie there now.
  private func expected(
    _ variants: [VariantID], at location: LocationID, in transaction: any Transaction
  ) throws -> [VariantID: Int] {
    var found: [VariantID: Int] = [:]
    for row in try transaction.rows(
      """
      SELECT variant_id, on_hand, is_unlimited FROM stock
      WHERE location_id = \(location) AND variant_id IN \(list: variants) ORDER BY variant_id
      """)
    {
      let (variant, isUnlimited): (VariantID, Bool) = (try row["variant_id"], try row["is_unlimited"])
      guard !isUnlimited else { throw InventoryRefusal.notCounted(variant) }
      found[variant] = try row["on_hand"]
    }
    return found
  }

  func openSheet(_ id: CountSheetID, in transaction: any Transaction) throws -> CountSheet {
    let row = try transaction.row("SELECT * FROM stock_sheet WHERE id = \(id) \(transaction.dialect.forUpdate)")
    guard let sheet = try row.map({ try CountSheet($0) }) else { throw InventoryRefusal.unknownCount }
    guard sheet.state == .open else { throw InventoryRefusal.countEnded }
    return sheet
  }
}
