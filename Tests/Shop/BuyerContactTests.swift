import Accounts
import AuditLog
import Flows
import NIOHTTP1
import Orders
import Payments
import Testing
import Values

@testable import App

/// Phones and addresses of buyers, as staff see them.
@Suite struct BuyerContactTests {
  // req: 2.2-5 2.3.2.4-4
  @Test(
    arguments: [
      ([.ordersReview], false), ([.ordersReview, .buyersContact], true), ([.ordersShip], true),
      ([.refundsApprove], false), ([.refundsApprove, .buyersContact], true),
    ]
      as [(Set<StaffRight>, Bool)])
  func `where a buyer lives is shown to those alone who ship or have the right to know`(
    rights: Set<StaffRight>, isShown: Bool
  ) async throws {
    try await TestShop.run { test in
      let owner = try await test.owner()
      let staff = try await test.staff(of: owner.merchant, rights)
      let page = try await staff.get("/admin/orders/\(owner["paid"])").body
      let whole = ["Ottoline", "13800138000", "17 Hidden Lane", "owner@secret.example"]
      for text in whole { #expect(page.contains(text) == isShown, "\(text)") }
      #expect(page.contains("<b>O**</b> 138****8000") == !isShown)
      #expect(page.contains("o***@secret.example") == !isShown)
      #expect(page.contains("Shown in part.") == !isShown)
      let list = try await staff.get("/admin/orders").body
      for text in whole.dropFirst() { #expect(!list.contains(text), "\(text)") }
      let file = try await staff.get("/admin/orders/export").body
      for text in [list, file] {
        #expect(text.contains("Ottoline") == isShown && text.contains("O**") == !isShown)
      }
    }
  }

  // req: 2.2-5 2.3.2.4-4
  @Test(arguments: [([.buyersContact], true), ([], false)] as [(Set<StaffRight>, Bool)])
  func `names of buyers are whole at every desk for those alone who may know them`(
    more: Set<StaffRight>, isShown: Bool
  ) async throws {
    try await TestShop.run { test in
      let owner = try await test.owner()
      let rights: Set<StaffRight> = [
        .ordersReview, .refundsApprove, .paymentsView, .reviewsModerate, .usersView, .buyersContact,
      ]
      let staff = try await test.staff(of: owner.merchant, rights.subtracting([.buyersContact]).union(more))
      try await test.settle()
      let number = try #require(OrderNumber(rawValue: owner["paid"]))
      let order = try #require(try await test.shop.contexts.orders.order(number: number))
      let payment = try #require(try await test.shop.contexts.payments.payments(of: order.id).first)
      for path in [
        "/admin/orders", "/admin/orders/\(owner["paid"])", "/admin/review", "/admin/review/export", "/admin/refunds",
        "/admin/refunds/\(owner["asked"])", "/admin/transactions/\(payment.id)", "/admin/reviews?part=all",
        "/admin/reviews/export?part=all", "/admin/reviews/\(owner["review"])", "/admin/customers",
        "/admin/customers/export", "/admin/customers/\(owner.account.id)",
      ] {
        let answer = try await staff.get(path)
        #expect(answer.status == 200, "\(path)")
        #expect(answer.body.contains("Ottoline") == isShown, "\(path)")
      }
    }
  }

  // req: 2.2-5 2.3.2.4-4
  @Test(arguments: [([.buyersContact], true), ([], false)] as [(Set<StaffRight>, Bool)])
  func `what is asked to be changed of an order is read by those alone who may know where buyers live`(
    more: Set<StaffRight>, isShown: Bool
  ) async throws {
    try await TestShop.run { test in
      let trade = try await test.trade()
      let order = try await trade.paid()
      let packer = try await test.staff(of: trade.merchant, [.ordersShip])
      let wish = "9 Quiet Road, 13911112222"
      try #require(try await packer.post("/admin/orders/\(order.number)/wish", [("wish", wish)]).status == 303)
      let rights: Set<StaffRight> = [.ordersReview, .refundsApprove, .logView]
      let staff = try await test.staff(of: trade.merchant, rights.union(more))
      let program = try await test.program(of: trade.merchant, rights.union(more))
      let entry = try #require(
        try await test.shop.log.entries(matching: DeedFilter(verb: "orders.askEdit"), before: nil, limit: 1).first)
      for path in [
        "/admin/orders/\(order.number)", "/admin/shipping/\(order.number)", "/admin/log/\(entry.number)",
        "/admin/log/export",
      ] {
        let answer = try await staff.get(path)
        #expect(answer.status == 200 && answer.body.contains("Quiet") == isShown, "\(path)")
      }
      for path in ["orders/\(order.number)", "log/\(entry.number)", "log/lines"] {
        let answer = try await program.get("/api/v1/admin/\(path)")
        #expect(answer.status == 200 && answer.body.contains("Quiet") == isShown, "\(path)")
      }
      #expect(try await staff.get("/admin/log").body.contains("Quiet") == false)
    }
  }

  @Test func `what is masked can be recognised and not used`() {
    func mask(_ phone: String, _ email: String) -> (String, String) {
      let role = StaffRole(id: StaffRoleID(raw: 1), employer: nil, name: "x", rights: [.usersView])
      let staff = Staff(id: StaffID(raw: 1), email: "x", name: "x", merchant: nil, role: role)
      return (BuyerContact.phone(phone, for: staff), BuyerContact.email(email, for: staff))
    }
    for (phone, masked) in [
      ("13800138000", "138****8000"), ("+86 138-0013-8000", "+86****8000"), ("55512", "****12"), ("", ""),
    ] {
      #expect(mask(phone, "").0 == masked)
    }
    for (email, masked) in [("lin@example.com", "l***@example.com"), ("x@y.z", "x***@y.z"), ("", "")] {
      #expect(mask("", email).1 == masked)
    }
  }
}
