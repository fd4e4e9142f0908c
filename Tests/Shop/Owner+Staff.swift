import Accounts
import Flows
import Foundation
import Merchants
import Testing
import Values

@testable import API
@testable import App

extension Owner {
  private static let colleagueRights: Set<StaffRight> = [.ordersShip, .stockAdjust]

  /// One of the merchant's staff, who is logged in somewhere, and a role that nobody has.
  mutating func keepColleague() async throws {
    let staff = test.shop.contexts.staff
    let id = if let id = StaffID(self["colleague"]) { id } else { try await hireColleague() }
    try await staff.reinstate(id, by: .system)
    if let role = StaffRoleID(self["colleagueRole"]) {
      _ = try await staff.revise(id, StaffRevision(name: "Bo", role: role), by: .system)
    }
    if try await staff.sessions(of: id).isEmpty, let email = try await staff.staff(id)?.email {
      _ = try await staff.logIn(email: email, password: TestShop.password, client: UUID().uuidString)
    }
    let people = try await staff.headcount(of: merchant.id)
    for role in try await staff.roles(of: merchant.id)
    where !role.isOwner && people[role.id] == nil && role.id.description != self["role"] {
      try await staff.removeRole(role.id, by: .system)
    }
    let spare = StaffRoleDraft(name: "Helpers \(UUID().uuidString.prefix(8))", rights: [.ordersShip])
    if let role = StaffRoleID(self["role"]), try await staff.role(role) != nil {
      _ = try await staff.reviseRole(role, spare, by: .system)
    } else {
      names["role"] = .text("\(try await staff.addRole(spare, of: merchant.id, by: .system).id)")
    }
  }

  private mutating func hireColleague() async throws -> StaffID {
    let hired = try await test.shop.contexts.staff.hire(
      StaffHire(
        email: "\(UUID().uuidString)@staff.example", password: TestShop.password, name: "Bo", merchant: merchant.id,
        rights: Self.colleagueRights))
    names["colleague"] = .text("\(hired.id)")
    names["colleagueRole"] = .text("\(hired.role.id)")
    return hired.id
  }

  /// In words that are the same for the same things; sets come in any order.
  func colleague() async throws -> [(String, Any)] {
    let staff = test.shop.contexts.staff
    guard let id = StaffID(self["colleague"]), let spare = StaffRoleID(self["role"]),
      let member = try await staff.member(id)
    else { return [] }
    let role = try await staff.role(spare)
    return [
      ("colleague", [member.staff.name, "\(member.staff.role.id)", "\(member.isActive)"]),
      ("colleagueSessions", try await staff.sessions(of: id)),
      ("role", [role?.name ?? "none"] + (role?.rights ?? []).map(\.rawValue).sorted()),
    ]
  }
}

extension TestShop {
  /// Somebody with a second factor who has shown the password and not yet a code.
  func halfwayIn() async throws -> Browser {
    let (email, _) = try await factoredStaff()
    let browser = browser()
    _ = try await browser.post("/admin/login", [("email", email), ("password", Self.password)])
    return browser
  }

  /// An owner of the platform with a second factor.
  func factoredStaff() async throws -> (email: String, secret: SecondFactorSecret) {
    let (staff, email) = (shop.contexts.staff, "\(UUID().uuidString.lowercased())@staff.example")
    let hired = try await staff.hire(
      StaffHire(email: email, password: Self.password, name: "Mei", merchant: nil, role: .owner))
    let secret = try await staff.beginSecondFactor(of: hired.id, code: "")
    _ = try await staff.confirmSecondFactor(of: hired.id, code: code(secret), keeping: nil)
    return (email, secret)
  }

  /// - Parameter later: in steps of half a minute; a step ahead is taken, and wasn't used by what set the factor up.
  func code(_ secret: SecondFactorSecret, later: Int64 = 0) -> String {
    TimeCode.code(secret.bytes, step: TimeCode.step(at: shop.clock.now) + later)
  }
}
