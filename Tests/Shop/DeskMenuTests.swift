import Testing

@testable import App

/// The numbers beside the desks.
@Suite struct DeskMenuTests {
  // req: 3.1.2-1
  @Test func `what staff do shows in the numbers of the menu at once, at their desks and their colleagues'`()
    async throws
  {
    try await TestShop.run { test in
      let owner = try await test.owner()
      let (mei, bo) = (try await test.staff(of: owner.merchant), try await test.staff(of: owner.merchant))
      func toReview(_ staff: Browser) async throws -> Int {
        let page = try await staff.get("/admin/find").body
        let entry = try #require(page.firstMatch(of: /<a href="\/admin\/review".*?<\/a>/)).output
        return entry.firstMatch(of: /<b class="count inline">(\d+)</).flatMap { Int($0.1) } ?? 0
      }
      let before = try await toReview(mei)
      #expect(before > 0)
      #expect(try await toReview(bo) == before)
      #expect(try await mei.post("/admin/orders/\(owner["paid"])/pass", [("note", "fine")]).status == 303)
      #expect(try await toReview(mei) == before - 1)
      #expect(try await toReview(bo) == before - 1)
      // Another merchant's numbers are its own.
      #expect(try await toReview(try await test.staff(of: try await test.merchant("other"))) == 0)
    }
  }
}
