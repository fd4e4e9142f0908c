import Foundation
import Testing
import Values

struct TimestampTests {
  @Test(
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("2024-02-29T23:59:59.999Z", 1_709_251_199_999),
      ("2026-01-15T10:00:00+08:00", 1_768_442_400_000), ("2026-01-14T21:00:00-05:00", 1_768_442_400_000),
      ("1969-12-31T23:59:59.999Z", -1), ("2026-01-15t02:00:00.0009z", 1_768_442_400_000),
      ("2016-12-31T23:59:60Z", 1_483_228_800_000), ("0001-01-01T00:00:00Z", -62_135_596_800_000),
    ] as [(String, Int64)])
  func `RFC 3339 text is read to the millisecond`(text: String, milliseconds: Int64) {
    #expect(Timestamp(rfc3339: text)?.milliseconds == milliseconds)
  }

  @Test(arguments: [
    "", "2026", "2026-02-30T00:00:00Z", "2025-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-10T00:00:00Z",
    "2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:00",
    "2026-01-01T00:00:00Zx",
    "2026-01-01T00:00:00.Z", "2026-1-1T00:00:00Z", "2026-01-01T00:00:00+8:00", "+026-01-01T00:00:00Z",
    "２026-01-01T00:00:00Z",
  ])
  func `text that is no moment is refused`(text: String) {
    #expect(Timestamp(rfc3339: text) == nil)
  }

  @Test func `any moment survives a round trip, and agrees with Foundation's calendar`() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
    for _ in 0..<2000 {
      let moment = Timestamp(milliseconds: .random(in: -11_000_000_000_000...250_000_000_000_000))
      #expect(Timestamp(rfc3339: moment.description) == moment)
      #expect(Timestamp(moment.date) == moment)
      let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second, .weekday], from: moment.date)
      let utc = moment.utc
      #expect([utc.year, utc.month, utc.day] == [parts.year, parts.month, parts.day])
      #expect(
        [utc.hour, utc.minute, utc.second, utc.weekday + 1] == [parts.hour, parts.minute, parts.second, parts.weekday])
    }
  }

  @Test func `the text of a moment has milliseconds and is UTC`() {
    #expect(Timestamp(milliseconds: 1_768_442_400_007).description == "2026-01-15T02:00:00.007Z")
    #expect(Timestamp(milliseconds: 0).adding(.days(1)).description == "1970-01-02T00:00:00.000Z")
  }

  @Test func `waits double up to the longest`() {
    let backoff = Backoff(first: .milliseconds(100), longest: .seconds(1))
    let bounds = (1...6).map { backoff.delay(afterFailures: $0, chance: 1).milliseconds }
    #expect(bounds == [100, 200, 400, 800, 1000, 1000])
    #expect(backoff.delay(afterFailures: 3, chance: 0) == .zero)
    #expect(backoff.delay(afterFailures: .max, chance: 0.5) == .milliseconds(500))
  }
}
