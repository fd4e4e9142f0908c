import Foundation
import TestKit
import Synchronization
import Testing
import Values

@testable import Sandbox

@Suite struct NoticeTests {
  @Test func `the shop hears of a payment in a signed notice`() async throws {
    try await Shop.run { shop in
      try await Platform.run { platform in
        let cashier = try await platform.open("P1", notices: shop.noticeURL)
        _ = try await platform.send("POST", cashier + "/pay")
        let heard = try await shop.notices(1)
        #expect(heard.count == 1)
        #expect(heard.first?.isGenuine == true)
        #expect(heard.first?.headers["content-type"] == "application/json")
        let state = try await platform.state()
        #expect(try decoded(heard) == [state])
        #expect(state.state == "paid")
      }
    }
  }

  @Test(arguments: [(500, "success"), (200, "failure"), (200, "success\n"), (201, "success"), (302, "success")])
  func `a notice that isn't acknowledged comes again until it is`(status: Int, body: String) async throws {
    try await Shop.run(failures: 3, failure: (status, body)) { shop in
      try await Platform.run(timeFactor: 200) { platform in
        let cashier = try await platform.open("P1", notices: shop.noticeURL)
        _ = try await platform.send("POST", cashier + "/refuse")
        let heard = try await shop.notices(4)
        #expect(try states(heard) == ["refused", "refused", "refused", "refused"])
        try await outcome("delivered", of: "P1", on: platform)
        #expect(shop.heard.count == 4)
      }
    }
  }

  @Test func `after eight attempts the platform gives up`() async throws {
    try await Shop.run(failures: 100) { shop in
      try await Platform.run(timeFactor: 1_000_000) { platform in
        let cashier = try await platform.open("P1", notices: shop.noticeURL)
        _ = try await platform.send("POST", cashier + "/pay")
        try await outcome("givenUp", of: "P1", on: platform)
        #expect(shop.heard.count == 8)
      }
    }
  }

  @Test func `the shop hears that a payment expired without asking`() async throws {
    let time = TestClock()
    try await Shop.run { shop in
      try await Platform.run(time: time) { platform in
        _ = try await platform.open("P1", minutes: 5, notices: shop.noticeURL)
        time.advance(by: .minutes(5))
        let heard = try await shop.notices(1)
        #expect(try states(heard) == ["closed"])
        #expect(try await platform.state().state == "closed")
      }
    }
  }

