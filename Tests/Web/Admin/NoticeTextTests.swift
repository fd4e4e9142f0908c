import Testing

@testable import Admin

@Suite struct NoticeTextTests {
  @Test func `what a provider sent is set out line by line, in its order`() {
    #expect(
      NoticeText.readable(#"{"id":"EV-1", "resource":{"nonce":"a:{,\"b","total":8800}}"#)
        == """
        {
          "id": "EV-1",
          "resource": {
            "nonce": "a:{,\\"b",
            "total": 8800
          }
        }
        """)
    #expect(
      NoticeText.readable("trade_status=TRADE_SUCCESS&subject=Tea+%E5%A3%B6&sign=***&empty=&bad=%E5%A")
        == "trade_status = TRADE_SUCCESS\nsubject = Tea 壶\nsign = ***\nempty = \nbad = %E5%A")
    #expect(NoticeText.readable("nothing of the kind") == "nothing of the kind")
    #expect(NoticeText.readable("").isEmpty)
  }

  @Test func `what was cut off is set out as far as it goes`() {
    #expect(NoticeText.readable(#"[{"a":"b\"#) == "[\n  {\n    \"a\": \"b\\")
    #expect(NoticeText.readable("}}") == "}}")
    #expect(NoticeText.readable(String(repeating: "[", count: 16_384)).utf8.count < 600_000)
  }
}
