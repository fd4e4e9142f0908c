import Accounts
import Catalog
import Content
import Files
import Flows
import Foundation
import Imports
import Inventory
import Merchants
import Orders
import Payments
import Refunds
import Testing
import TestKit
import Values

@testable import App

/// More and more of what the back office lists beside orders, so that what its pages cost can be compared.
struct ManyRows {
  private static let hand = StaffID(raw: 1)

  let test: TestShop
  let merchant: Merchant
  private var contexts: Contexts { test.shop.contexts }

  /// Adds so many of everything, all of it to one thing where things have lists of their own.
  /// - Parameters:
  ///   - goods: what the merchant sells.
  ///   - order: one that is paid.
  /// - Returns: the pages of those things, by name.
  func add(_ range: Range<Int>, goods: [Product], order: Order) async throws -> [String: String] {
    for index in range {
      try await addPeople(index)
      try await addContent(index)
      _ = try await contexts.shelves.addCategory(
        CategoryFace(name: LocalizedText(en: "Shelf \(index)")), below: nil, by: .system)
      try await test.putAside("letters.whenOrderPlaced", event: Int64(1000 + index), order: order.id)
      _ = try await contexts.stockroom.addLocation("Shed \(index)", of: merchant.id, by: Self.hand)
      _ = try await contexts.customers.addNote("Called \(index)", on: order.buyer, of: merchant.id, by: Self.hand)
      try await give(1 + index, for: order)
    }
    try await writeMenu(range.upperBound)
    let select = goods.map { "select=\($0.id)" }.joined(separator: "&")
    let payment = try #require(try await contexts.payments.payments(of: order.id).first)
    let refund = try #require(try await contexts.refunds.cases(of: order.id).first)
    let sheet = try await count(goods)
    let (item, file) = (try await move(goods, times: range.count), try await bring(rows: range.count))
    return [
      "a customer": "/admin/customers/\(order.buyer)", "a product": "/admin/products/\(goods[0].id)",
      "many products": "/admin/products/bulk?\(select)", "a refund": "/admin/refunds/\(refund.id)",
      "a payment": "/admin/transactions/\(payment.id)", "a ledger": "/admin/orders/\(order.number)/ledger",
      "an item": "/admin/stock/\(item)", "a count": "/admin/stock/counts/\(sheet)",
      "a file": "/admin/goods/import/\(file)",
    ]
  }

  private func addPeople(_ index: Int) async throws {
    let rights = Set(StaffRight.allCases.prefix(index % 12 + 1))
    for employer in [merchant.id, nil] {
      let hired = try await contexts.staff.hire(
        StaffHire(
          email: "many-\(index)-\(employer == nil ? "p" : "m")@staff.example", password: TestShop.password,
          name: "Bo \(index)", merchant: employer, rights: rights))
      _ = try await contexts.staff.issueToken(
        StaffTokenDraft(name: "Till \(index)", scopes: [.ordersReview], days: 30), to: hired.id, by: .system)
    }
  }

  private func addContent(_ index: Int) async throws {
    let file = try await test.shop.files.put(SmallPicture.png + [UInt8(index)], fileExtension: "png")
    let picture = try await contexts.content.add(file, alternative: LocalizedText(en: "A pot"), by: .system)
    _ = try await contexts.content.add(
      BannerDraft(place: .home, title: LocalizedText(en: "Tea \(index)"), link: "/c/tea", picture: picture.file),
      by: .system)
  }

  private func writeMenu(_ lines: Int) async throws {
    let menu = try await contexts.content.menu(.footer)
    _ = try await contexts.content.save(
      (0..<lines).map { MenuLine(title: LocalizedText(en: "Help \($0)", zhHans: "帮助 \($0)"), address: "/help") },
      as: .footer, version: menu.version, by: .system)
  }

  /// A cent out of goodwill.
  private func give(_ number: Int, for order: Order) async throws {
    let staff = Staff(
      id: Self.hand, email: "x@staff.example", name: "x", merchant: nil,
      role: StaffRole(
        id: StaffRoleID(raw: 1), employer: nil, name: "x", rights: [.refundsApprove, .ordersReview]))
    _ = try await test.shop.flows.workRefund.giveGoodwill(
      Money(minor: 1, currency: order.amounts.due.currency), for: order.id, words: "sorry", key: "many-\(number)",
      by: staff)
  }

  /// A sheet on which all of the goods are counted, and as many that are empty.
  private func count(_ goods: [Product]) async throws -> CountSheetID {
    let location = try await contexts.inventory.location(named: "Main", of: merchant.id)
    let variants = goods.flatMap { $0.variants.map(\.id) }
    for product in goods {
      _ = try await contexts.stockroom.openCount(
        CountDraft(location: location.id, title: "Spring", variants: product.variants.map(\.id)), by: Self.hand)
    }
    let sheet = try await contexts.stockroom.openCount(
      CountDraft(location: location.id, title: "Autumn", variants: variants), by: Self.hand)
    try await contexts.stockroom.enter(
      Dictionary(uniqueKeysWithValues: variants.map { ($0, 3) }), into: sheet.id, by: Self.hand)
    return sheet.id
  }

  private func move(_ goods: [Product], times: Int) async throws -> VariantID {
    let location = try await contexts.inventory.location(named: "Main", of: merchant.id)
    let variant = goods[0].variants[0].id
    for turn in 0..<times {
      try await contexts.stockroom.adjust(
        StockAdjustment(variant: variant, location: location.id, change: 5, reason: .found),
        key: "many-\(variant)-\(turn)", by: Self.hand)
    }
    return variant
  }

  /// A file of goods with so many rows that can't be taken.
  private func bring(rows: Int) async throws -> ImportRunID {
    let lines = (0..<rows).map { "many-\(rows)-\($0),Bowl,dear\n" }.joined()
    let bytes = Array("Handle,Title,Price\n\(lines)".utf8)
    let begun = try await contexts.imports.begin(
      ImportDraft(
        merchant: merchant.id, fileName: "goods.csv", size: bytes.count, rules: ImportRules(stock: .keep)),
      by: Self.hand)
    try await contexts.imports.keep(bytes, number: 0, of: begun.id)
    _ = try await contexts.imports.complete(begun.id, by: Self.hand)
    try await test.shop.flows.runImports.run()
    return begun.id
  }
}
