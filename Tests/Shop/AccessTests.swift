import Accounts
import Carts
import Catalog
import Flows
import Foundation
import Merchants
import NIOHTTP1
import Orders
import Pages
import Testing
import Values

@testable import API
@testable import App

/// Each route of the shop, tried by another customer, and by the one whom it is for. `ClosedDoorTests` has those who get no
/// further than the door.
@Suite struct AccessTests {
  @Test func `every route of the program has its place in the list of doors, and no other has`() async throws {
    try await TestShop.run { test in
      let routes = test.endpoints.map { "\($0.method) \($0.path)" }
      #expect(Set(routes).subtracting(ShopRoute.all.map(\.name)).sorted() == [])
      #expect(Set(ShopRoute.all.map(\.name)).subtracting(routes).sorted() == [])
      #expect(Set(ShopRoute.all.map(\.name)).count == ShopRoute.all.count)
    }
  }

  // req: 3.1.1-2 4.2.1-1
  @Test func `another customer finds nothing of the first one's and changes none of it`() async throws {
    try await TestShop.run { test in
      var owner = try await test.owner().stocked()
      var before = try await owner.belongings()
      for route in ShopRoute.all where !route.isForStaff {
        if route.door == .letter { continue }
        let (browser, account) = try await test.other()
        let cart = try await test.shop.flows.addToCart.run(
          owner.product.variants[1].id, .one, to: .account(account.id))
        var names = owner.names
        names["cartVersion"] = .integer(Int64(cart.version))
        if route.name.hasSuffix("/sessions") || route.name == "POST /login" { names["password"] = "guessed wrong" }
        let answer = try await route.send(by: browser, naming: names)
        if case .owner(let status) = route.door {
          #expect(answer.status == status, "\(route.name): \(answer.body.prefix(300))")
        } else {
          #expect(
            answer.status < 400 || names["password"] == "guessed wrong" || route.isRefused(answer),
            "\(route.name): \(answer.status)")
        }
        Self.expectNoSecret(answer, route, owner)
        #expect(try await owner.belongings() == before, "\(route.name)")
        #expect(try await test.orders(of: account).isEmpty, "\(route.name)")
        // What everyone may do, nobody does twice with the same.
        if route.changes, answer.status < 400 {
          owner = try await owner.stocked()
          before = try await owner.belongings()
        }
      }
    }
  }

  /// The routes are dealt out to as many shops, which are gone through side by side.
  private static let shops = 4

  @Test(arguments: 0..<shops) func `each route opens to the one whom it is for`(turn: Int) async throws {
    try await TestShop.run { test in
      var owner = try await test.owner().stocked()
      for number in stride(from: turn, to: ShopRoute.all.count, by: Self.shops) {
        let route = ShopRoute.all[number]
        let browser = route.isForStaff ? try await test.staff(for: route, of: owner) : owner.browser
        let before = route.isFelt ? try await owner.belongings() : nil
        let answer = try await route.send(by: browser, naming: owner.withLetter().names)
        if case .everyone(let statuses) = route.door, route.isRefusedToAll {
          #expect(statuses.contains { $0.contains(answer.status) }, "\(route.name): \(answer.status)")
        } else {
          #expect(answer.status < 400, "\(route.name): \(answer.status) \(answer.body.prefix(300))")
          let isPassedOn = answer.location?.hasPrefix("/login") == true && route.door != .letter
          #expect(!isPassedOn, "\(route.name)")
          // What others were refused is something that would have acted.
          if let before { #expect(try await owner.belongings() != before, "\(route.name)") }
        }
        if route.changes { owner = try await owner.stocked() }
      }
    }
  }

  static func expectClosed(_ answer: Browser.Answer, _ route: ShopRoute, _ owner: Owner) {
    expectNoSecret(answer, route, owner)
    switch route.door {
    case .everyone(let statuses):
      #expect(statuses.contains { $0.contains(answer.status) }, "\(route.name): \(answer.status)")
    case .letter: #expect(answer.status < 400, "\(route.name): \(answer.status)")
    case .visitor, .account, .owner, .staff, .platform, .merchant, .merchantSending, .ownStaff:
      if route.isAPI {
        #expect(answer.status == 401, "\(route.name): \(answer.status)")
        #expect(answer.headers.first(name: "www-authenticate") == "Bearer", "\(route.name)")
      } else {
        #expect(answer.status == 303, "\(route.name): \(answer.status)")
        let logIn = route.isDesk ? "/admin/login" : "/login"
        #expect(answer.location?.hasPrefix(logIn) == true, "\(route.name): \(answer.location ?? "")")
      }
    }
  }

  /// Nothing of the owner's stands in the answer, but what the request itself said.
  static func expectNoSecret(_ answer: Browser.Answer, _ route: ShopRoute, _ owner: Owner) {
    // Who has the password is the owner.
    if answer.status == 201, route.pattern.hasSuffix("/sessions") { return }
    let said =
      ((try? route.address(owner.names)) ?? "") + "\(route.body.map { ShopRoute.filled($0, owner.names) } ?? .null)"
    for secret in owner.secrets where !secret.isEmpty && !said.contains(secret) {
      #expect(!answer.body.contains(secret), "\(route.name) tells \(secret)")
    }
  }
}

