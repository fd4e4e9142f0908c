import Testing
import Values

@testable import App

/// Lists of goods: pages, filters and what is said where an address asks for what isn't there.
@Suite struct ListPageTests {
  @Test func `a page behind the last shows the last, in search and in a category`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      for number in 1...41 { _ = try await test.product(of: merchant, "teapot-\(number)") }
      let visitor = test.browser()
      for path in ["/search", "/c/tea"] {
        for page in ["3", "99", "250", "9223372036854775807", "-1", "0", "x"] {
          let answer = try await visitor.get("\(path)?page=\(page)")
          #expect(answer.status == 200)
          #expect(answer.body.contains("Clay teapot"))
          #expect(answer.body.contains("41 results"))
        }
        #expect(try await visitor.get("\(path)?page=99").body.contains("page=2\" aria-current") == true)
      }
    }
  }

  @Test func `a price that isn't one is said beside its field, and makes no filter`() async throws {
    try await TestShop.run { test in
      _ = try await test.product(of: try await test.merchant())
      let visitor = test.browser()
      let faulty = try await visitor.get("/c/tea?priceFrom=abc&priceTo=1e5").body
      #expect(faulty.contains("id=\"price-fault\""))
      #expect(faulty.contains("id=\"price-to-fault\""))
      #expect(faulty.contains("Clay teapot"))
      #expect(!faulty.contains("class=\"chip on\""))
      let narrowed = try await visitor.get("/c/tea?priceFrom=20&priceTo=100").body
      #expect(narrowed.contains("¥20.00 – ¥100.00"))
      #expect(try await visitor.get("/c/tea?priceFrom=900").body.contains("Nothing here with these filters"))
    }
  }
}
