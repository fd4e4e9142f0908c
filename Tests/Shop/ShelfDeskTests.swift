import Accounts
import Catalog
import Flows
import Foundation
import NIOHTTP1
import Pages
import Testing
import Values

@testable import App

/// The desks of categories and brands, and what shoppers see of what was done there.
@Suite struct ShelfDeskTests {
  private func upload(
    _ desk: Browser, _ address: String, _ fields: [(String, String)], file: String? = nil, base: String
  ) async throws -> Browser.Answer {
    let (type, bytes) = Browser.parts(fields, file: file)
    return try await desk.send(.POST, address, body: bytes, headers: ["content-type": type, "origin": base])
  }

  private func added(_ desk: Browser, _ name: String, _ zh: String = "", below parent: String = "") async throws
    -> String
  {
    let answer = try await desk.post(
      "/admin/categories", [("nameEn", name), ("nameZh", zh), ("parent", parent)])
    #expect(answer.status == 303, "\(answer.body.prefix(2000))")
    return String(try #require(answer.location?.firstMatch(of: /open=(cat_[0-9a-z]+)/)).1)
  }

  // req: 2.2-7
  @Test func `the tree is built, arranged by buttons and by dragging, and shoppers see it so`() async throws {
    try await TestShop.run { test in
      let (desk, visitor) = (try await test.staff(of: nil, [.catalogEdit]), test.browser())
      let tea = try await added(desk, "Teaware", "茶具")
      let garden = try await added(desk, "Garden")
      let pots = try await added(desk, "Pots", "壶", below: tea)
      try await test.settle()
      #expect(try await visitor.get("/c/pots").status == 200)
      #expect(try await test.browser(language: .zhHans).get("/c/teaware").body.contains("茶具"))
      _ = try await desk.post("/admin/categories/move", [("up", garden)])
      let tree = try await test.shop.contexts.catalog.categories()
      #expect(tree.roots.map(\.name.en) == ["Garden", "Teaware"])
      // Dragged: into the garden, then before all others on top.
      _ = try await desk.post("/admin/categories/move", [("moved", pots), ("under", garden), ("before", "")])
      let there = try await test.shop.contexts.catalog.categories()
      #expect(there.children(of: try #require(CategoryID(garden))).map(\.id.description) == [pots])
      let refused = try await desk.post("/admin/categories/move", [("moved", garden), ("under", pots), ("before", "")])
      #expect(refused.status == 303)
      #expect(try await desk.get("/admin/categories").body.contains("It can&#39;t go there"))
      _ = try await desk.post("/admin/categories/move", [("out", pots)])
      let out = try await test.shop.contexts.catalog.categories()
      #expect(out.roots.map(\.name.en) == ["Garden", "Pots", "Teaware"])
      _ = try await desk.post("/admin/categories/move", [("moved", pots), ("under", ""), ("before", garden)])
      #expect(try await test.shop.contexts.catalog.categories().roots.first?.name.en == "Pots")
    }
  }

  @Test func `a category is renamed, given a picture and hidden; who comes second is told`() async throws {
    try await TestShop.run { test in
      let (desk, visitor) = (try await test.staff(of: nil), test.browser())
      let product = try await test.product(of: try await test.merchant())
      let tea = try #require(product.content.category)
      let address = "/admin/categories/\(tea)"
      let saved = try await upload(
        desk, address, [("nameEn", "Tea things"), ("nameZh", "茶事"), ("version", "1")], file: "picture",
        base: test.base)
      #expect(saved.location == address, "\(saved.body.prefix(1000))")
      try await test.settle()
      #expect(try await visitor.get("/").body.contains("Tea things"))
      #expect(try await test.shop.contexts.catalog.categories()[tea]?.picture != nil)
      let late = try await upload(
        desk, address, [("nameEn", "Late words"), ("version", "1")], base: test.base)
      #expect(late.status == 409 && late.body.contains("Late words"))
      #expect(late.body.contains("Someone else has changed this meanwhile"))
      let hidden = try await upload(
        desk, address, [("nameEn", "Tea things"), ("version", "2"), ("isHidden", "1")], base: test.base)
      #expect(hidden.status == 303)
      try await test.settle()
      #expect(try await visitor.get("/c/tea").status == 404)
      #expect(!(try await visitor.get("/").body.contains("Tea things")))
      #expect(try await visitor.get("/products/\(product.id)").status == 200)
      #expect(try await visitor.get("/search?q=teapot").body.contains("Clay teapot"))
      let nameless = try await upload(desk, address, [("nameEn", ""), ("version", "3")], base: test.base)
      #expect(nameless.status == 422 && nameless.body.contains("id=\"nameEn-fault\""))
      let full = try await desk.post("\(address)/remove")
      #expect(full.location == address)
      let garden = try await added(desk, "Garden")
      let moved = try await desk.post("\(address)/goods", [("to", garden)])
      #expect(moved.location == address)
      #expect(try await desk.get(address).body.contains("Products moved: 1."))
      #expect(try await desk.post("\(address)/remove").location == "/admin/categories")
      #expect(try await desk.get(address).status == 404)
    }
  }

  @Test func `a brand is renamed everywhere, and a second spelling becomes part of it`() async throws {
    try await TestShop.run { test in
      let (desk, visitor) = (try await test.staff(of: nil), test.browser())
      let product = try await test.product(of: try await test.merchant())
      let brand = try #require(product.content.brand)
      let address = "/admin/brands/\(brand)"
      #expect(try await visitor.get("/products/\(product.id)").body.contains("Riverlight"))
      let renamed = try await upload(
        desk, address, [("name", "River Light"), ("version", "1")], file: "logo", base: test.base)
      #expect(renamed.location == address, "\(renamed.body.prefix(1000))")
      try await test.settle()
      #expect(try await visitor.get("/products/\(product.id)").body.contains("River Light"))
      let added = try await desk.post("/admin/brands", [("name", "Riverlite")])
      let other = try #require(added.location)
      let taken = try await desk.post("/admin/brands", [("name", "RIVERLITE")])
      #expect(taken.status == 422 && taken.body.contains("id=\"name-fault\""))
      let nobody = try await desk.post("\(address)/merge", [("into", "Nobody")])
      #expect(nobody.status == 422 && nobody.body.contains("id=\"into-fault\""))
      #expect(try await desk.post("\(address)/merge", [("into", "riverlite")]).location == "/admin/brands")
      try await test.settle()
      #expect(try await visitor.get("/products/\(product.id)").body.contains("Riverlite"))
      #expect(try await desk.get(address).status == 404)
      let list = try await desk.get("/admin/brands?named=RIVER").body
      #expect(list.contains("Riverlite") && !list.contains("River Light"))
      #expect(try await desk.get("/admin/brands/export").body.contains("Riverlite"))
      #expect(try await desk.post("\(other)/remove").location == other)
    }
  }

  // req: 3.1.1-2
  @Test func `shelves are arranged by staff of the platform with the right to goods`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      for other in [try await test.staff(of: nil, [.ordersReview]), try await test.staff(of: merchant)] {
        for address in ["/admin/categories", "/admin/brands"] {
          #expect(try await other.get(address).status == 403)
          #expect(try await other.post(address, [("nameEn", "A"), ("name", "A")]).status == 403)
          #expect(!(try await other.get("/admin/orders").body.contains("href=\"\(address)\"")))
        }
      }
    }
  }
}
