import Accounts
import AuditLog
import Catalog
import Content
import Files
import Flows
import Foundation
import Merchants
import Orders
import Pages
import Payments
import Reviews
import Testing
import Values

@testable import API
@testable import App

/// What staff change stands in the log of deeds, by whatever route they change it.
@Suite struct RecordedDeedTests {
  /// Changes of nothing that anybody would ask after, each with the reason.
  private static let unrecorded = [
    "POST /admin/views": "how one of the staff likes to see a list",
    "POST /admin/views/{id}/remove": "how one of the staff likes to see a list",
    "POST /admin/shipping/act": "leads to what is printed of the orders that are ticked",
    "POST /admin/messages/read": "that somebody read messages, which changes nothing that they are about",
    "POST /api/v1/admin/messages/read": "that somebody read messages, which changes nothing that they are about",
    "POST /api/v1/admin/messages/{id}/read": "that somebody read a message, which changes nothing that it is about",
    "POST /admin/account/second-factor": "shows a secret, which counts only once it is confirmed",
    "POST /admin/search/evaluation": "measures search, which stays as it is",
    "POST /api/v1/admin/search/evaluation": "measures search, which stays as it is",
    "POST /admin/stock/counts/{id}": "numbers on a sheet, which move nothing until it is applied",
    "PUT /api/v1/admin/stock/sheets/{id}/lines": "numbers on a sheet, which move nothing until it is applied",
  ]

  /// Where the sample of a route changes nothing, as it stands so already.
  private static let others: [String: JSONValue] = [
    "POST /admin/parts/switches/{name}": ["turn": "off"],
    "PUT /api/v1/admin/prices": ["items": [["variant": "$variant", "price": "89.00"]]],
    "PUT /api/v1/admin/products/{id}/publication": ["isPublished": false],
    "PUT /api/v1/admin/banners/order/{place}": ["banners": ["$secondBanner", "$banner"]],
    "POST /admin/payments/methods/{method}/turn": ["turn": "off"],
  ]

  /// Makes what a route changes differ from what it changes it to.
  private static func prepare(_ route: ShopRoute, _ owner: inout Owner) async throws {
    let contexts = owner.test.shop.contexts
    switch route.name {
    case _ where route.pattern.hasPrefix("/admin/events/"):
      let number = try #require(OrderNumber(rawValue: owner["paid"]))
      let order = try #require(try await contexts.orders.order(number: number))
      try await owner.test.putAside("letters.whenOrderPlaced", event: 7, order: order.id)
    case "POST /admin/customers/{id}/sessions", "DELETE /api/v1/admin/customers/{id}/sessions":
      let id = try #require(AccountID(owner["openCustomer"]))
      let customer = try #require(try await contexts.accounts.account(id))
      _ = try await contexts.accounts.logIn(
        email: customer.email, password: TestShop.password, client: UUID().uuidString)
    case "POST /admin/content/banners/order", "PUT /api/v1/admin/banners/order/{place}":
      let first = try #require(try await contexts.content.banners().first)
      let second = try await contexts.content.add(
        BannerDraft(place: .home, title: first.title, link: first.link, picture: first.picture), by: .system)
      owner.names["secondBanner"] = .text("\(second.id)")
    case "DELETE /api/v1/admin/categories/{id}/picture":
      let id = try #require(CategoryID(owner["otherShelf"]))
      let category = try #require(try await contexts.catalog.categories()[id])
      let picture = try await owner.test.shop.files.put(SmallPicture.png, fileExtension: "png")
      _ = try await contexts.shelves.change(
        id, to: CategoryFace(name: category.name, picture: picture), version: category.version, by: .system)
    case "DELETE /api/v1/admin/brands/{id}/logo":
      let id = try #require(BrandID(owner["spareBrand"]))
      let brand = try #require(try await contexts.shelves.brand(id))
      let logo = try await owner.test.shop.files.put(SmallPicture.png, fileExtension: "png")
      _ = try await contexts.shelves.change(
        id, to: BrandFace(name: brand.name, logo: logo), version: brand.version, by: .system)
    case let name where name.contains("/reviews/") && name.hasSuffix("hide"):
      let id = try #require(ReviewID(owner["hiddenReview"]))
      _ = try await contexts.reviews.show(id, by: StaffID(raw: 1))
    case "PUT /api/v1/admin/payments/methods/{method}/switch":
      let stripe = try #require(PaymentMethod(rawValue: "stripe"))
      try await owner.test.shop.paymentAccounts.turn(
        stripe, on: false, of: .merchant(owner.merchant.id), by: StaffID(raw: 1))
    case "POST /api/v1/admin/staff/{id}/reinstatement":
      try await contexts.staff.dismiss(try #require(StaffID(owner["colleague"])), by: .system)
    default: break
    }
  }

  /// One of the staff who is in at another place, too.
  private static func inTwice(_ test: TestShop) async throws -> Browser {
    let staff = test.shop.contexts.staff
    let email = "\(UUID().uuidString)@staff.example"
    _ = try await staff.hire(
      StaffHire(
        email: email, password: TestShop.password, name: "Mei", merchant: nil, rights: Set(StaffRight.allCases)))
    let browser = test.browser()
    for _ in 1...2 {
      let session = try await staff.logIn(email: email, password: TestShop.password, client: UUID().uuidString)
      browser.carry(.staff, session.token.rawValue)
    }
    return browser
  }

  // req: 2.3.3-3
  @Test func `whatever staff change by any route stands in the log`() async throws {
    try await TestShop.run { test in
      var owner = try await test.owner()
      for route in ShopRoute.all where route.isForStaff && route.isPrivate && route.changes {
        owner = try await owner.stocked()
        let browser =
          if route.name == "POST /admin/account/sessions" { try await Self.inTwice(test) } else {
            try await test.staff(for: route, of: owner)
          }
        let sample = ShopRoute(route.name, route.door, route.path, Self.others[route.name] ?? route.body)
        owner = try await owner.withLetter()
        try await Self.prepare(route, &owner)
        let names = owner.names
        let before = try await test.lastDeed()
        let answer = try await sample.send(by: browser, naming: names)
        #expect(answer.status < 400, "\(route.name): \(answer.status) \(answer.body.prefix(300))")
        let isRecorded = try await test.lastDeed() > before
        #expect(isRecorded == (Self.unrecorded[route.name] == nil), "\(route.name)")
      }
    }
  }
}

extension TestShop {
  /// The number of the newest entry; zero while there is none.
  fileprivate func lastDeed() async throws -> Int64 { try await shop.log.head()?.number ?? 0 }
}
