import Foundation
import Fulfilment
import TestKit
import Testing
import Values

@testable import Sandbox

/// The tracking service, spoken to by the shop's own client of it.
@Suite struct ParcelTests {
  private func tracker(_ platform: Platform, key: String = Platform.secret) -> Kuaidi100 {
    Kuaidi100(
      baseURL: platform.base + "/kuaidi100", customer: Platform.merchant, key: key, http: TrackerHTTPClient())
  }

  private func wish(_ carrier: String = "yuantong", phone: String = "") -> TrackingWish {
    TrackingWish(
      label: ShippingLabel(carrier: carrier, trackingNumber: "YT1001"), phoneEnd: phone,
      callback: "http://127.0.0.1:9/nobody", salt: "salt")
  }

  @Test func `a parcel is subscribed to, moved and asked after`() async throws {
    try await Platform.run { platform in
      let tracker = tracker(platform)
      #expect(try await tracker.query(wish()) == nil)
      for _ in 1...2 { try await tracker.subscribe(wish()) }
      let moved = try await platform.control(
        "POST", "parcels/yuantong/YT1001/move", #"{"state":"1","text":"已揽收","place":"宜兴","isSilent":true}"#)
      #expect(moved.status == 200)
      platform.time.advance(by: .hours(5))
      _ = try await platform.control("POST", "parcels/yuantong/YT1001/move", #"{"state":"3","isSilent":true}"#)
      let report = try #require(try await tracker.query(wish()))
      #expect(report.traces.map(\.kind) == [.delivered, .collected])
      #expect(report.traces.last?.text == "已揽收")
      #expect(report.traces.last?.place == "宜兴")
    }
  }

  @Test func `who has another key, or leaves out the phone where it is asked for, learns nothing`() async throws {
    try await Platform.run { platform in
      await #expect(throws: TrackerFault.notAllowed(code: "600")) {
        try await tracker(platform, key: "wrong").subscribe(wish())
      }
      await #expect(throws: TrackerFault.notAllowed(code: "503")) {
        try await tracker(platform, key: "wrong").query(wish())
      }
      await #expect(throws: TrackerFault.declined(code: "408")) {
        try await tracker(platform).query(wish("shunfeng"))
      }
      let report = try await tracker(platform).query(wish("shunfeng", phone: "8000"))
      #expect(report == nil)
      let moved = try await platform.control(
        "POST", "parcels/yuantong/YT1001/move", #"{"state":"99"}"#)
      #expect(moved.status == 400)
    }
  }

  @Test func `a person plays the carrier on a page, with the key`() async throws {
    try await Platform.run { platform in
      #expect(try await platform.call("GET", "/parcels").text.contains("Play the carrier"))
      func play(_ form: String) async throws -> Answer {
        try await platform.send(
          "POST", platform.base + "/parcels", form, headers: [("content-type", "application/x-www-form-urlencoded")])
      }
      #expect(try await play("key=wrong&company=yuantong&number=YT1001&state=1").status == 403)
      let moved = try await play(
        "key=\(Platform.controlKey)&company=yuantong&number=YT1001&state=1&text=%3Cb%3E&place=")
      #expect(moved.text.contains("Moved.") && moved.text.contains("yuantong YT1001"))
      #expect(try await tracker(platform).query(wish())?.traces.map(\.text) == ["<b>"])
    }
    try await Platform.run(controlKey: "") { platform in
      let page = try await platform.call("GET", "/parcels")
      #expect(page.status == 404)
    }
  }
}
