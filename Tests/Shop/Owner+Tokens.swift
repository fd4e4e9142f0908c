import Accounts
import Flows
import Foundation
import Inventory
import Merchants
import Testing
import Values

@testable import API
@testable import App

extension Owner {
  /// A colleague's program that counts, and names that nobody has used.
  mutating func keepToken() async throws {
    let staff = test.shop.contexts.staff
    names["freshKey"] = .text("k\(UUID().uuidString.lowercased().prefix(23))")
    if let id = StaffTokenID(self["colleagueToken"]), let token = try await staff.token(id),
      token.counts(at: test.shop.clock.now)
    {
      return
    }
    let colleague = try #require(StaffID(self["colleague"]))
    let issued = try await staff.issueToken(
      StaffTokenDraft(name: "Old till", scopes: [.ordersShip], days: 30), to: colleague, by: .system)
    names["colleagueToken"] = .text("\(issued.token.id)")
  }

  func colleagueToken() async throws -> String {
    guard let id = StaffTokenID(self["colleagueToken"]),
      let token = try await test.shop.contexts.staff.token(id)
    else { return "none" }
    return "\(token.id) \(token.counts(at: test.shop.clock.now))"
  }
}

extension TestShop {
  /// A program of somebody with these rights; its token reaches as far as they do.
  func program(
    of merchant: Merchant?, _ rights: Set<StaffRight> = Set(StaffRight.allCases), scopes: Set<StaffRight>? = nil
  ) async throws -> Browser {
    let browser = browser()
    browser.bear(try await issued(of: merchant, rights, scopes: scopes).secret.rawValue)
    return browser
  }

  func issued(
    of merchant: Merchant?, _ rights: Set<StaffRight> = Set(StaffRight.allCases), scopes: Set<StaffRight>? = nil
  ) async throws -> IssuedToken {
    let staff = shop.contexts.staff
    let hired = try await staff.hire(
      StaffHire(
        email: "\(UUID().uuidString.lowercased())@staff.example", password: Self.password, name: "Mei",
        merchant: merchant?.id, rights: rights))
    let reach = (scopes ?? rights).intersection(StaffRight.all(of: merchant?.id))
    return try await staff.issueToken(
      StaffTokenDraft(name: "Warehouse sync", scopes: reach.isEmpty ? [.ordersShip] : reach, days: 30), to: hired.id,
      by: .system)
  }
}
