import Accounts
import Foundation
import NIOHTTP1
import Payments
import Testing
import Values

@testable import App

/// The desk of reconciliation over HTTP: bills brought as files, what differs, and months as people read them.
@Suite struct ReconciliationDeskTests {
  private static let day = "2025-01-10"
  private static let address = "/admin/reconciliation/days/sandbox/\(day)"

  private func bring(_ rows: String, by staff: Browser, to address: String = address) async throws -> Browser.Answer {
    let (type, bytes) = Browser.parts([], sending: ("bill", "bill.json", Array(rows.utf8)))
    return try await staff.send(
      .POST, "\(address)/file", body: bytes, headers: ["content-type": type, "origin": staff.base])
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

  // req: 3.3.4-3
  @Test func `a bill that is brought as a file shows both sides, its differences and the month`() async throws {
    try await TestShop.run { test in
      let staff = try await test.staff(of: nil, [.reconciliationWork])
      let brought = try await bring(
        "[\(try row("other_shop_9")), \(try row("po_1", "other", amount: -5000))]", by: staff)
      #expect(brought.status == 303)
      let page = try await staff.get(Self.address).body
      for text in ["Missing here", "other_shop_9", "T-po_1", "¥88.00", "¥50.00", "a file"] {
        #expect(page.contains(text), "\(text)")
      }
      let month = try await staff.get("/admin/reconciliation?month=2025-01").body
      #expect(month.contains(Self.address) && month.contains("Differences"))
      let list = try await staff.get("/admin/reconciliation/differences?kind=missingHere&number=other_shop_9").body
      let link = try #require(list.firstMatch(of: /\/admin\/reconciliation\/differences\/dif_[a-z0-9]+/)).0
      let refused = try await staff.post(String(link), [("do", "explain"), ("reason", "")])
      #expect(refused.status == 422 && refused.body.contains("reason-fault"))
      #expect(try await staff.post(String(link), [("do", "explain"), ("reason", "another shop's")]).status == 303)
      let one = try await staff.get(String(link)).body
      #expect(one.contains("another shop&#39;s") || one.contains("another shop's"))
      #expect(one.contains("Explained"))
      let report = try await staff.get("/admin/reconciliation/report?month=2025-01").body
      #expect(report.contains("Opening balance") && report.contains("Closing balance"))
      let file = try await staff.get("/admin/reconciliation/report/export?month=2025-01").body
      // 88.00 - 50.00 - 2 × 0.53
      #expect(file.contains("36.94") && file.contains(Self.day))
    }
  }

  @Test func `what is no bill, or another day's, is refused with a sentence`() async throws {
    try await TestShop.run { test in
      let staff = try await test.staff(of: nil, [.reconciliationWork])
      for rows in ["nonsense", "[]", "[\(try row("other", at: "2025-03-01T04:00:00Z"))]"] {
        let answer = try await bring(rows, by: staff)
        #expect(answer.status == 422 && answer.body.contains("bill-fault"), "\(rows)")
      }
      #expect(try await bring("[]", by: staff, to: "/admin/reconciliation/days/sandbox/2999-01-01").status == 404)
      #expect(try await bring("[]", by: staff, to: "/admin/reconciliation/days/nobody/\(Self.day)").status == 404)
    }
  }

  @Test func `the desk opens to staff of the platform with the right alone`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let idle = try await test.staff(of: nil, [.paymentsView])
      let owner = try await test.staff(of: merchant)
      for path in ["", "/differences", "/differences/export", "/report", "/report/export", "/days/sandbox/\(Self.day)"]
      {
        for staff in [idle, owner] {
          #expect(try await staff.get("/admin/reconciliation\(path)").status == 403, "\(path)")
        }
      }
      #expect(!(try await owner.get("/admin").body.contains("/admin/reconciliation")))
    }
  }

  @Test func `an agreed fee is kept as it is typed`() async throws {
    try await TestShop.run { test in
      let staff = try await test.staff(of: nil, [.reconciliationWork])
      let saved = try await staff.post(
        "/admin/reconciliation/fees", [("method", "sandbox"), ("parts", "0.6"), ("fixed", "0.1")])
      #expect(saved.status == 303)
      let page = try await staff.get("/admin/reconciliation").body
      #expect(page.contains("value=\"0.60\"") && page.contains("value=\"0.10\""))
      let refused = try await staff.post(
        "/admin/reconciliation/fees", [("method", "sandbox"), ("parts", "x"), ("fixed", "")])
      #expect(refused.status == 422 && refused.body.contains("parts-fault"))
    }
  }
}
