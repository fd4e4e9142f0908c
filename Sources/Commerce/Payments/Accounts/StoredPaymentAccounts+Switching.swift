import AuditLog
import Storage
import Values

extension StoredPaymentAccounts {
  public func turn(_ method: PaymentMethod, on: Bool, of owner: PaymentSwitchOwner, by staff: StaffID) async throws {
    let isOfStart = directory.ofStart.contains(method)
    let now = clock.now
    try await database.write { transaction in
      let stored = try AccountRows.held(method, seal, in: transaction)
      // Who sells, and where, may refuse a method before it is set up.
      let isKnown = stored != nil || isOfStart || (owner != .shop && method.accountFields != nil)
      guard isKnown else { throw PaymentAccountRefusal.unknownAccount }
      if owner == .shop, let stored {
        guard stored.account.terms.isOn != on else { return }
        // It may have been saved, and switched off, before the shop was said to take real money.
        if on, terms.isProduction, !testParts(of: stored).isEmpty { throw PaymentAccountRefusal.ofTests }
        try transaction.execute(
          """
          UPDATE payment_account SET is_on = \(on), version = version + 1, changed_at = \(now), changed_by = \(staff)
          WHERE id = \(stored.account.id)
          """)
      } else {
        if on, case .merchant(let id) = owner, try Self.isOff(method, of: .platform(id), in: transaction) {
          throw PaymentAccountRefusal.barred
        }
        guard try turn(method, on: on, owner.name, at: now, in: transaction) else { return }
      }
      let deed = Deed(
        "payments.turnMethod", on: method, named: method.rawValue, of: owner.merchant,
        before: ["isOn": !on, "owner": owner.name], after: ["isOn": on, "owner": owner.name])
      try DeedLog.note(deed, by: .staff(staff), at: now, in: transaction)
    }
    directory.renew()
  }

  private static func isOff(
    _ method: PaymentMethod, of owner: PaymentSwitchOwner, in transaction: any ReadTransaction
  ) throws -> Bool {
    try transaction.row(
      "SELECT method FROM payment_switch WHERE owner = \(owner.name) AND method = \(method)") != nil
  }

  /// Whether something changed by it.
  private func turn(
    _ method: PaymentMethod, on: Bool, _ owner: String, at now: Timestamp, in transaction: any Transaction
  ) throws -> Bool {
    if on {
      return try transaction.execute(
        "DELETE FROM payment_switch WHERE owner = \(owner) AND method = \(method)") > 0
    }
    return try transaction.execute(
      transaction.dialect.insertIfAbsent(
        into: "payment_switch", columns: ["owner", "method", "changed_at"],
        rows: [[owner.sqlValue, method.sqlValue, now.sqlValue]])) > 0
  }
}

extension PaymentSwitchOwner {
  /// Whose goods it is about; nil for those of all.
  var merchant: MerchantID? {
    switch self {
    case .merchant(let id), .platform(let id): id
    case .shop, .channel: nil
    }
  }
}
