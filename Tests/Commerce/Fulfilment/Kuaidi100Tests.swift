import Foundation
import Synchronization
import TestKit
import Testing
import Values

@testable import Fulfilment

/// Against texts whose signatures were made by other programs.
@Suite struct Kuaidi100Tests {
  private static let salt = "TESTONLYsalt"
  private static let key = "TESTONLYkd100key"
  private static let customer = "TESTONLYCUSTOMER0000000000000001"
  private static let push =
    #"{"status":"shutdown","billstatus":"check","message":"","autoCheck":"0","comOld":"","comNew":"","lastResult":{"message":"ok","state":"3","status":"200","condition":"F00","ischeck":"1","com":"yuantong","nu":"YT0000000000001","data":[{"context":"已签收","time":"2026-01-17 15:00:00","ftime":"2026-01-17 15:00:00","status":"签收","areaCode":"CN110105000000","areaName":"北京,朝阳区"},{"context":"已揽收","time":"2026-01-15 18:00:00","ftime":"2026-01-15 18:00:00","status":"揽收","areaCode":"CN440305000000","areaName":"广东,深圳市,南山区"}]}}"#

  private func tracker(_ answer: String = "{}") -> (Kuaidi100, PaperHTTP) {
    let http = PaperHTTP(answer)
    return (
      Kuaidi100(baseURL: "https://poll.kuaidi100.com", customer: Self.customer, key: Self.key, http: http), http
    )
  }

  private func wish(phone: String = "13800000000") -> TrackingWish {
    TrackingWish(
      label: ShippingLabel(carrier: "yuantong", trackingNumber: "YT0000000000001"), phoneEnd: phone,
      callback: "https://shop.example.com/logistics/kuaidi100", salt: Self.salt)
  }

  @Test func `a question is signed as the service signs it`() {
    let param =
      #"{"com":"yuantong","num":"YT0000000000001","phone":"13800000000","from":"广东省深圳市南山区","to":"北京市朝阳区","resultv2":"4","show":"0","order":"desc"}"#
    #expect(
      Kuaidi100Sign.question(param, key: Self.key, customer: Self.customer) == "DD31A89F0980050FA81E063E82D0B584")
  }

  @Test func `a subscription is sent byte for byte as documented`() async throws {
    let (tracker, http) = tracker(#"{"result":true,"returnCode":"200","message":"提交成功"}"#)
    try await tracker.subscribe(wish())
    let sent = try #require(http.sent.withLock { $0.last })
    #expect(sent.url == "https://poll.kuaidi100.com/poll")
    #expect(
      sent.form
        == "schema=json&param=%7B%22company%22%3A%22yuantong%22%2C%22number%22%3A%22YT0000000000001%22%2C%22from%22%3A%22%22%2C%22to%22%3A%22%22%2C%22key%22%3A%22TESTONLYkd100key%22%2C%22parameters%22%3A%7B%22callbackurl%22%3A%22https%3A%2F%2Fshop.example.com%2Flogistics%2Fkuaidi100%22%2C%22salt%22%3A%22TESTONLYsalt%22%2C%22resultv2%22%3A%224%22%2C%22phone%22%3A%2213800000000%22%7D%7D"
    )
  }

  @Test func `a push is believed by its signature in either case, and by nothing else`() throws {
    let (tracker, _) = tracker()
    let sign = "BE1C83FEAE8B2901D36638335BB9CC51"
    for sign in [sign, sign.lowercased()] {
      let report = try tracker.report(RawPush(param: Self.push, sign: sign), salt: Self.salt)
      #expect(report.trackingNumber == "YT0000000000001")
      #expect(report.isLast && !report.isGivenUp)
      #expect(report.traces.map(\.kind) == [.delivered, .collected])
      #expect(report.traces.map(\.text) == ["已签收", "已揽收"])
      #expect(report.traces.first?.place == "北京,朝阳区")
      #expect(report.traces.first?.at == Timestamp(rfc3339: "2026-01-17T15:00:00+08:00"))
    }
    for (param, sign, salt) in [
      (Self.push, sign, "other"), (Self.push + " ", sign, Self.salt), (Self.push, "", Self.salt),
      (Self.push, String(sign.dropLast()), Self.salt), (Self.push, sign, ""),
    ] {
      #expect(throws: TrackerFault.untrue("signature")) {
        try tracker.report(RawPush(param: param, sign: sign), salt: salt)
      }
    }
    #expect(tracker.acknowledgement.body == #"{"result":true,"returnCode":"200","message":"成功"}"#)
  }

  @Test(arguments: [
    ("200", nil), ("501", nil), ("600", TrackerFault.notAllowed(code: "600")),
    ("601", .notAllowed(code: "601")), ("700", .declined(code: "700")), ("702", .declined(code: "702")),
    ("500", .unreachable("code 500")),
  ])
  func `what the service says to a subscription is understood`(code: String, fault: TrackerFault?) async throws {
    let (tracker, _) = tracker(#"{"result":false,"returnCode":"\#(code)","message":"…"}"#)
    if let fault {
      await #expect(throws: fault) { try await tracker.subscribe(wish()) }
    } else {
      try await tracker.subscribe(wish())
    }
  }

  @Test func `an answer to a question is read, and nothing known is no fault`() async throws {
    let result = String(Self.push.split(separator: "\"lastResult\":")[1].dropLast())
    let report = try await tracker(result).0.query(wish())
    #expect(report?.traces.count == 2)
    #expect(try await tracker(#"{"result":false,"returnCode":"500","message":"查询无结果"}"#).0.query(wish()) == nil)
    for (code, fault) in [
      ("503", TrackerFault.notAllowed(code: "503")), ("408", .declined(code: "408")), ("999", .unreachable("code 999")),
    ] {
      await #expect(throws: fault) {
        try await tracker(#"{"result":false,"returnCode":"\#(code)","message":"…"}"#).0.query(wish())
      }
    }
    await #expect(throws: TrackerFault.self) { try await tracker("<html>").0.query(wish()) }
  }

  @Test(arguments: [
    ("0", Trace.Kind.inTransit), ("3", .delivered), ("301", .delivered), ("304", .delivered), ("401", .returned),
    ("501", .outForDelivery), ("14", .refused), ("1001", .inTransit), ("1003", .inTransit), ("103", .collected),
    ("205", .problem), ("999", .inTransit), ("77", .inTransit),
  ])
  func `states are understood, unknown ones by their first digit`(code: String, kind: Trace.Kind) {
    #expect(Kuaidi100State.kind(ofCode: code) == kind)
  }

  @Test func `words that aren't of the protocol's own characters travel as they are`() {
    let wish = TrackingWish(
      label: ShippingLabel(carrier: "a\"b\\", trackingNumber: "1234"), phoneEnd: "", callback: "https://x", salt: "s")
    let form = Kuaidi100Form.question(wish, customer: "c", key: "k")
    #expect(form.contains("%22com%22%3A%22a%5C%22b%5C%5C%22"))
  }
}

private final class PaperHTTP: TrackerHTTP {
  let sent = Mutex<[(form: String, url: String)]>([])
  private let answer: String

  init(_ answer: String) { self.answer = answer }

  func post(_ form: String, to url: String) async throws -> [UInt8] {
    sent.withLock { $0.append((form, url)) }
    return Array(answer.utf8)
  }
}
