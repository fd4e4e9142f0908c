import Values

extension ProviderDirectory {
  /// How long after its retirement an account may still have movements that nobody here knows of: payments that were
  /// opened before.
  private static let afterglow: Duration = .days(7)

  /// Methods whose providers send bills.
  func calendars() async throws -> [PaymentMethod: StatementCalendar] {
    Dictionary(
      try await snapshot().listed.compactMap { listed in listed.provider.statements.map { (listed.method, $0) } },
      uniquingKeysWith: { first, _ in first })
  }

  /// Whose bills are a method's bill of a day, each owner's once; the account that is used first.
  /// - Parameter moved: accounts of which something moved on the day.
  func billers(
    of method: PaymentMethod, from start: Timestamp, moved: Set<PaymentAccountID>
  ) async throws -> [any PaymentProvider] {
    var owners: Set<String> = []
    return try await snapshot().listed.filter { listed in
      guard listed.method == method, listed.provider.statements != nil else { return false }
      let isOver = listed.retiredAt.map { $0.adding(Self.afterglow) <= start } ?? false
      guard !isOver || listed.account.map(moved.contains) == true else { return false }
      return owners.insert(listed.billOwner).inserted
    }.map(\.provider)
  }

  /// What providers are expected to keep, by the terms of the accounts that are used.
  func agreedFees() async throws -> [PaymentMethod: BillFeeRule] {
    var rules: [PaymentMethod: BillFeeRule] = [:]
    for (method, terms) in try await snapshot().terms where terms.feePoints > 0 || terms.feeFixed.isPositive {
      rules[method] = BillFeeRule(
        method: method, parts: terms.feePoints, fixed: Int(clamping: terms.feeFixed.minor))
    }
    return rules
  }
}
