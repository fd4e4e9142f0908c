import Events
import Logging
import Storage
import Values

extension StoredFulfilment {
  /// So many parcels are asked after at once.
  static let width = 8

  /// A parcel of which the tracker is to be asked.
  private struct Question: Sendable {
    let parcel: ParcelID
    let wish: TrackingWish
    let tracking: TrackingState
    let asks: Int
    let handedOverAt: Timestamp
  }

  public func followUp(now: Timestamp, limit: Int) async throws -> Int {
    guard let tracker else { return 0 }
    let questions = try await due(now: now, limit: limit)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (index, question) in questions.enumerated() {
        if index >= Self.width { _ = try await group.next() }
        group.addTask { try await follow(question, tracker, now: now) }
      }
      try await group.waitForAll()
    }
    return questions.count
  }

  private func due(now: Timestamp, limit: Int) async throws -> [Question] {
    let book = CarrierBook(try await carriers())
    return try await database.read { transaction in
      let rows = try transaction.rows(
        """
        SELECT id, carrier, tracking_number, phone_end, salt, tracking, asks, handed_over_at FROM parcel
        WHERE ask_after <= \(now) ORDER BY ask_after, id LIMIT \(limit)
        """)
      return try rows.map { row in
        let parcel: ParcelID = try row["id"]
        let (carrier, number): (String, String) = (try row["carrier"], try row["tracking_number"])
        let phone: String = try row["phone_end"]
        return Question(
          parcel: parcel,
          wish: TrackingWish(
            label: ShippingLabel(carrier: carrier, trackingNumber: number),
            phoneEnd: book[carrier]?.asksForPhone == true ? phone : "", callback: addresses.callback(of: parcel),
            salt: try row["salt"]),
          tracking: try row["tracking"], asks: try row["asks"], handedOverAt: try row["handed_over_at"])
      }
    }
  }

  /// A tracker that doesn't answer is asked again later; nothing else waits for it.
  private func follow(_ question: Question, _ tracker: any ParcelTracker, now: Timestamp) async throws {
    do {
      if question.tracking == .waiting {
        try await tracker.subscribe(question.wish)
        return try await note(question, .subscribed, asks: 0, next: firstQuestion(question, now))
      }
      let report = try await tracker.query(question.wish)
      let isNews = if let report { try await apply(report, to: question.wish.label) } else { false }
      let asks = isNews ? 0 : question.asks + 1
      let next = AskSchedule.nextQuestion(asks: asks, handedOverAt: question.handedOverAt, now: now)
      try await note(question, next == nil ? .ended : question.tracking, asks: asks, next: next)
    } catch let fault as TrackerFault {
      try await note(fault, of: question, now: now)
    }
  }

  private func note(_ fault: TrackerFault, of question: Question, now: Timestamp) async throws {
    logger.notice("a parcel can't be followed", metadata: ["parcel": "\(question.parcel)", "fault": "\(fault)"])
    if case .declined = fault, question.tracking == .waiting {
      return try await note(question, .declined, asks: 0, next: firstQuestion(question, now))
    }
    let failures = question.asks + 1
    let next =
      question.tracking == .waiting
      ? AskSchedule.nextSubscription(failures: failures, now: now)
      : AskSchedule.nextQuestion(asks: failures, handedOverAt: question.handedOverAt, now: now)
    let isLate = question.handedOverAt.adding(AskSchedule.patience) < now
    try await note(question, isLate ? .ended : question.tracking, asks: failures, next: isLate ? nil : next)
  }

  private func firstQuestion(_ question: Question, _ now: Timestamp) -> Timestamp? {
    AskSchedule.nextQuestion(asks: 0, handedOverAt: question.handedOverAt, now: now)
  }

  /// Only while the parcel still has the label that was asked after, and hasn't arrived meanwhile.
  private func note(_ question: Question, _ tracking: TrackingState, asks: Int, next: Timestamp?) async throws {
    try await database.write { transaction in
      _ = try transaction.execute(
        """
        UPDATE parcel SET tracking = \(tracking), asks = \(asks), ask_after = \(next)
        WHERE id = \(question.parcel) AND salt = \(question.wish.salt) AND tracking = \(question.tracking)
          AND ask_after IS NOT NULL
        """)
    }
  }
}

extension StoredFulfilment {
  public func takePush(_ push: RawPush, about parcel: ParcelID) async throws -> PushAnswer {
    let row = try await database.read {
      try $0.row("SELECT salt, carrier, tracking_number FROM parcel WHERE id = \(parcel)")
    }
    guard let tracker, let row else { throw FulfilmentRefusal.unknownParcel }
    let (salt, carrier, number): (String, String?, String?) =
      (try row["salt"], try row["carrier"], try row["tracking_number"])
    let report: TrackingReport
    do { report = try tracker.report(push, salt: salt) } catch {
      logger.warning("a push isn't believed", metadata: ["parcel": "\(parcel)", "fault": "\(error)"])
      throw FulfilmentRefusal.badPush
    }
    // A number that was corrected meanwhile has nothing to say any more.
    guard let carrier, let number, number == report.trackingNumber else { return tracker.acknowledgement }
    _ = try await apply(report, to: ShippingLabel(carrier: carrier, trackingNumber: number))
    try await noteHeard(report, of: parcel, now: clock.now)
    return tracker.acknowledgement
  }

