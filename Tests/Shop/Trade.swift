import Accounts
import Catalog
import Flows
import Foundation
import Inventory
import Merchants
import Orders
import Pages
import Refunds
import Testing
import Values

@testable import App

/// A merchant with goods in two choices, a buyer of them, and somebody of the merchant's who may do anything.
struct Trade: Sendable {
  let test: TestShop
  let merchant: Merchant
  /// ¥88.00 in each choice; freight is ¥6.00 up to a kilogram.
  let product: Product
  let buyer: Browser
  let account: Account
  let address: Address
  let mei: Browser

  var red: VariantID { product.variants[0].id }
  var blue: VariantID { product.variants[1].id }

  /// Really ordered and paid: so many units of each variant.
  func paid(_ units: [(VariantID, Int)]) async throws -> Order {
    let order = try await ordered(units)
    try await test.pay(order)
    return try await now(order)
  }

  func paid(_ units: Int = 1) async throws -> Order { try await paid([(red, units)]) }

  func ordered(_ units: [(VariantID, Int)]) async throws -> Order {
    for (variant, count) in units {
      _ = try await buyer.post("/cart", [("variant", "\(variant)"), ("quantity", "\(count)"), ("then", "stay")])
    }
    let confirm = try await buyer.get("/checkout")
    _ = try await buyer.post("/checkout", test.confirmation(confirm.body, address: address.id))
    return try #require(try await test.orders(of: account).first)
  }

  func now(_ order: Order) async throws -> Order { try #require(try await test.shop.contexts.orders.order(order.id)) }
  func cases(_ order: Order) async throws -> [RefundCase] { try await test.shop.contexts.refunds.cases(of: order.id) }
  func onHand(_ variant: VariantID) async throws -> Int? {
    try await test.shop.contexts.inventory.stock(of: [variant])[variant]?.onHand
  }

  func pass(_ order: Order) async throws {
    try #require(try await mei.post("/admin/orders/\(order.number)/pass").status == 303)
  }

  /// All of it in one parcel.
  func ship(_ order: Order) async throws {
    let label = [("carrier", "yuantong"), ("trackingNumber", "YT\(order.number.rawValue.suffix(8))")]
    let sent = try await mei.post("/admin/shipping/\(order.number)/parcels", [("key", "1"), ("then", "send")] + label)
    try #require(sent.status == 303)
  }

  func confirm(_ order: Order) async throws {
    try #require(try await buyer.post("/orders/\(order.number)/receipt").status == 303)
  }

  func ask(
    _ order: Order, _ kind: RefundCase.Kind, _ reason: RefundCase.Reason = .damaged, units: Int = 1,
    _ more: [(String, String)] = [], pictures: [[UInt8]] = []
  ) async throws -> Browser.Answer {
    let line = try #require(order.lines.first).id
    return try await buyer.review(
      "/orders/\(order.number)/refund",
      [
        ("kind", kind.rawValue), ("reason", reason.rawValue), ("explanation", "Cracked"), ("units.\(line)", "\(units)"),
      ] + more, pictures: pictures)
  }

  func expectBooks() async throws {
    try await test.settle()
    let found = try await test.shop.audit()
    #expect(found.isEmpty, "\(found)")
  }
}

extension TestShop {
  func trade() async throws -> Trade {
    let merchant = try await merchant()
    let product = try await product(of: merchant)
    let (buyer, account, address) = try await buyer()
    return Trade(
      test: self, merchant: merchant, product: product, buyer: buyer, account: account, address: address,
      mei: try await staff(of: merchant))
  }
}

/// A list of a desk as it came.
struct DeskRows {
  /// What stands in each row, by the label of its cell, without the marks around it.
  let rows: [[String: String]]

  init(_ html: String) {
    let body = html.firstMatch(of: /<tbody>[\s\S]*?<\/tbody>/).map { String($0.0) } ?? ""
    rows = body.matches(of: /<tr>[\s\S]*?<\/tr>/).map { row in
      var cells: [String: String] = [:]
      for cell in row.0.matches(of: /data-label="([^"]*)">([\s\S]*?)<\/t[hd]>/) {
        let text = cell.2.replacing(/<[^>]*>/, with: "").replacing(/\s+/, with: " ")
        cells[String(cell.1)] = text.trimmingCharacters(in: .whitespaces)
      }
      return cells
    }
  }
}
