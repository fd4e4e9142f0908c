import AuditLog
import Events
import Storage
import Values

/// What staff do about reviews.
extension StoredReviews {
  public func show(_ id: ReviewID, by staff: StaffID) async throws -> Review {
    try await change(id, by: staff, "reviews.show") { before, transaction in
      guard before.state != .shown || before.wantsLook else { return }
      try transaction.execute(
        "UPDATE review SET state = \(ReviewState.shown), reason = '', wants_look = 0 WHERE id = \(id)")
      guard before.state != .shown else { return }
      try Self.count(before, in: transaction)
      if before.state == .waiting {
        try self.outbox.tell(ReviewPublished(review: id, product: before.product), in: transaction)
      } else {
        try self.outbox.tell(ReviewChanged(review: id, product: before.product), in: transaction)
      }
    }
  }

  public func hide(_ id: ReviewID, reason: String, by staff: StaffID) async throws -> Review {
    var faults = FieldFaults()
    let reason = faults.text(reason, "reason", max: 500)
    try faults.throwIfAny()
    return try await change(id, by: staff, "reviews.hide", note: reason) { before, transaction in
      try transaction.execute(
        "UPDATE review SET state = \(ReviewState.hidden), reason = \(reason), wants_look = 0 WHERE id = \(id)")
      guard before.state == .shown else { return }
      try transaction.execute(
        """
        UPDATE review_count SET number = number - 1
        WHERE product_id = \(before.product) AND stars = \(before.stars) AND number > 0
        """)
      try self.outbox.tell(ReviewChanged(review: id, product: before.product), in: transaction)
    }
  }

  public func reply(_ text: String, to id: ReviewID, by staff: StaffID) async throws -> Review {
    var faults = FieldFaults()
    let text = faults.text(text, "text", max: 1000, multiline: true)
    try faults.throwIfAny()
    let now = clock.now
    return try await change(id, by: staff, "reviews.reply") { before, transaction in
      guard before.state == .shown else { throw ReviewRefusal.notShown }
      guard before.reply?.text != text else { return }
      try transaction.execute(
        "UPDATE review SET reply = \(text), replied_at = \(before.reply?.at ?? now) WHERE id = \(id)")
      try self.outbox.tell(ReviewChanged(review: id, product: before.product), in: transaction)
      if before.reply == nil {
        try self.outbox.tell(
          ReviewAnswered(review: id, product: before.product, author: before.author), in: transaction)
      }
    }
  }

  public func removeReply(to id: ReviewID, by staff: StaffID) async throws -> Review {
    try await change(id, by: staff, "reviews.removeReply") { before, transaction in
      guard before.reply != nil else { return }
      try transaction.execute("UPDATE review SET reply = '', replied_at = NULL WHERE id = \(id)")
      try self.outbox.tell(ReviewChanged(review: id, product: before.product), in: transaction)
    }
  }

  public func askLook(at id: ReviewID, note: String, by staff: StaffID) async throws -> Review {
    var faults = FieldFaults()
    let words = faults.text(note, "note", max: 500)
    try faults.throwIfAny()
    let now = clock.now
    return try await change(id, by: staff, "reviews.askLook", note: words) { _, transaction in
      try transaction.execute(
        transaction.dialect.upsert(
          into: "review_report",
          [
            ("review_id", id.sqlValue), ("reporter", Actor.staff(staff).text.sqlValue), ("cause", "".sqlValue),
            ("words", words.sqlValue), ("reported_at", now.sqlValue),
          ], key: ["review_id", "reporter"], update: ["words", "reported_at"]))
      try transaction.execute("UPDATE review SET wants_look = 1 WHERE id = \(id)")
    }
  }

  /// Runs the body while nobody else changes the review, notes what came of it, and forgets its product's stars.
  private func change(
    _ id: ReviewID, by staff: StaffID, _ verb: String, note: String = "",
    _ body: @escaping @Sendable (Review, any Transaction) throws -> Void
  ) async throws -> Review {
    let now = clock.now
    return try await database.write { transaction in
      let before = try Self.locked(id, in: transaction)
      try body(before, transaction)
      let after = try Self.locked(id, in: transaction)
      guard after != before else { return before }
      try DeedLog.note(
        Deed(
          verb, on: id, of: before.merchant.raw == 0 ? nil : before.merchant, before: before.deedFields,
          after: after.deedFields, note: note), by: .staff(staff), at: now, in: transaction)
      transaction.afterCommit { [known = self.known] in known.forget([before.product]) }
      return after
    }
  }

  /// Throws `.unknownReview`.
  static func locked(_ id: ReviewID, in transaction: any Transaction) throws -> Review {
    guard let row = try transaction.row("SELECT * FROM review WHERE id = \(id) \(transaction.dialect.forUpdate)")
    else { throw ReviewRefusal.unknownReview }
    return try Review(row)
  }
}

extension Review {
  var deedFields: DeedFields {
    ["state": state.rawValue, "reason": reason, "reply": reply?.text, "wantsLook": wantsLook]
  }
}
