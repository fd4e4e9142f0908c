import Accounts
import Fulfilment
import Merchants
import Pricing
import Values

/// Who carries goods, which the platform's staff say, and what sending costs, which each merchant's own do.
public struct WorkCarriers: Sendable {
  private let contexts: Contexts

  public init(_ contexts: Contexts) { self.contexts = contexts }

  public static func opens(to staff: Staff) -> Bool { staff.merchant == nil && staff.rights.contains(.settingsEdit) }

  public func carriers(for staff: Staff) async throws -> [Carrier] {
    try Self.allow(staff)
    return try await contexts.fulfilment.carriers()
  }

  public func save(_ carrier: Carrier, by staff: Staff) async throws {
    try Self.allow(staff)
    try await contexts.fulfilment.save(carrier, by: staff.id)
  }

  /// The template of the staff's own merchant, or of the one whom staff of the platform name; nil for a merchant who
  /// hasn't any yet. Throws `FreightRefusal.unknownMerchant` for another's as for one who isn't there.
  public func freight(of merchant: MerchantID, for staff: Staff) async throws -> FreightTemplate? {
    try await allow(merchant, staff)
    return try await contexts.pricing.freightTemplate(of: merchant)
  }

  public func saveFreight(_ template: FreightTemplate, by staff: Staff) async throws {
    try await allow(template.merchant, staff)
    guard !template.zones.isEmpty else { throw FieldFaults(field: "zones", code: "missing") }
    try await contexts.pricing.saveFreightTemplate(template, by: .staff(staff.id))
  }

  private static func allow(_ staff: Staff) throws {
    guard opens(to: staff) else { throw StaffRefusal.notAllowed(.settingsEdit) }
  }

  private func allow(_ merchant: MerchantID, _ staff: Staff) async throws {
    guard staff.merchant == nil || staff.merchant == merchant,
      try await contexts.merchants.merchant(merchant) != nil
    else { throw FreightRefusal.unknownMerchant }
    if !staff.rights.contains(.settingsEdit) { try staff.require(.ordersShip) }
  }
}

public enum FreightRefusal: Refusal, Hashable {
  case unknownMerchant

  public var code: String { "unknownMerchant" }
  public var kind: RefusalKind { .notFound }
}