extension ShopRoute {
  var isPrivate: Bool {
    switch door {
    case .everyone, .letter: false
    default: true
    }
  }

  /// Of staff, what needs no right: it is their own alone.
  var isOwnPreference: Bool { pattern.hasPrefix("/admin/views") }
  /// Of messages, which are for whoever belongs to the merchant.
  var isReading: Bool { pattern.contains("/admin/messages") }
  /// Changes nothing: what was ticked goes on to the sheets, which say themselves to whom they open.
  var leadsToSheets: Bool { pattern == "/admin/shipping/act" }

  /// Changes what is the owner's. A payment that is open is answered again, the only address
  /// is the default already, and a link to look at goods leaves them as they are.
  var isFelt: Bool {
    switch door {
    // Goods and stock are nothing of a customer's.
    case .merchant where pattern.hasPrefix("/admin/coupons"): false
    case .merchant where isStaffAPI && !pattern.contains("/orders/") && !pattern.contains("/refunds/"): false
    case .owner, .merchant:
      changes && !["/pay", "/payments", "/default", "/preview-link"].contains { name.hasSuffix($0) }
    default: false
    }
  }

  /// Open to everyone, and still no one gets in this way: a notice that isn't signed, a customer at the desk's door.
  var isRefusedToAll: Bool {
    if case .everyone(let statuses) = door { statuses.allSatisfy { $0.lowerBound >= 400 } } else { false }
  }

  func isRefused(_ answer: Browser.Answer) -> Bool {
    if case .everyone(let statuses) = door, isRefusedToAll {
      statuses.contains { $0.contains(answer.status) }
    } else {
      false
    }
  }
}

extension Owner {
  /// With an account that asked for a new password: its address, and the token of the letter.
  func withLetter() async throws -> Owner {
    var owner = self
    let accounts = test.shop.contexts.accounts
    let forgetful = try await accounts.register(
      Registration(
        email: "\(UUID().uuidString)@example.com", password: TestShop.password, name: "Wu", language: .en))
    let reset = try await accounts.startPasswordReset(email: forgetful.email)
    owner.names["resetToken"] = (reset?.token).map(JSONValue.text)
    owner.names["freshEmail"] = .text("\(UUID().uuidString.lowercased())@example.com")
    owner.names["strayEmail"] = .text(forgetful.email)
    return owner
  }
}

extension TestShop {
  func staffToken(of merchant: Merchant) async throws -> String {
    let email = "\(UUID().uuidString)@staff.example"
    _ = try await shop.contexts.staff.hire(
      StaffHire(email: email, password: Self.password, name: "Bo", merchant: merchant.id, rights: [.ordersShip]))
    return try await shop.contexts.staff.logIn(email: email, password: Self.password, client: email).token.rawValue
  }
}
