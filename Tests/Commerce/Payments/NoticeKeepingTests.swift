import PartKit
import Payments
import Storage
import TestKit
import Testing
import Values

@Suite struct NoticeKeepingTests {
  // req: 4.1.4-2
  @Test(arguments: Way.allCases)
  func `what isn't believed is kept as it came, with the headers that should have proved it`(_ way: Way) async throws {
    let desk = try await PaymentDesk(way)
    let body = String(repeating: "n", count: 16_000) + " to the end"
    let headers = [
      "wechatpay-signature": "c2lnbmVk+/=", "wechatpay-serial": "4F\u{7}\u{E9}",
      "stripe-signature": "t=1,v1=ab", "authorization": "Bearer of-nobody", "cookie": "session=of-nobody",
    ]
    #expect(try await desk.tell(RawNotice(headers: headers, body: Array(body.utf8))).status == 400)
    let page = try await desk.payments.notices(matching: NoticeFilter(isBelieved: false), PageRequest(limit: 10))
    let listed = try #require(page.items.first)
    let found = try await desk.payments.notice(listed.id)
    #expect(found == listed)
    #expect(found?.notice.body == body)
    #expect(found?.notice.verification == "unsigned" && found?.notice.effect == "none")
    #expect(
      found?.headers == "stripe-signature: t=1,v1=ab\nwechatpay-serial: 4F??\nwechatpay-signature: c2lnbmVk+/=")
    #expect(try await desk.payments.notice(desk.store.ids.next()) == nil)
  }

  // req: 4.1.4-2
  @Test(arguments: Way.allCases)
  func `what is believed, or is to come again, keeps its headers, too`(_ way: Way) async throws {
    let desk = try await PaymentDesk(way)
    let payment = try await desk.open()
    let told = desk.notice(payment)
    for seal in ["asleep", "genuine"] {
      try await desk.tell(RawNotice(headers: ["seal": seal, "stripe-signature": "of \(seal)"], body: told.body))
    }
    try await desk.tell(told)
    let kept = try await desk.payments.notices(matching: NoticeFilter(isBelieved: true), PageRequest(limit: 10)).items
    #expect(kept.map(\.notice.effect) == ["repeated", "moved", "notYet"])
    #expect(kept.map(\.headers) == ["", "stripe-signature: of genuine", "stripe-signature: of asleep"])
  }

  @Test(arguments: Way.allCases)
  func `however much strangers send, all of it can be read`(_ way: Way) async throws {
    let desk = try await PaymentDesk(way)
    // What takes the most room on the way from one process to another.
    let (body, header) = ([UInt8](repeating: 0, count: 20_000), String(repeating: "\"", count: 5000))
    for _ in 1...60 { try await desk.tell(RawNotice(headers: ["wechatpay-nonce": header], body: body)) }
    var heard: [HeardNotice] = []
    var next: Cursor?
    var pages = 0
    repeat {
      let page = try await desk.payments.notices(matching: NoticeFilter(), PageRequest(limit: 100, after: next))
      heard += page.items
      next = page.next
      pages += 1
    } while next != nil && pages < 60
    #expect(Set(heard.map(\.id)).count == 60 && heard.count == 60)
    #expect(pages == 3)
    #expect(heard.allSatisfy { $0.notice.body.utf8.count == 16_384 && ($0.headers ?? "").count < 1100 })
  }

  @Test func `of what strangers send a hundred a day are kept whole, and the others' beginnings`() async throws {
    let desk = try await PaymentDesk(.stored)
    let header = String(repeating: "s", count: 990)
    let headers = ["wechatpay-nonce": header, "wechatpay-signature": header]
    for _ in 1...130 {
      // Slowly enough to be kept at all.
      desk.store.clock.advance(by: .seconds(3))
      try await desk.tell(RawNotice(headers: headers, body: [UInt8](repeating: 110, count: 5000)))
    }
    let kept = try await sizes(desk)
    #expect(kept.count == 130)
    #expect(kept.filter { $0 == [5000, 2019] }.count <= 105)
    #expect(kept.allSatisfy { $0 == [5000, 2019] || $0 == [1024, 1000] })
    // What is short has room all the same.
    try await desk.tell(RawNotice(headers: [:], body: [UInt8](repeating: 110, count: 900)))
    #expect(try await sizes(desk).last == [900, 0])
  }

  @Test func `of what is genuine and about nothing here the beginning is kept`() async throws {
    let desk = try await PaymentDesk(.stored)
    let notice = RawNotice(headers: ["seal": "aside"], body: [UInt8](repeating: 110, count: 5000))
    #expect(try await desk.tell(notice).status == 200)
    #expect(try await sizes(desk) == [[1024, 0]])
    let kept = try await desk.payments.notices(matching: NoticeFilter(), PageRequest(limit: 10)).items
    #expect(kept.map(\.notice.effect) == ["ofNoConcern"])
  }

  /// Bytes of the body and of the headers, the oldest first.
  private func sizes(_ desk: PaymentDesk) async throws -> [[Int]] {
    try await desk.store.database.read { transaction in
      try transaction.rows(
        "SELECT LENGTH(body) AS body_size, LENGTH(headers) AS headers_size FROM provider_notice ORDER BY id LIMIT 1000"
      ).map { row in [try row["body_size"] as Int, try row["headers_size"] as Int] }
    }
  }
}
