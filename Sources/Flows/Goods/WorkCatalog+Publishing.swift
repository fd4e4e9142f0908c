import Accounts
import Catalog
import Merchants
import Values

extension WorkCatalog {
  /// Shows the product to shoppers in its time; one that has to be let in first asks for that. Throws
  /// `CatalogRefusal.productChanged` when a version is named that isn't its own any more, `FieldFaults` for `until`, and
  /// `MerchantRefusal.merchantNotOpen` for goods of a merchant that sells nothing now.
  /// - Parameter time: from when and until when; nil for at once and for good.
  public func publish(
    _ id: ProductID, from: Timestamp? = nil, until: Timestamp? = nil, version: Int? = nil, by staff: Staff
  ) async throws -> Product {
    let product = Self.judges(staff) ? try await product(id, for: staff) : try await editable(id, by: staff)
    try await contexts.expectOpen(product.merchant)
    let isIn = product.publication.state == .published
    let move: PublicationMove =
      needsAdmission(by: staff) && !isIn ? .ask(from: from, until: until) : .publish(from: from, until: until)
    // Whoever needn't ask since it is in the shop already must have seen it as it is: it may have been taken out meanwhile.
    let seen = version ?? (needsAdmission(by: staff) && isIn ? product.version : nil)
    return try await catalog.move(id, move, version: seen, by: .staff(staff.id))
  }

  /// Takes it off the shelves. Throws `CatalogRefusal.productChanged` as `publish` does.
  public func withdraw(_ id: ProductID, version: Int? = nil, by staff: Staff) async throws -> Product {
    if !Self.judges(staff) { try staff.require(.catalogEdit) }
    return try await catalog.move(product(id, for: staff).id, .withdraw, version: version, by: .staff(staff.id))
  }

  /// Sees to it that shoppers see it, or don't: what asks is let in by those who may, what is published or asks keeps its
  /// schedule, and what is off the shelves stays there. Throws as the others do.
  /// - Parameter version: what was looked at; nil for whatever stands.
  public func setPublished(
    _ id: ProductID, _ isPublished: Bool, version: Int? = nil, by staff: Staff
  ) async throws -> Product {
    if !Self.judges(staff) { try staff.require(.catalogEdit) }
    let standing = try await product(id, for: staff)
    if let version, version != standing.version { throw CatalogRefusal.productChanged }
    switch (standing.publication.state, isPublished) {
    case (.waiting, true) where Self.judges(staff):
      return try await letIn(id, version: version ?? standing.version, by: staff)
    case (.waiting, true), (.published, true), (.draft, false), (.refused, false): return standing
    case (_, true): return try await publish(id, version: version, by: staff)
    case (_, false): return try await withdraw(id, version: version, by: staff)
    }
  }

  /// Lets one that asks into the shop, at the time that it wishes for. For staff of the platform with the right to.
  /// - Parameter version: what was looked at.
  public func letIn(_ id: ProductID, version: Int?, by staff: Staff) async throws -> Product {
    let product = try await judged(id, by: staff)
    try await contexts.expectOpen(product.merchant)
    return try await catalog.move(
      id, .publish(from: product.publication.from, until: product.publication.until), version: version,
      by: .staff(staff.id))
  }

  /// The reason goes to the merchant. Throws `FieldFaults` for `reason`.
  public func refuse(_ id: ProductID, reason: String, version: Int?, by staff: Staff) async throws -> Product {
    _ = try await judged(id, by: staff)
    return try await catalog.move(id, .refuse(reason: reason), version: version, by: .staff(staff.id))
  }

  private func judged(_ id: ProductID, by staff: Staff) async throws -> Product {
    let product = try await product(id, for: staff)
    guard Self.judges(staff) else { throw StaffRefusal.notAllowed(.catalogPublish) }
    guard product.publication.state == .waiting else { throw CatalogRefusal.wrongPublication }
    return product
  }
}