  @Test func `a payment that the shop closed needs no notice, but one that comes in afterwards does`() async throws {
    try await Shop.run { shop in
      try await Platform.run { platform in
        _ = try await platform.open("P1", notices: shop.noticeURL)
        _ = try await platform.call("POST", "/v1/payments/P1/close", "{}")
        #expect(try await platform.control("POST", "payments/P1/pay").code == "paymentClosed")
        let late = try await platform.control("POST", "payments/P1/pay", #"{"evenIfClosed":true}"#)
        #expect(try late.decode(StateAnswer.self).state == "paid")
        let heard = try await shop.notices(1)
        #expect(try states(heard) == ["paid"])
        #expect(try await platform.control("POST", "payments/P1/notify").status == 200)
        #expect(try await shop.notices(2).count == 2)
      }
    }
  }

  @Test func `payments, refunds and undelivered notices survive a restart`() async throws {
    let time = TestClock()
    let file = storeFile()
    defer { try? FileManager.default.removeItem(at: file.deletingLastPathComponent()) }
    try await Shop.run(failures: 1000) { shop in
      try await Platform.run(time: time, storeFile: file, timeFactor: 1) { platform in
        let cashier = try await platform.open("P1", notices: shop.noticeURL)
        _ = try await platform.open("P2", notices: shop.noticeURL)
        _ = try await platform.send("POST", cashier + "/pay")
        _ = try await platform.refund("R1", amount: 800)
        _ = try await shop.notices(1)
      }
      shop.failNext(0)
      let before = shop.heard.count
      let delivered = Mutex(0)
      // What a machine leaves that goes down while it writes.
      let handle = try FileHandle(forWritingTo: file)
      try handle.seekToEnd()
      try handle.write(contentsOf: Data(#"{"payment":{"num"#.utf8))
      try handle.close()
      try await Platform.run(time: time, storeFile: file, timeFactor: 1) { platform in
        let told = try await shop.notices(before + 1)
        #expect(try states(told).last == "paid")
        #expect(try await platform.state("P1").state == "paid")
        #expect(try await platform.state("P2").state == "pending")
        #expect(try await platform.refund("R1", amount: 800).status == 200)
        #expect(try await platform.refund("R2", amount: 8001).code == "refundTooLarge")
        _ = try await platform.open("P3")
        try await outcome("delivered", of: "P1", on: platform)
        delivered.withLock { $0 = shop.heard.count }
      }
      try await Platform.run(time: time, storeFile: file) { platform in
        let third = try await platform.state("P3")
        #expect(third.state == "pending")
        #expect(shop.heard.count == delivered.withLock { $0 })
      }
    }
  }

  @Test func `a store file that the platform didn't write keeps it from starting`() async throws {
    let file = storeFile()
    defer { try? FileManager.default.removeItem(at: file.deletingLastPathComponent()) }
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data("{}\nhello\n".utf8).write(to: file)
    await #expect(throws: SandboxFault.unreadableStore(line: 2)) { try await Platform.run(storeFile: file) { _ in } }
  }

  // MARK: Faults

  @Test func `lost, doubled, wrong, foreign and changed notices come as they are ordered`() async throws {
    try await Shop.run { shop in
      try await Platform.run(timeFactor: 2000) { platform in
        func pay(_ number: String, with faults: String) async throws {
          #expect(try await platform.control("POST", "faults", faults).status == 200)
          _ = try await platform.open(number, notices: shop.noticeURL)
          _ = try await platform.control("POST", "payments/\(number)/pay")
          try await outcome("delivered", of: number, on: platform)
        }
        func last() throws -> StateAnswer? { try shop.heard.last?.state() }
        try await pay("P1", with: #"{"loseNotices":2}"#)
        #expect(shop.heard.count == 1)
        try await pay("P2", with: #"{"duplicateNotices":1}"#)
        #expect(shop.heard.count == 3)
        try await pay("P3", with: #"{"wrongAmount":1}"#)
        #expect(try last()?.amount == 8801)
        #expect(shop.heard.last?.isGenuine == true)
        try await pay("P7", with: #"{"wrongCurrency":1}"#)
        #expect(try last()?.amount == 8800)
        #expect(try last()?.currency == "USD")
        #expect(shop.heard.last?.isGenuine == true)
        try await pay("P8", with: #"{"wrongNumber":1}"#)
        #expect(try last()?.number == "P0")
        #expect(shop.heard.last?.isGenuine == true)
        try await pay("P4", with: #"{"foreignMerchant":1}"#)
        #expect(try last()?.merchant == "somebody-else")
        #expect(shop.heard.last?.isGenuine == true)
        try await pay("P5", with: #"{"tamper":1}"#)
        #expect(shop.heard.last?.isGenuine == false)
        try await pay("P6", with: #"{"delaySeconds":0.01}"#)
        #expect(try last()?.amount == 8800)
        #expect(shop.heard.last?.isGenuine == true)
      }
    }
  }

  @Test func `without the key there is no control API`() async throws {
    for (key, given) in [("", ""), ("", "control"), ("control", "other"), ("control", "")] {
      try await Platform.run(controlKey: key) { platform in
        _ = try await platform.open("P1")
        for (method, path) in [("POST", "faults"), ("POST", "payments/P1/pay"), ("GET", "payments")] {
          #expect(try await platform.control(method, path, key: given).status == 404)
        }
        #expect(try await platform.state().state == "pending")
      }
    }
  }

  private func decoded(_ heard: [Shop.Heard]) throws -> [StateAnswer] { try heard.map { try $0.state() } }
  private func states(_ heard: [Shop.Heard]) throws -> [String] { try decoded(heard).map(\.state) }

  private func storeFile() -> URL {
    FileManager.default.temporaryDirectory.appending(path: "sandbox-\(UUID().uuidString)/store.jsonl")
  }

  /// Waits until the last notice about the payment came to this end.
  private func outcome(_ wanted: String, of number: String, on platform: Platform) async throws {
    struct Entry: Decodable {
      struct Payment: Decodable { let number: String }
      struct Notice: Decodable { let outcome: String }
      let payment: Payment
      let notices: [Notice]
    }
    try await eventually("the notice of \(number) becomes \(wanted)") {
      let entries = try await platform.control("GET", "payments").decode([Entry].self)
      return entries.first { $0.payment.number == number }?.notices.last?.outcome == wanted
    }
  }
}
