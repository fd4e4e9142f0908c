import Accounts
import Catalog
import Content
import Files
import Flows
import Foundation
import Imports
import Inventory
import Merchants
import Testing
import Values

@testable import App

/// Staff, counts and files of goods as the lists of the back office have them: filters in the address, views, columns, and
/// all of it as a file.
@Suite struct GrowingListTests {
  /// The names in the first column.
  private func names(_ page: String) -> [String] {
    page.matches(of: /<a class="number" href="[^"]+">([^<]+)<\/a>/).map { String($0.1) }
  }

  private func expectView(_ desk: Browser, _ list: String, _ address: String, _ query: String) async throws {
    let kept = try await desk.post(
      "/admin/views", [("list", list), ("viewName", "My \(list)"), ("viewQuery", query), ("back", address)])
    #expect(kept.location == address)
    #expect(try await desk.get(address).body.contains("My \(list)"), "\(list)")
  }

  // req: 3.1.2-1
  @Test func `staff are found by name, address, role and how they get in`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let staff = test.shop.contexts.staff
      let role = try await staff.addRole(
        StaffRoleDraft(name: "Packers", rights: [.ordersShip]), of: merchant.id, by: .system)
      for (name, email) in [("Anna", "anna@kiln.example"), ("Bo", "bo@kiln.example"), ("Chen", "chen@reed.example")] {
        _ = try await staff.hire(
          StaffHire(
            email: email, password: TestShop.password, name: name, merchant: merchant.id, role: .role(role.id)),
          by: .system)
      }
      let desk = try await test.staff(of: merchant, [.staffEdit])
      let bo = try #require(try await staff.member(email: "bo@kiln.example")).staff.id
      try await staff.dismiss(bo, by: .system)
      #expect(names(try await desk.get("/admin/staff?who=KILN").body) == ["Anna", "Bo"])
      #expect(names(try await desk.get("/admin/staff?who=chen").body) == ["Chen"])
      #expect(names(try await desk.get("/admin/staff?door=dismissed").body) == ["Bo"])
      #expect(names(try await desk.get("/admin/staff?withRole=\(role.id)&door=noFactor").body) == ["Anna", "Chen"])
      #expect(try await desk.get("/admin/staff?who=nobody").body.contains("Nothing matches the filters"))
      #expect(try await desk.get("/admin/staff?door=window").status == 422)
      let file = try await desk.get("/admin/staff/export?who=kiln").body
      #expect(file.contains("Anna,anna@kiln.example,Packers,Password alone") && !file.contains("Chen"))
      try await expectView(desk, "staff", "/admin/staff", "door=dismissed")
      // The platform looks at a merchant's, and the choice stays with the filters.
      let platform = try await test.staff(of: nil, [.staffEdit])
      let theirs = try await platform.get("/admin/staff?of=\(merchant.id)&who=anna").body
      #expect(names(theirs) == ["Anna"] && theirs.contains("name=\"of\" value=\"\(merchant.id)\""))
      #expect(!(try await platform.get("/admin/staff/export").body.contains("Anna")))
    }
  }

  // req: 3.1.2-1
  @Test func `counts are found by name, state and day, and read on from where the page ended`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let product = try await test.product(of: merchant)
      let (stock, hand) = (test.shop.contexts.stockroom, StaffID(raw: 7))
      let main = try await test.shop.contexts.inventory.location(named: "Main", of: merchant.id)
      for number in 1...31 {
        let sheet = try await stock.openCount(
          CountDraft(location: main.id, title: "Shelf \(number)", variants: [product.variants[0].id]), by: hand)
        if number == 7 { _ = try await stock.cancelCount(sheet.id, by: hand) }
      }
      let desk = try await test.staff(of: merchant, [.stockAdjust])
      let first = try await desk.get("/admin/stock/counts").body
      #expect(names(first).count == 30 && names(first).first == "Shelf 31")
      let next = try #require(first.firstMatch(of: /rel="next" href="([^"]+)"/)).1.replacing("&amp;", with: "&")
      #expect(names(try await desk.get(String(next)).body) == ["Shelf 1"])
      #expect(names(try await desk.get("/admin/stock/counts?state=cancelled").body) == ["Shelf 7"])
      #expect(names(try await desk.get("/admin/stock/counts?titled=shelf+30").body) == ["Shelf 30"])
      #expect(try await desk.get("/admin/stock/counts?begunFrom=2999-01-01").body.contains("Nothing matches"))
      #expect(try await desk.get("/admin/stock/counts?begunFrom=soon").status == 422)
      #expect(try await desk.get("/admin/stock/counts/export").body.contains("Shelf 1,Under way,0 of 1 counted"))
      try await expectView(desk, "counts", "/admin/stock/counts", "state=open")
      let platform = try await test.staff(of: nil, [.stockAdjust])
      #expect(names(try await platform.get("/admin/stock/counts?of=kiln&titled=shelf+7").body) == ["Shelf 7"])
      #expect(try await platform.get("/admin/stock/counts").body.contains("Kiln kiln"))
      let stranger = try await test.staff(of: try await test.merchant("other"), [.stockAdjust])
      #expect(try await stranger.get("/admin/stock/counts").body.contains("Nothing was counted yet"))
    }
  }

  // req: 2.2-7 3.1.2-1
  @Test func `files of goods are found by name, state and day`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let imports = test.shop.contexts.imports
      let desk = try await test.staff(of: merchant, [.catalogEdit])
      let mei = try #require(
        try await test.shop.contexts.staff.members(of: merchant.id, PageRequest(limit: 2)).items.first)
      for name in ["autumn.csv", "winter.csv"] {
        let bytes = Array("Handle,Title,Price\ncup,Cup,9.00\n".utf8)
        let begun = try await imports.begin(
          ImportDraft(merchant: merchant.id, fileName: name, size: bytes.count, rules: ImportRules(stock: .keep)),
          by: mei.staff.id)
        try await imports.keep(bytes, number: 0, of: begun.id)
        _ = try await imports.complete(begun.id, by: mei.staff.id)
        if name == "autumn.csv" { try await test.shop.flows.runImports.run() }
      }
      let base = "/admin/goods/import"
      #expect(names(try await desk.get(base).body) == ["winter.csv", "autumn.csv"])
      #expect(names(try await desk.get("\(base)?named=AUTUMN").body) == ["autumn.csv"])
      #expect(names(try await desk.get("\(base)?state=ready").body) == ["autumn.csv"])
      #expect(try await desk.get("\(base)?broughtTo=1999-01-01").body.contains("Nothing matches"))
      #expect(try await desk.get("\(base)?state=lost").status == 422)
      let sized = try await desk.get("\(base)?column=size").body
      #expect(sized.contains("1 kB") && !sized.contains("data-label=\"State\""))
      #expect(try await desk.get("\(base)/export?state=ready").body.contains("autumn.csv,Kiln kiln,Ready"))
      try await expectView(desk, "imports", base, "state=ready")
      let platform = try await test.staff(of: nil, [.catalogEdit])
      #expect(names(try await platform.get("\(base)?of=kiln&named=winter").body) == ["winter.csv"])
      #expect(try await test.staff(of: merchant, [.stockAdjust]).get("\(base)/export").status == 403)
    }
  }

  // req: 3.1.2-1 3.3.1-1
  @Test func `banners are found by title, place and phase, and put in order below their list`() async throws {
    try await TestShop.run { test in
      let content = test.shop.contexts.content
      let picture = try await test.shop.files.put(SmallPicture.png, fileExtension: "png")
      for (title, place, isOn) in [
        ("Autumn tea", BannerPlace.home, true), ("Winter tea", .home, false), ("Pots", .lists, true),
      ] {
        _ = try await content.add(
          BannerDraft(place: place, title: LocalizedText(en: title), link: "/c/tea", picture: picture, isOn: isOn),
          by: .system)
      }
      let desk = try await test.staff(of: nil, [.contentEdit])
      let base = "/admin/content/banners"
      let all = try await desk.get(base).body
      #expect(names(all) == ["Autumn tea", "Winter tea", "Pots"])
      #expect(all.contains("<details class=\"banner-order\" open>") && all.contains("name=\"order\""))
      let found = try await desk.get("\(base)?titled=TEA&phase=published").body
      #expect(names(found) == ["Autumn tea"] && found.contains("<details class=\"banner-order\">"))
      #expect(names(try await desk.get("\(base)?place=lists").body) == ["Pots"])
      #expect(try await desk.get("\(base)?place=cellar").status == 422)
      #expect(try await desk.get("\(base)/export?place=home").body.contains("Winter tea,"))
      try await expectView(desk, "banners", base, "phase=withdrawn")
      #expect(try await test.staff(of: try await test.merchant(), [.contentEdit]).get("\(base)/export").status == 403)
    }
  }
}
