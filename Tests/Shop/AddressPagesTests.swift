import Accounts
import Catalog
import Foundation
import Testing
import Values
@testable import App

/// The address book and what is kept of products, over HTTP.
@Suite struct AddressPagesTests {
  private static let home = [
    ("recipient", "Lin Yue"), ("phone", "138 0013 8000"), ("province", "310000"), ("city", "310100"),
    ("region", "310104"), ("street", "12 Anfu Road"), ("postcode", "200031"),
  ]

  @Test func `an address is chosen list by list without scripts, then kept, changed and removed`() async throws {
    try await TestShop.run { test in
      let browser = test.browser()
      _ = try await browser.post(
        "/register", [("name", "Lin"), ("email", "lin@example.com"), ("password", "correct horse")])
      let typed = Array(Self.home.prefix(2))
      let first = try await browser.post(
        "/account/addresses/new?to=/checkout", typed + [("province", "310000"), ("chooseRegion", "1")])
      #expect(first.status == 200)
      #expect(first.body.contains("310100"))
      #expect(first.body.contains("value=\"Lin Yue\""))
      #expect(first.body.contains("action=\"/account/addresses/new?to=/checkout\""))
      let second = try await browser.post(
        "/account/addresses/new", typed + [("province", "310000"), ("city", "310100"), ("chooseRegion", "1")])
      #expect(second.body.contains("310104"))
      let empty = try await browser.post("/account/addresses/new", [("save", "1")])
      #expect(empty.status == 422)
      #expect(empty.body.contains("id=\"recipient-fault\""))
      #expect(empty.body.contains("id=\"region-fault\""))
      let saved = try await browser.post("/account/addresses/new?to=/checkout", Self.home + [("save", "1")])
      #expect(saved.location?.hasPrefix("/checkout?address=adr_") == true)
      _ = try await browser.post("/account/addresses/new", Self.home + [("save", "1")])
      let list = try await browser.get("/account/addresses").body
      #expect(list.contains("12 Anfu Road"))
      let other = try #require(list.firstMatch(of: /\/account\/addresses\/(adr_[0-9a-z]+)\/default/)).1
      #expect(try await browser.get("/account/addresses/\(other)").body.contains("value=\"310104\" selected"))
      #expect(try await browser.post("/account/addresses/\(other)/default").status == 303)
      #expect(try await browser.post("/account/addresses/\(other)/remove").status == 303)
      #expect(try await browser.get("/account/addresses/\(other)").status == 404)
      #expect(try await browser.get("/account/addresses/'; DROP TABLE address").status == 404)
    }
  }

  @Test func `another's address is not there`() async throws {
    try await TestShop.run { test in
      let (_, _, address) = try await test.buyer()
      let other = test.browser()
      _ = try await other.post(
        "/register", [("name", "Eve"), ("email", "eve@example.com"), ("password", "correct horse")])
      #expect(try await other.get("/account/addresses/\(address.id)").status == 404)
      #expect(try await other.post("/account/addresses/\(address.id)/remove").status == 404)
      #expect(try await other.post("/account/addresses/\(address.id)", Self.home).status == 404)
    }
  }

  @Test func `favourites are saved, listed and taken off, and histories cleared`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let (browser, _, _) = try await test.buyer()
      try await test.settle()
      let page = "/products/\(product.id)"
      _ = try await browser.visit(page)
      _ = try await browser.get("/search?q=teapot")
      let saved = try await browser.post("\(page)/favourite", [("favourite", "1"), ("to", page)])
      #expect(saved.location == page)
      #expect(try await browser.get("/account/favourites").body.contains("Clay teapot"))
      #expect(try await browser.get("/account").body.contains("Clay teapot"))
      #expect(try await browser.get("/account/history").body.contains("/search?q=teapot"))
      _ = try await browser.post("\(page)/favourite", [("favourite", "0"), ("to", "//evil.example")])
      #expect(!(try await browser.get("/account/favourites").body.contains("Clay teapot")))
      #expect(try await browser.post("/products/nonsense/favourite", [("favourite", "1")]).status == 404)
      _ = try await browser.post("/account/history/views/clear")
      _ = try await browser.post("/account/history/searches/clear")
      let history = try await browser.get("/account/history").body
      #expect(!history.contains("Clay teapot"))
      #expect(!history.contains("/search?q=teapot"))
    }
  }
}
