import Testing
import Values

@Suite struct ChinaTimeTests {
  @Test func `clocks in China are eight hours ahead`() throws {
    let moment = try #require(Timestamp(rfc3339: "2026-01-14T18:20:30.123Z"))
    #expect(moment.chineseText == "2026-01-15 02:20:30")
    #expect(moment.chineseTextToMilliseconds == "2026-01-15 02:20:30.123")
    #expect(moment.chineseRFC3339 == "2026-01-15T02:20:30+08:00")
    #expect(moment.chineseDay == "2026-01-15")
    #expect(moment.inChina.hour == 2)
    #expect(Timestamp(chineseText: moment.chineseTextToMilliseconds) == moment)
    #expect(Timestamp(chineseText: moment.chineseText)?.adding(.milliseconds(123)) == moment)
    #expect(Timestamp(chineseDay: "2026-01-15") == Timestamp(rfc3339: "2026-01-14T16:00:00Z"))
  }

  @Test(arguments: [
    "", "2026-01-15", "2026-01-15T02:20:30", "2026-01-15 02:20:30Z", "2026-01-15 02:20:30+08:00", "2026-02-30 02:20:30",
    "2026-01-15 24:00:00", "2026-01-15 02:20:30.",
  ])
  func `other text is no time`(text: String) {
    #expect(Timestamp(chineseText: text) == nil)
  }

  @Test(arguments: ["", "2026-01", "2026-1-15", "2026-02-29", "2026/01/15", "2026-01-15 "])
  func `other text is no day`(text: String) { #expect(Timestamp(chineseDay: text) == nil) }
}
