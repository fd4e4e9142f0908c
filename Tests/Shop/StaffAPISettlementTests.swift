import Accounts
import AuditLog
import Foundation
import Merchants
import Settlement
import Testing
import Values

@testable import API
@testable import App

/// What merchants get, by programs of staff as at the desks.
@Suite struct StaffAPISettlementTests {
  private func program(
    _ test: TestShop, _ merchant: Merchant?, _ rights: Set<StaffRight>
  ) async throws -> APIClient {
    test.program.with(token: try await test.issued(of: merchant, rights).secret.rawValue)
  }

  private func yesterday(_ test: TestShop) -> String { ShopDay(test.shop.clock.now).adding(-1).description }

  // req: 2.2-7 2.3.2.1-1
  @Test func `programs of the platform draw, approve and pay statements, and a merchant's reads its own`() async throws
  {
    try await TestShop.run { test in
      let (kiln, reed) = (try await test.merchant(), try await test.merchant("reed"))
      try await test.endedSale(of: kiln, 8800, number: "20260105-1")
      try await test.endedSale(of: reed, 4200, number: "20260105-2")
      let own = try await program(test, kiln, [.settlementsView])
      #expect(try await own.get("/admin/settlements/balances")["owed"]?[0]?["open"]?["amount"]?.text == "88.00")
      let api = try await program(test, nil, [.settlementsRun])
      let run = try await api.post("/admin/settlements/runs", ["through": .text(yesterday(test))])
      #expect(run["drawn"]?.items.count == 2 && run["carried"] == [])
      let again = try await api.post("/admin/settlements/runs", ["through": .text(yesterday(test))])
      #expect(again["drawn"] == [] && again["standing"]?.items.count == 2)
      let early = try await api.post("/admin/settlements/runs", ["through": "2199-01-01"])
      #expect(early.status == 422 && early.text.contains("isn't over yet"))

      let list = try await own.get("/admin/settlements")
      let seen = try #require(list["items"]?.items.first)
      let here = "/admin/settlements/\(seen["id"]?.text ?? "")"
      #expect(list["items"]?.items.count == 1 && seen["sums"]?["net"]?["amount"]?.text == "88.00")
      #expect(seen["merchant"]?.text == "\(kiln.id)" && seen["state"]?.text == "drafted")
      // Who runs them reads what they did, and no list.
      #expect(try await api.get("/admin/settlements").status == 403)
      #expect(try await own.post("\(here)/approval").status == 403)
      #expect(try await api.post("\(here)/payout", ["reference": "BANK-7"]).code == "statementMoved")
      #expect(try await api.post("\(here)/approval")["state"]?.text == "approved")
      #expect(try await api.post("\(here)/payout", ["reference": " "]).text.contains("\"reference\""))
      let paid = try await api.post("\(here)/payout", ["reference": "BANK-7"])
      #expect(paid["state"]?.text == "paid" && paid["reference"]?.text == "BANK-7")
      #expect(try await api.post("\(here)/cancellation").code == "statementMoved")

      let lines = try await own.get("\(here)/lines")
      #expect(lines["items"]?.items.map { $0["number"]?.text } == ["20260105-1"])
      let stranger = try await program(test, reed, [.settlementsView])
      #expect(try await stranger.get(here).code == "unknownStatement")
      #expect(try await stranger.get("\(here)/lines").code == "unknownStatement")
      let desk = try await test.staff(of: kiln, [.settlementsView]).get(here).body
      #expect(desk.contains("BANK-7") && desk.contains("¥88.00"))

      let accountant = try await program(test, nil, [.settlementsView])
      for (query, count) in [("", 2), ("merchant=\(reed.id)", 1), ("state=paid", 1), ("until=2020-01-01T00:00:00Z", 0)]
      {
        #expect(try await accountant.get("/admin/settlements?\(query)")["items"]?.items.count == count, "\(query)")
      }
      #expect(try await accountant.get("/admin/settlements?state=lost").status == 422)
      let accounts = try await accountant.get("/admin/settlements/balances")
      #expect(accounts["owed"] == [] && accounts["accounts"]?.items.isEmpty == false)
      let csv = ["Accept": "text/csv"]
      let file = try await accountant.get("/admin/settlements?state=paid", headers: csv).text
      #expect(file.contains("sums.net.amount") && file.contains("BANK-7") && file.contains("88.00"))
      #expect(try await own.get("\(here)/lines", headers: csv).text.contains("20260105-1"))
      let payouts = try await test.deeds(DeedFilter(verb: "settlement.markPaid"))
      #expect(payouts.map(\.whoName) == ["Mei (Warehouse sync)"])
      #expect(try await test.shop.audit().filter { $0.book == "settlement" }.isEmpty)
    }
  }

  @Test func `rules of commission are made and taken back by programs of the platform alone`() async throws {
    try await TestShop.run { test in
      let kiln = try await test.merchant()
      let api = try await program(test, nil, [.settlementsRun])
      let here = "/admin/settlements/commissions"
      let tomorrow = ShopDay(test.shop.clock.now).adding(1).description
      let draft: JSONValue = ["merchant": .text("\(kiln.id)"), "percent": "5.5", "from": .text(tomorrow)]
      let made = try await api.post(here, draft)
      #expect(made.status == 201 && made["percent"]?.text == "5.5" && made["merchant"]?.text == "\(kiln.id)")
      for (field, value) in [("percent", "101"), ("from", "2020-01-01"), ("from", "soon"), ("merchant", "mer_x")] {
        let refused = try await api.post(here, .object(draft.members.merging([field: .text(value)]) { $1 }))
        #expect(refused.status == 422 && refused.text.contains("\"\(field)\""), "\(field) \(value)")
      }
      let end = try await api.post(here, ["ends": true, "from": .text(tomorrow)])
      #expect(end["percent"] == .null && end["merchant"] == .null)
      #expect(try await api.get(here)["items"]?.items.count == 2)
      let id = made["id"]?.text ?? ""
      #expect(try await api.delete("\(here)/\(id)").status == 204)
      #expect(try await api.delete("\(here)/\(id)").code == "unknownCommissionRule")
      let today = try await api.post(here, ["percent": "2", "from": .text(ShopDay(test.shop.clock.now).description)])
      #expect(try await api.delete("\(here)/\(today["id"]?.text ?? "")").code == "commissionRuleBegun")
      let merchant = try await program(test, kiln, Set(StaffRight.allCases))
      #expect(try await merchant.get(here).status == 403)
      #expect(try await merchant.post(here, draft).status == 403)
    }
  }
}
