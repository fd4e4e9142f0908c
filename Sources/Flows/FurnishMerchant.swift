import Accounts
import Inventory
import Merchants
import Pricing
import Values

/// What a new merchant needs to sell at once: a place for stock, what sending costs, an owner who can log in. Each step is
/// harmless where it is done already.
public struct FurnishMerchant: Sendable {
  private let contexts: Contexts
  private let currency: Currency

  /// - Parameter currency: what sending costs is in.
  public init(_ contexts: Contexts, currency: Currency) {
    self.contexts = contexts
    self.currency = currency
  }

  /// - Returns: the password for the owner's first log-in; nil for who has logged in already, and where the address for
  ///   mail is that of somebody who works elsewhere.
  public func run(_ merchant: Merchant, for application: MerchantApplication) async throws -> String? {
    if try await contexts.inventory.locations(of: merchant.id).isEmpty {
      _ = try await contexts.inventory.location(named: merchant.name[application.language], of: merchant.id)
    }
    if try await contexts.pricing.freightTemplate(of: merchant.id) == nil {
      try await contexts.pricing.saveFreightTemplate(
        FreightTemplate(merchant: merchant.id, name: merchant.name, zones: Self.freight(currency)), by: .system)
    }
    return try await owner(of: merchant, application)
  }

  private func owner(of merchant: Merchant, _ application: MerchantApplication) async throws -> String? {
    if let known = try await contexts.staff.member(email: application.email) {
      guard known.staff.merchant == merchant.id, known.loggedInAt == nil, known.isActive else { return nil }
      return try await contexts.staff.resetPassword(of: known.staff.id, by: .system)
    }
    let password = TemporaryPassword.make()
    do {
      _ = try await contexts.staff.hire(
        StaffHire(
          email: application.email, password: password, name: application.contact, merchant: merchant.id,
          role: .owner, mustChangePassword: true), by: .system)
    } catch AccountRefusal.emailTaken {
      return nil
    }
    return password
  }

  /// To begin with: one fee everywhere, until the merchant says otherwise.
  static func freight(_ currency: Currency) -> [FreightZone] {
    guard let first = Money(decimalText: "10", currency: currency),
      let next = Money(decimalText: "5", currency: currency)
    else { return [] }
    return [
      FreightZone(firstGrams: 1000, firstFee: first, nextGrams: 1000, nextFee: next, freeFrom: nil)
    ]
  }
}
