import Accounts
import Catalog
import Merchants
import NIOHTTP1
import Testing
import Values

@testable import App

/// What is found from any page of the back office.
@Suite struct FindDeskTests {
  // req: 3.1.2-1 2.2-5
  @Test func `staff find their customers, shown in part to who mustn't know the whole`() async throws {
    try await TestShop.run { test in
      let owner = try await test.owner()
      let link = "href=\"/admin/customers/\(owner.account.id)\""
      let email = Owner.secrets[0]
      let whole = try await test.staff(of: owner.merchant, [.usersView, .buyersContact])
      for text in ["Ottoline", "ottol", "owner%40secret.example", "owner%40sec"] {
        #expect(try await whole.get("/admin/find?q=\(text)").body.contains(link), "\(text)")
      }
      #expect(try await whole.get("/admin/find?q=Ottoline").body.contains(email))
      let part = try await test.staff(of: owner.merchant, [.usersView])
      let found = try await part.get("/admin/find?q=Ottoline").body
      #expect(found.contains(link) && !found.contains(email))
      // Nobody finds an address out sign by sign.
      #expect(!(try await part.get("/admin/find?q=owner%40sec").body.contains(link)))
      #expect(try await part.get("/admin/find?q=owner%40secret.example").body.contains(link))
      let clerk = try await test.staff(of: owner.merchant, [.ordersShip, .buyersContact])
      let stranger = try await test.staff(of: try await test.merchant("other"))
      for staff in [clerk, stranger] {
        for text in ["Ottoline", "owner%40secret.example"] {
          #expect(!(try await staff.get("/admin/find?q=\(text)").body.contains(link)), "\(text)")
        }
      }
      #expect(try await test.staff(of: nil).get("/admin/find?q=Ottoline").body.contains(link))
    }
  }

  @Test func `goods lead to their desk for who works on them, those that nobody sees yet as well`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let shown = try await test.product(of: merchant)
      let draft = try await test.product(
        of: merchant, "cup", title: LocalizedText(en: "Clay cup", zhHans: "陶杯"), isPublished: false)
      let editor = try await test.staff(of: merchant, [.catalogEdit])
      for text in ["clay", "%E9%99%B6%E6%9D%AF", "cup-red"] {
        let page = try await editor.get("/admin/find?q=\(text)").body
        #expect(page.contains("href=\"/admin/products/\(draft.id)\""), "\(text)")
      }
      #expect(try await editor.get("/admin/find?q=teapot").body.contains("href=\"/admin/products/\(shown.id)\""))
      let clerk = try await test.staff(of: merchant, [.ordersShip])
      let other = try await clerk.get("/admin/find?q=clay").body
      #expect(other.contains("href=\"/products/\(shown.id)\"") && !other.contains("\(draft.id)"))
      let stranger = try await test.staff(of: try await test.merchant("other"), [.catalogEdit])
      let none = try await stranger.get("/admin/find?q=clay").body
      #expect(!none.contains("\(draft.id)") && !none.contains("/admin/products/\(shown.id)"))
    }
  }
}
