import Accounts
import Catalog
import Merchants
import Values

/// Goods as a file of the columns that an import reads.
extension WorkImports {
  /// What is exported of the goods of all, of the merchant and the category that are named. Staff of a merchant get their
  /// own alone, whomever they name. Throws `StaffRefusal.notAllowed`, and `FieldFaults` for `merchant` and `category`.
  /// - Parameters:
  ///   - merchant: its identifier; empty for all.
  ///   - category: its identifier, with all below it; empty for all.
  public func exportOptions(
    merchant: String, category: String, for staff: Staff
  ) async throws -> ExportOptions {
    try expect(staff)
    var options = ExportOptions(writesByteOrderMark: true)
    var faults = FieldFaults()
    if let own = staff.merchant ?? MerchantID(merchant) {
      options.merchant = try await contexts.merchants.merchant(own)?.slug
    }
    // A name that is none must not export everybody's.
    if options.merchant == nil, staff.merchant != nil || !merchant.isEmpty { faults.add("merchant", "unknown") }
    if !category.isEmpty {
      let tree = try await contexts.catalog.categories()
      if let id = CategoryID(category), tree[id] != nil {
        options.categories = tree.subtree(of: id)
      } else {
        faults.add("category", "unknown")
      }
    }
    try faults.throwIfAny()
    return options
  }
}
