import Accounts
import Values

/// The tokens of staff's programs: each makes and revokes their own; who may edit staff sees those of colleagues, and
/// revokes them.
public struct WorkTokens: Sendable {
  private let contexts: Contexts
  private let work: WorkStaff
  private var people: any StaffService { contexts.staff }

  public init(_ contexts: Contexts) {
    self.contexts = contexts
    work = WorkStaff(contexts)
  }

  public func tokens(of staff: Staff) async throws -> [StaffToken] { try await people.tokens(of: staff.id) }

  /// Those of all colleagues that count. Throws `StaffRefusal.notAllowed`, and `AccountRefusal.unknownStaff` for another
  /// merchant's.
  public func tokens(
    ofStaffOf asked: MerchantID?, _ page: PageRequest, for staff: Staff
  ) async throws -> Page<StaffToken> {
    try await people.tokens(ofStaffOf: try await work.employer(asked, for: staff), page)
  }

  /// Throws `FieldFaults`, also for a `password` that isn't the staff's own, `AccountRefusal.tooManyTokens` and
  /// `.tooManyAttempts`, and `StaffRefusal.beyondOwnRights` for scopes that the staff haven't themselves.
  public func issue(_ draft: StaffTokenDraft, password: String, by staff: Staff) async throws -> IssuedToken {
    guard WorkStaff.covers(staff, draft.scopes) else { throw StaffRefusal.beyondOwnRights }
    do {
      return try await people.issueToken(draft, to: staff.id, password: password, by: .staff(staff.id))
    } catch AccountRefusal.wrongCredentials {
      throw FieldFaults(field: "password", code: password.isEmpty ? "missing" : "wrongPassword")
    }
  }

  /// A colleague's, whatever it may do: what is to be stopped waits for nobody with more rights. Throws
  /// `AccountRefusal.unknownToken` also for another merchant's, and `StaffRefusal.notAllowed` for who may not edit staff.
  public func revoke(_ id: StaffTokenID, by staff: Staff) async throws {
    guard let token = try await people.token(id) else { throw AccountRefusal.unknownToken }
    if token.staff != staff.id {
      guard let owner = try await people.staff(token.staff), staff.merchant == nil || staff.merchant == owner.merchant
      else { throw AccountRefusal.unknownToken }
      try staff.require(.staffEdit)
    }
    try await people.revokeToken(id, by: .staff(staff.id))
  }
}
