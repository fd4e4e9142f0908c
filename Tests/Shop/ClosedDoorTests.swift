import Accounts
import Foundation
import Merchants
import NIOHTTP1
import Pages
import Testing
import Values

@testable import API
@testable import App

/// Each route of the shop, tried by those who get no further than its door.
@Suite struct ClosedDoorTests {
  // req: 3.1.1-2
  @Test func `nobody is sent to the log-in wherever a page is private, and refused by the API`() async throws {
    try await TestShop.run { test in
      let owner = try await test.owner()
      let before = try await owner.belongings()
      for route in ShopRoute.all {
        let answer = try await route.send(by: test.browser(), naming: owner.withLetter().names)
        AccessTests.expectClosed(answer, route, owner)
      }
      #expect(try await owner.belongings() == before)
    }
  }

  // req: 3.1.1-2
  @Test func `a made-up session, a staff's session and a session in the wrong cookie open nothing`() async throws {
    try await TestShop.run { test in
      let owner = try await test.owner()
      let staff = try await test.staff(of: owner.merchant)
      let desk = try await test.staffToken(of: owner.merchant)
      let madeUp = test.browser()
      for name in [CookieJar.Name.session, .staff] { madeUp.carry(name, "made-up'; DROP TABLE account") }
      let crossed = test.browser()
      crossed.carry(.session, desk)
      crossed.carry(.staff, owner.token.rawValue)
      let before = try await owner.belongings()
      for route in ShopRoute.all where route.isPrivate {
        AccessTests.expectClosed(try await route.send(by: madeUp, naming: owner.names), route, owner)
        AccessTests.expectClosed(try await route.send(by: crossed, naming: owner.names), route, owner)
        if !route.isDesk {
          AccessTests.expectClosed(try await route.send(by: staff, naming: owner.names), route, owner)
        }
        if route.isAPI {
          let bearer = ["authorization": "Bearer \(desk)"]
          let answer = try await route.send(by: test.browser(), naming: owner.names, headers: bearer)
          AccessTests.expectClosed(answer, route, owner)
        }
      }
      #expect(try await owner.belongings() == before)
    }
  }

  // req: 3.1.1-2
  @Test func `the desks open to no customer, and to staff for their merchant's orders alone`() async throws {
    try await TestShop.run { test in
      let owner = try await test.owner()
      let other = try await test.merchant("other")
      let before = try await owner.belongings()
      for route in ShopRoute.all where route.isForStaff && route.isPrivate {
        AccessTests.expectClosed(try await route.send(by: owner.browser, naming: owner.names), route, owner)
        AccessTests.expectClosed(
          try await route.send(by: try await test.other().browser, naming: owner.names), route, owner)
        let outsider = try await route.isStaffAPI ? test.program(of: other) : test.staff(of: other)
        let stranger = try await route.send(by: outsider, naming: owner.names)
        AccessTests.expectNoSecret(stranger, route, owner)
        switch route.door {
        case .merchant: #expect(stranger.status == 404, "\(route.name)")
        case .platform: #expect(stranger.status == 403, "\(route.name)")
        case .merchantSending(let status): #expect(stranger.status == status, "\(route.name)")
        default: #expect(stranger.status < 400, "\(route.name)")
        }
        guard route.changes, route.door != .ownStaff, !route.isOwnPreference, !route.leadsToSheets, !route.isReading
        else {
          continue
        }
        let helpless =
          try await route.isStaffAPI
          ? test.program(of: owner.merchant, []) : test.staff(of: owner.merchant, [])
        let idle = try await route.send(by: helpless, naming: owner.names)
        #expect(idle.status == 403, "\(route.name)")
      }
      #expect(try await owner.belongings() == before)
    }
  }
}
