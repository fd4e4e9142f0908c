import Accounts
import Catalog
import Merchants
import Pricing
import Values

/// How prices of many goods are changed at once.
public enum PriceShift: Hashable, Sendable {
  /// So much more, or less when negative.
  case amount(Money)
  /// Hundredths of a percent, negative to lower: 1250 raises by 12.5 %. Halves of the smallest unit are rounded up.
  case percent(hundredths: Int)

  /// Nil where nothing would be left, or more than a price may be.
  func applied(to price: Price) -> Price? {
    let sale = price.sale
    let minor: Int64
    switch self {
    case .amount(let amount):
      guard amount.currency == sale.currency, let sum = try? sale.adding(amount) else { return nil }
      minor = sum.minor
    case .percent(let hundredths):
      let (product, overflows) = sale.minor.multipliedReportingOverflow(by: Int64(10_000 + hundredths))
      guard !overflows, product >= 0 else { return nil }
      minor = (product + 5000) / 10_000
    }
    guard (1...10_000_000_000).contains(minor) else { return nil }
    return Price(sale: Money(minor: minor, currency: sale.currency), list: price.list)
  }
}

/// What many goods are changed to at once.
public enum GoodsChange: Hashable, Sendable {
  case publish
  case withdraw
  /// Nil takes them out of every category.
  case category(CategoryID?)
  case tags(adding: [String], removing: [String])
  /// Only where the prices are those that were seen, so that a form sent twice shifts once: `WorkCatalog.priceMarks`.
  case prices(PriceShift, seen: [ProductID: String])
}

/// What came of a change of many goods.
public struct GoodsOutcome: Sendable {
  /// How many were changed, or were so already.
  public var done = 0
  /// How many weren't changed.
  public var left = 0
  /// Those of them whose prices aren't those that were seen.
  public var moved: [ProductID] = []
}

/// How a price would change.
public struct Repricing: Sendable {
  public let product: Product
  public let variant: Variant
  public let before: Price
  /// Nil where it can't be.
  public let after: Price?
}

extension WorkCatalog {
  /// Changes each by itself; those that can't be changed don't stop the others.
  public func change(_ ids: [ProductID], to change: GoodsChange, by staff: Staff) async throws -> GoodsOutcome {
    if !Self.judges(staff) { try staff.require(.catalogEdit) }
    if case .category(let category?) = change, try await catalog.categories()[category] == nil {
      throw FieldFaults(field: "category", code: "unknown")
    }
    var outcome = GoodsOutcome()
    for id in ids {
      do {
        try await apply(change, to: id, by: staff)
        outcome.done += 1
      } catch let faults as FieldFaults {
        outcome.left += 1
        if faults.faults.contains(where: { $0.code == "pricesMoved" }) { outcome.moved.append(id) }
      } catch is CatalogRefusal {
        outcome.left += 1
      } catch MerchantRefusal.merchantNotOpen {
        outcome.left += 1
      }
    }
    return outcome
  }

  /// What the change would do to the prices of these; without those that aren't there or are another merchant's.
  public func repricings(
    _ ids: [ProductID], by shift: PriceShift, for staff: Staff
  ) async throws -> [Repricing] {
    try staff.require(.catalogEdit)
    let found = try await catalog.products(ids)
    let own = ids.compactMap { found[$0] }.filter { staff.merchant == nil || staff.merchant == $0.merchant }
    return try await rows(own).flatMap { row in
      row.product.variants.compactMap { variant in
        row.prices[variant.id].map {
          Repricing(product: row.product, variant: variant, before: $0, after: shift.applied(to: $0))
        }
      }
    }
  }

  /// What tells the prices of each of these from others that it may have later; a form of many prices carries them.
  public func priceMarks(_ ids: [ProductID], for staff: Staff) async throws -> [ProductID: String] {
    let standing = try await repricings(ids, by: .percent(hundredths: 0), for: staff)
    return Dictionary(grouping: standing, by: \.product.id).mapValues(Self.mark)
  }

  /// FNV-1a: the same in every process, and no secret hangs on it.
  private static func mark(_ prices: [Repricing]) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for price in prices.sorted(by: { $0.variant.id < $1.variant.id }) {
      for byte in "\(price.variant.id)=\(price.before.sale)/\(price.before.list?.description ?? "");".utf8 {
        hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
      }
    }
    return String(hash, radix: 16)
  }

  private func apply(_ change: GoodsChange, to id: ProductID, by staff: Staff) async throws {
    switch change {
    case .publish: _ = try await setPublished(id, true, by: staff)
    case .withdraw: _ = try await setPublished(id, false, by: staff)
    case .category(let category): try await revise(id, by: staff) { $0.category = category }
    case .tags(let added, let removed):
      try await revise(id, by: staff) { content in
        content.tags.removeAll { removed.contains($0) }
        content.tags += added.filter { !content.tags.contains($0) }
      }
    case .prices(let shift, let seen):
      _ = try await editable(id, by: staff)
      let changes = try await repricings([id], by: shift, for: staff)
      guard let product = changes.first?.product else { return }
      guard seen[id] == Self.mark(changes) else { throw FieldFaults(field: "prices", code: "pricesMoved") }
      guard changes.allSatisfy({ $0.after != nil }) else { throw FieldFaults(field: "shift", code: "outOfRange") }
      try await save(
        changes.map { ($0.variant, $0.after) }, of: product,
        seen: Dictionary(changes.map { ($0.variant.id, $0.before) }, uniquingKeysWith: { first, _ in first }), by: staff
      )
    }
  }

  private func revise(
    _ id: ProductID, by staff: Staff, _ body: (inout ProductContent) -> Void
  ) async throws {
    let product = try await editable(id, by: staff)
    var draft = ProductDraft(keeping: product)
    body(&draft.content)
    _ = try await catalog.revise(
      id, to: draft, version: product.version, asksAgain: asksAgain(staff), by: .staff(staff.id))
  }
}
