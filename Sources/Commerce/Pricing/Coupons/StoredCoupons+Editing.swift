import AuditLog
import Storage
import Values

extension StoredCoupons {
  private static let mostMinor: Int64 = 10_000_000_000
  private static let uses = 1...1_000_000

  public func add(_ draft: CouponDraft, for merchant: MerchantID?, by actor: Actor) async throws -> Coupon {
    var faults = FieldFaults()
    let code = CouponCode(rawValue: draft.code.filter { !$0.isWhitespace })
    if code == nil {
      faults.add("code", draft.code.isEmpty ? "missing" : "notACouponCode")
    }
    let draft = Self.checked(draft, &faults)
    try faults.throwIfAny()
    guard let code else { throw FieldFaults(field: "code", code: "missing") }
    let coupon = Coupon(
      id: ids.next(), code: code, name: draft.name, benefit: draft.benefit, minimum: draft.minimum,
      merchant: merchant, startsAt: draft.startsAt, endsAt: draft.endsAt, mostUses: draft.mostUses,
      mostUsesEach: draft.mostUsesEach, isOn: draft.isOn, used: 0, version: 1)
    do {
      try await database.write { transaction in
        try CouponTable.insert(coupon, at: clock.now, in: transaction)
        try note("pricing.addCoupon", coupon, before: nil, by: actor, in: transaction)
      }
    } catch StorageFault.duplicateKey {
      throw FieldFaults(field: "code", code: "taken")
    }
    return coupon
  }

  public func change(_ id: CouponID, to draft: CouponDraft, version: Int, by actor: Actor) async throws -> Coupon {
    var faults = FieldFaults()
    let draft = Self.checked(draft, &faults)
    try faults.throwIfAny()
    return try await database.write { transaction in
      guard let before = try CouponTable.locked(id, in: transaction) else { throw CouponRefusal.unknownCoupon }
      guard before.version == version else { throw CouponRefusal.couponChanged }
      let after = Coupon(
        id: id, code: before.code, name: draft.name, benefit: draft.benefit, minimum: draft.minimum,
        merchant: before.merchant, startsAt: draft.startsAt, endsAt: draft.endsAt, mostUses: draft.mostUses,
        mostUsesEach: draft.mostUsesEach, isOn: draft.isOn, used: before.used, version: version + 1)
      guard after.deedFields != before.deedFields else { return before }
      try CouponTable.update(after, in: transaction)
      try note("pricing.changeCoupon", after, before: before, by: actor, in: transaction)
      return after
    }
  }

  public func turn(_ id: CouponID, on isOn: Bool, by actor: Actor) async throws -> Coupon {
    try await database.write { transaction in
      guard let before = try CouponTable.locked(id, in: transaction) else { throw CouponRefusal.unknownCoupon }
      guard before.isOn != isOn else { return before }
      try transaction.execute("UPDATE coupon SET is_on = \(isOn), version = version + 1 WHERE id = \(id)")
      guard let after = try CouponTable.coupon(id, in: transaction) else { return before }
      try note("pricing.turnCoupon", after, before: before, by: actor, in: transaction)
      return after
    }
  }

  private func note(
    _ verb: String, _ coupon: Coupon, before: Coupon?, by actor: Actor, in transaction: any Transaction
  ) throws {
    let deed = Deed(
      verb, on: coupon.id, named: coupon.code.rawValue, of: coupon.merchant, before: before?.deedFields,
      after: coupon.deedFields)
    try DeedLog.note(deed, by: actor, at: clock.now, in: transaction)
  }

  /// The draft with its texts as they are kept.
  private static func checked(_ draft: CouponDraft, _ faults: inout FieldFaults) -> CouponDraft {
    var draft = draft
    draft.name = LocalizedText(
      en: faults.text(draft.name.en, "name.en", max: 80), zhHans: faults.text(draft.name.zhHans, "name.zh", max: 80))
    let bounds = ["min": "0.01", "max": "100000000"]
    func isFit(_ amount: Money) -> Bool {
      amount.currency == draft.minimum.currency && (1...mostMinor).contains(amount.minor)
    }
    switch draft.benefit {
    case .amountOff(let amount): if !isFit(amount) { faults.add("amount", "outOfRange", bounds) }
    case .percentOff(let percent, let most):
      if !(1...100).contains(percent) { faults.add("percent", "outOfRange", ["min": "1", "max": "100"]) }
      if let most, !isFit(most) { faults.add("most", "outOfRange", bounds) }
    case .freeFreight: break
    }
    if !(0...mostMinor).contains(draft.minimum.minor) {
      faults.add("minimum", "outOfRange", ["min": "0", "max": "100000000"])
    }
    if draft.endsAt <= draft.startsAt { faults.add("ends", "rangeReversed", ["other": "starts"]) }
    let range = ["min": String(uses.lowerBound), "max": String(uses.upperBound)]
    if let most = draft.mostUses, !uses.contains(most) { faults.add("mostUses", "outOfRange", range) }
    if let most = draft.mostUsesEach, !uses.contains(most) { faults.add("mostUsesEach", "outOfRange", range) }
    return draft
  }
}

extension Coupon {
  var deedFields: DeedFields {
    let gives: String =
      switch benefit {
      case .amountOff(let amount): "−\(amount)"
      case .percentOff(let percent, let most): "−\(percent) %" + (most.map { ", ≤ \($0)" } ?? "")
      case .freeFreight: "freight"
      }
    return DeedFields([
      ("name.en", name.en), ("name.zh", name.zhHans), ("benefit", gives), ("minimum", minimum.description),
      ("starts", startsAt.description), ("ends", endsAt.description),
      ("mostUses", mostUses.map(String.init) ?? "–"), ("mostUsesEach", mostUsesEach.map(String.init) ?? "–"),
      ("isOn", isOn ? "true" : "false"),
    ])
  }
}
