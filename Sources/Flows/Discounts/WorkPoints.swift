import Accounts
import Pricing
import Values

/// Points as buyers look at theirs, and as staff of the platform mend them.
public struct WorkPoints: Sendable {
  private let contexts: Contexts
  private let terms: PointTerms

  public init(_ contexts: Contexts, terms: PointTerms) {
    self.contexts = contexts
    self.terms = terms
  }

  /// Whether the shop has points.
  public var areOn: Bool { terms.areOn }
  public var rules: PointTerms { terms }

  public func balance(of account: AccountID) async throws -> Int { try await contexts.points.balance(of: account) }

  public func entries(of account: AccountID, _ page: PageRequest) async throws -> Page<PointEntry> {
    try await contexts.points.entries(of: account, page)
  }

  /// Points are the platform's.
  public static func sees(_ staff: Staff) -> Bool { WorkCustomers.opens(to: staff) && staff.merchant == nil }

  /// For staff of the platform. Throws `StaffRefusal.notAllowed`, `CustomerRefusal.unknownCustomer`, `FieldFaults`,
  /// `PointRefusal.notEnoughPoints`.
  /// - Parameter key: of the form, under which it is done once.
  public func adjust(
    _ points: Int, of id: AccountID, note: String, key: String, by staff: Staff
  ) async throws -> Int {
    guard WorkCustomers.governs(staff) else { throw StaffRefusal.notAllowed(.usersEdit) }
    let customer = try await WorkCustomers(contexts).customer(id, for: staff)
    return try await contexts.points.adjust(
      points, of: customer.account.id, note: note, key: key, by: .staff(staff.id))
  }
}
