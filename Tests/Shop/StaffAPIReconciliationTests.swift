import Accounts
import AuditLog
import Foundation
import Merchants
import Testing
import Values

@testable import API
@testable import App

/// The books against the providers' bills, by programs of staff as at the desk.
@Suite struct StaffAPIReconciliationTests {
  private static let day = "2025-01-10"
  private static let here = "/admin/reconciliation/days/sandbox/\(day)"
  private static let differences = "/admin/reconciliation/differences"

  private func program(
    _ test: TestShop, _ merchant: Merchant?, _ rights: Set<StaffRight>
  ) async throws -> APIClient {
    test.program.with(token: try await test.issued(of: merchant, rights).secret.rawValue)
  }

  private func row(_ number: String, _ kind: String = "payment", amount: Int = 8800, at: String = "\(day)T04:00:00Z")
    throws -> String
  {
    let moment = try #require(Timestamp(rfc3339: at))
    return """
      {"kind": "\(kind)", "number": "\(number)", "tradeNumber": "T-\(number)", "amount": \(amount), "fee": 53,
       "currency": "CNY", "at": \(moment.milliseconds)}
      """
  }

  private func bring(_ rows: String, by api: APIClient, to path: String = here) async throws -> APIClient.Answer {
    try await api.raw("\(path)/bill", Array(rows.utf8), type: "application/json")
  }

  // req: 2.2-7 3.3.4-3
  @Test func `a bill that a program brings shows both sides, its differences and the month`() async throws {
    try await TestShop.run { test in
      let api = try await program(test, nil, [.reconciliationWork])
      #expect(try await api.get(Self.here)["bill"] == .null)
      let brought = try await bring(
        "[\(try row("other_shop_9")), \(try row("po_1", "other", amount: -5000))]", by: api)
      #expect(brought.status == 200 && brought["bill"]?["source"]?.text == "file")
      #expect(brought["bill"]?["sign"]?.text == "differences")
      #expect(brought["totals"]?[0]?["there"]?["paid"]?["amount"]?.text == "88.00")
      #expect(brought["totals"]?[0]?["othersOut"]?["amount"]?.text == "50.00")
      let moved = try await api.get("\(Self.here)/movements")
      #expect(moved["items"]?.items.map { $0["amount"]?["amount"]?.text } == ["-50.00"])

      let found = try await api.get("\(Self.differences)?kind=missingHere&number=other_shop_9")
      let id = try #require(found["items"]?[0]?["id"]?.text)
      for query in ["state=explained", "from=2025-01-11", "through=2025-01-09", "method=alipay"] {
        #expect(try await api.get("\(Self.differences)?\(query)")["items"] == [], "\(query)")
      }
      for query in ["state=lost", "from=soon", "kind=odd"] {
        #expect(try await api.get("\(Self.differences)?\(query)").status == 422, "\(query)")
      }
      let decisions = "\(Self.differences)/\(id)/decisions"
      #expect(try await api.post(decisions, ["decision": "explain"]).text.contains("\"reason\""))
      #expect(try await api.post(decisions, ["decision": "shrug"]).text.contains("\"decision\""))
      let explained = try await api.post(decisions, ["decision": "explain", "reason": "another shop's"])
      #expect(explained["state"]?.text == "explained" && explained["cause"]?.text == "person")
      #expect(try await api.post(decisions, ["decision": "ignore", "reason": "once more"]).code == "differenceMoved")
      #expect(try await api.post(decisions, ["decision": "reopen"])["state"]?.text == "open")
      #expect(try await api.get("\(Self.differences)/\(id)")["state"]?.text == "open")
      #expect(try await test.deeds(DeedFilter(verb: "payments.explainDifference")).count == 1)

      let report = try await api.get("/admin/reconciliation/report?month=2025-01")
      let account = report["items"]?.items.first { $0["method"]?.text == "sandbox" }
      // 88.00 - 50.00 - 2 × 0.53
      #expect(report["month"]?.text == "2025-01" && account?["closing"]?["amount"]?.text == "36.94")
      let csv = ["Accept": "text/csv"]
      let file = try await api.get("/admin/reconciliation/report?month=2025-01", headers: csv)
      #expect(file.text.hasPrefix("method,opening.amount,") && file.text.contains("36.94"))
      let days = try await api.get("/admin/reconciliation/days?month=2025-01", headers: csv).text
      #expect(days.contains("bill.day") && days.contains(Self.day))
      #expect(try await api.get(Self.differences, headers: csv).text.contains("other_shop_9"))
      #expect(try await api.get("/admin/reconciliation/report?month=2025").status == 422)
    }
  }

  @Test func `what is no bill, or another day's, is refused, and who hasn't the right reads nothing`() async throws {
    try await TestShop.run { test in
      let api = try await program(test, nil, [.reconciliationWork])
      for rows in ["nonsense", "[]", "", "[\(try row("other", at: "2025-03-01T04:00:00Z"))]"] {
        let refused = try await bring(rows, by: api)
        #expect(refused.status == 422 && refused.text.contains("\"file\""), "\(rows)")
      }
      for path in ["sandbox/2999-01-01", "nobody/\(Self.day)", "sandbox/yesterday"] {
        let there = "/admin/reconciliation/days/\(path)"
        #expect(try await api.get(there).code == "unknownBill", "\(path)")
        #expect(try await bring("[]", by: api, to: there).code == "unknownBill", "\(path)")
        #expect(try await api.post("\(there)/retrieval").code == "unknownBill", "\(path)")
      }
      let idle = try await program(test, nil, [.paymentsView])
      let merchant = try await program(test, try await test.merchant(), Set(StaffRight.allCases))
      for path in ["", "/days", "/days/sandbox/\(Self.day)", "/report", "/differences"] {
        for other in [idle, merchant] {
          #expect(try await other.get("/admin/reconciliation\(path)").status == 403, "\(path)")
        }
      }
    }
  }

  @Test func `an agreed fee is kept as it was sent, and ends where nothing is`() async throws {
    try await TestShop.run { test in
      let api = try await program(test, nil, [.reconciliationWork])
      let fees = "/admin/reconciliation/fees/sandbox"
      func fee(_ answer: APIClient.Answer) -> JSONValue? {
        answer["methods"]?.items.first { $0["method"]?.text == "sandbox" }?["fee"]
      }
      let agreed = try await api.put(fees, ["percent": "0.6", "fixed": "0.1"])
      #expect(fee(agreed) == ["percent": "0.6", "fixed": "0.10"])
      #expect(try await fee(api.get("/admin/reconciliation")) == ["percent": "0.6", "fixed": "0.10"])
      #expect(try await api.put(fees, ["percent": "x"]).text.contains("\"percent\""))
      #expect(try await api.put(fees, ["percent": "21"]).text.contains("\"percent\""))
      #expect(try await fee(api.put(fees, [:])) == .null)
      #expect(try await api.put("/admin/reconciliation/fees/nobody", ["percent": "1"]).code == "unknownMethod")
      #expect(try await api.post("\(Self.here)/retrieval").status == 202)
    }
  }
}
