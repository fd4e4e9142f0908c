import Pages
import Testing
import Values

@testable import Admin

@Suite struct TodayModelTests {
  @Test(
    arguments: [
      (0, 8, 0, nil), (4, 8, 4, nil), (5, 8, 5, "+60%"), (8800, 4400, 4, nil), (8800, 4400, 5, "−50%"),
      (7, 7, 7, "±0%"),
    ] as [(Int64, Int64, Int64, String?)])
  func `a change is told beside a day that had enough to compare with`(
    before: Int64, now: Int64, counted: Int64, text: String?
  ) {
    #expect(TodayModel.change(from: before, to: now, counted: counted, Format(.en)) == text)
  }

  @Test func `parts of a hundred stand without a space, with one decimal where there is one`() {
    let format = Format(.zhHans)
    #expect([500, 26, -31, 0].map { format.percent(tenths: $0) } == ["50%", "2.6%", "−3.1%", "0%"])
    #expect([12, -3, 0].map { format.change(percent: $0) } == ["+12%", "−3%", "±0%"])
  }
}
