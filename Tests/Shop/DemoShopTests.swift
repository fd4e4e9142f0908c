import Accounts
import Flows
import Foundation
import Merchants
import Testing

@testable import App

@Suite struct DemoShopTests {
  @Test func `a demo that was interrupted is filled to the end, once, and its log-ins work`() async throws {
    try await TestShop.run { test in
      let whole = TestShop.packageFolder.appending(path: "Demo")
      let broken = test.settings.dataFolder.appending(path: "broken-demo")
      try FileManager.default.copyItem(at: whole, to: broken)
      try FileManager.default.removeItem(at: broken.appending(path: "reviews.json"))
      // Ends before reviews, banners and search are filled, after people are.
      await #expect(throws: DemoFault.self) { try await DemoShop(test.shop, folder: broken).fill() }

      let merchants = try await test.shop.contexts.merchants.merchants()
      #expect(try await DemoShop(test.shop, folder: whole).fill() == .filled)
      #expect(try await DemoShop(test.shop, folder: whole).fill() == .wasFilled)
      #expect(try await test.shop.contexts.merchants.merchants() == merchants)
      let customer = try await test.shop.contexts.accounts.logIn(
        email: DemoShop.customerEmail, password: DemoShop.password, client: "a")
      #expect(try await test.shop.contexts.accounts.addresses(of: customer.account.id).count == 1)
      _ = try await test.shop.contexts.staff.logIn(
        email: DemoShop.staffEmail, password: DemoShop.password, client: "a")
      #expect(try await test.shop.audit().isEmpty)
      #expect(try await test.browser().get("/").status == 200)
    }
  }

  @Test func `a shop that sells something of its own stays as it is`() async throws {
    try await TestShop.run { test in
      _ = try await test.merchant()
      let folder = TestShop.packageFolder.appending(path: "Demo")
      #expect(try await DemoShop(test.shop, folder: folder).fill() == .notOurs)
      #expect(try await test.shop.contexts.merchants.merchants().count == 1)
    }
  }
}