  private func noteHeard(_ report: TrackingReport, of parcel: ParcelID, now: Timestamp) async throws {
    let tracking: TrackingState = report.isGivenUp ? .declined : .subscribed
    try await database.write { transaction in
      let row = try transaction.row("SELECT handed_over_at FROM parcel WHERE id = \(parcel)")
      let handedOverAt: Timestamp? = try row?["handed_over_at"]
      let next = AskSchedule.nextQuestion(asks: 0, handedOverAt: handedOverAt ?? now, now: now)
      _ = try transaction.execute(
        """
        UPDATE parcel SET tracking = \(tracking), asks = 0, ask_after = \(next)
        WHERE id = \(parcel) AND ask_after IS NOT NULL
        """)
    }
  }

  /// Takes in what is new of every parcel with this label: orders may travel in one. Answers whether anything was.
  func apply(_ report: TrackingReport, to label: ShippingLabel) async throws -> Bool {
    let parcels = try await database.read { transaction in
      try transaction.rows(
        """
        SELECT id FROM parcel WHERE tracking_number = \(label.trackingNumber) AND carrier = \(label.carrier)
        ORDER BY id LIMIT 50
        """
      ).map { try $0["id"] as ParcelID }
    }
    var isNews = false
    for parcel in parcels {
      let isNew = try await apply(report, to: parcel, label)
      isNews = isNews || isNew
    }
    return isNews
  }

  private func apply(_ report: TrackingReport, to id: ParcelID, _ label: ShippingLabel) async throws -> Bool {
    let now = clock.now
    // Of one moment, what was told first is the latest.
    let traces = report.traces.enumerated().sorted { ($0.element.at, -$0.offset) < ($1.element.at, -$1.offset) }
      .map(\.element)
    return try await database.write { transaction in
      let parcel = try lockedParcel(id, in: transaction)
      guard parcel.label == label, parcel.state.hasLeft else { return false }
      let count = try keep(traces.suffix(Self.mostTraces), of: parcel, in: transaction)
      // What is older than the latest that is known came late: it is kept, and moves nothing.
      guard count > 0, let latest = traces.last, latest.at >= parcel.latest?.at ?? latest.at else { return count > 0 }
      try transaction.execute(
        """
        UPDATE parcel SET latest_at = \(latest.at), latest_kind = \(latest.kind), latest_text = \(latest.text),
          latest_place = \(latest.place) WHERE id = \(id)
        """)
      try advance(parcel, by: latest, now: now, in: transaction)
      return true
    }
  }

  private func advance(_ parcel: Parcel, by latest: Trace, now: Timestamp, in transaction: any Transaction) throws {
    let next = latest.kind.state
    guard parcel.state.canMove(to: next) else { return }
    let at = min(latest.at, now)
    let deliveredAt: Timestamp? = next == .delivered ? at : parcel.deliveredAt
    var changes: SQL = "delivered_at = \(deliveredAt)"
    if next != .inTransit { changes = changes + ", tracking = \(TrackingState.ended), ask_after = NULL" }
    try move(parcel, to: next, setting: changes, in: transaction)
    try count(parcel.order, now: now, in: transaction)
    try outbox.tell(ParcelMoved(parcel: parcel.id, order: parcel.order, state: next, at: at), in: transaction)
  }

  /// Answers how many of them weren't known.
  private func keep(
    _ traces: ArraySlice<Trace>, of parcel: Parcel, in transaction: any Transaction
  ) throws -> Int {
    let known: Int = try transaction.value("SELECT COUNT(*) FROM parcel_trace WHERE parcel_id = \(parcel.id)") ?? 0
    let room = max(0, Self.mostTraces - known)
    let rows = traces.map { trace -> [SQLValue] in
      [
        parcel.id.sqlValue, trace.at.sqlValue, TraceDigest.text(trace).sqlValue, parcel.order.sqlValue,
        trace.kind.sqlValue, trace.text.sqlValue, trace.place.sqlValue,
      ]
    }
    guard room > 0, !rows.isEmpty else { return 0 }
    return try transaction.execute(
      transaction.dialect.insertIfAbsent(
        into: "parcel_trace", columns: ["parcel_id", "happened_at", "digest", "order_id", "kind", "words", "place"],
        rows: rows))
  }
}
