import Accounts
import Catalog
import Merchants
import Pricing
import Values

/// What programs ask for that forms don't: whose goods they mean, and many prices at once.
extension WorkCatalog {
  /// What variants cost; those without a price aren't for sale.
  public func prices(of products: [Product]) async throws -> [VariantID: Price] {
    try await contexts.pricing.prices(of: products.flatMap { $0.variants.map(\.id) }, in: .main)
  }

  /// Sets prices of many variants, all or none; the last of a variant counts. Throws `FieldFaults` for
  /// `items.INDEX.variant` of another merchant's, and for `items.INDEX.price` and `.listPrice` out of range.
  public func setPrices(_ changes: [(variant: VariantID, price: Price)], by staff: Staff) async throws {
    try staff.require(.catalogEdit)
    let own = try await contexts.own(changes.map(\.variant), of: staff)
    try Self.check(changes.map(\.price), "items", list: "listPrice")
    let last = Dictionary(changes, uniquingKeysWith: { _, later in later })
    let products = Dictionary(grouping: last.keys.compactMap { own[$0] }, by: \.product)
    let lists = products.values.compactMap { variants -> PriceList? in
      guard let first = variants.first else { return nil }
      let entries = variants.sorted { $0.id < $1.id }.map { variant in
        PriceList.Entry(
          variant: variant.id, name: variant.sku.isEmpty ? variant.id.description : variant.sku,
          price: last[variant.id])
      }
      return PriceList(product: first.product, merchant: first.merchant, name: first.title[.en], entries: entries)
    }
    try await contexts.pricing.savePrices(lists.sorted { $0.product < $1.product }, by: .staff(staff.id))
  }
}

extension Contexts {
  /// The merchant that staff ask about, or their own; nil for all of them. Throws `MerchantRefusal.unknownMerchant` for one
  /// that isn't there, or isn't theirs.
  public func merchant(_ asked: MerchantID?, for staff: Staff) async throws -> MerchantID? {
    guard let asked else { return staff.merchant }
    guard staff.merchant == nil || staff.merchant == asked, try await merchants.merchant(asked) != nil else {
      throw MerchantRefusal.unknownMerchant
    }
    return asked
  }

  /// What is known of variants, all of which must be the staff's merchant's. Throws `FieldFaults` with `unknown`.
  /// - Parameter field: nil for those of a body's `items`.
  func own(
    _ variants: [VariantID], of staff: Staff, _ field: String? = nil
  ) async throws -> [VariantID: VariantSummary] {
    let known = try await catalog.variants(variants)
      .filter { staff.merchant == nil || staff.merchant == $0.value.merchant }
    var faults = FieldFaults()
    for (index, variant) in variants.enumerated() where known[variant] == nil {
      faults.add(field ?? "items.\(index).variant", "unknown")
    }
    try faults.throwIfAny()
    return known
  }
}
