import Values

/// Who sells. Products, stock, orders and staff belong to a merchant from the first day.
public protocol MerchantService: Sendable {
  /// Throws `FieldFaults`, and `MerchantRefusal.slugTaken`.
  func open(_ draft: MerchantDraft) async throws -> Merchant
  func merchant(_ id: MerchantID) async throws -> Merchant?
  func merchant(slug: Slug) async throws -> Merchant?
  /// All merchants, the oldest first. Kept in memory.
  func merchants() async throws -> [Merchant]
}
