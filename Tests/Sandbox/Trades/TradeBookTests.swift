import Foundation
import TestKit
import Testing
import Values

@testable import Sandbox

@Suite struct TradeBookTests {
  private static func trade(_ number: String, at moment: Timestamp, minutes: Int? = nil) -> Trade {
    Trade(
      brand: .alipay, token: "token-\(number)", merchant: "M", number: number, tradeNumber: "T-\(number)", amount: 1000,
      currency: .cny, subject: "Tea", language: .en, openedAt: moment,
      expiresAt: minutes.map { moment.adding(.minutes($0)) }, state: .unseen)
  }

  private static func refund(_ number: String, of trade: Trade, _ amount: Int64, at moment: Timestamp) -> TradeRefund {
    TradeRefund(
      brand: trade.brand, trade: trade.token, number: number, refundNumber: "own-\(number)", amount: amount, reason: "",
      state: .processing, requestedAt: moment)
  }

  @Test func `trades, refunds and the clock survive a restart, and what was half written doesn't`() async throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString)/trades.jsonl")
    defer { try? FileManager.default.removeItem(at: file.deletingLastPathComponent()) }
    let time = TestClock()
    do {
      let book = try TradeBook(file: file, world: time.clock, voices: [])
      try await book.turn { turn in
        let trade = Self.trade("P1", at: turn.now)
        turn.keep(trade)
        _ = try turn.giveBack(Self.refund("R1", of: try turn.pay(trade), 400, at: turn.now))
      }
      try await book.set(book.clock.changed(speed: 60, advanceSeconds: 3600))
    }
    let handle = try FileHandle(forWritingTo: file)
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(#"{"trades":[{"bra"#.utf8))
    try handle.close()
    time.advance(by: .minutes(1))
    let book = try TradeBook(file: file, world: time.clock, voices: [])
    #expect(book.clock.now == TestClock.start.adding(.hours(2)))
    let pages = await book.pages
    #expect(pages.trade(.alipay, number: "P1")?.state == .paid)
    #expect(pages.trade(.alipay, tradeNumber: "T-P1")?.token == "token-P1")
    #expect(pages.refunds(of: "token-P1").map(\.amount) == [400])
    await #expect(throws: TradeRefusal.refundTooLarge) {
      try await book.turn { turn in
        let trade = try #require(turn.trade(.alipay, number: "P1"))
        _ = try turn.giveBack(Self.refund("R2", of: trade, 601, at: turn.now))
      }
    }
  }

  @Test func `a turn that is refused leaves nothing`() async throws {
    let book = try TradeBook(file: nil, world: TestClock().clock, voices: [])
    await #expect(throws: TradeRefusal.notPaid) {
      try await book.turn { turn in
        let trade = Self.trade("P1", at: turn.now)
        turn.keep(trade)
        _ = try turn.giveBack(Self.refund("R1", of: trade, 1, at: turn.now))
      }
    }
    #expect(await book.pages.trades.isEmpty)
  }

  @Test func `fifty refunds at once never give back more than came`() async throws {
    let book = try TradeBook(file: nil, world: TestClock().clock, voices: [])
    try await book.turn { turn in
      let trade = Self.trade("P1", at: turn.now)
      turn.keep(trade)
      _ = try turn.pay(trade)
    }
    await withDiscardingTaskGroup { group in
      for number in 0..<50 {
        group.addTask {
          _ = try? await book.turn { turn in
            guard let trade = turn.trade(.alipay, number: "P1") else { return }
            _ = try turn.giveBack(Self.refund("R\(number)", of: trade, 300, at: turn.now))
          }
        }
      }
    }
    let refunds = await book.pages.refunds(of: "token-P1")
    #expect(refunds.map(\.amount) == [300, 300, 300])
  }

  @Test func `trades close and refunds settle when their time comes, and what is stuck waits`() async throws {
    let time = TestClock()
    let book = try TradeBook(file: nil, world: time.clock, voices: [])
    try await book.turn { turn in
      turn.keep(Self.trade("P1", at: turn.now, minutes: 5))
      let paid = Self.trade("P2", at: turn.now, minutes: 5)
      turn.keep(paid)
      let trade = try turn.pay(paid)
      var refund = Self.refund("R1", of: trade, 100, at: turn.now)
      refund.settlesAt = turn.now.adding(.minutes(1))
      _ = try turn.giveBack(refund)
      _ = try turn.giveBack(Self.refund("R2", of: trade, 100, at: turn.now))
    }
    time.advance(by: .minutes(5))
    try await book.work()
    let pages = await book.pages
    #expect(pages.trade(.alipay, number: "P1")?.state == .closed)
    #expect(pages.trade(.alipay, number: "P2")?.state == .paid)
    #expect(pages.refunds(of: "token-P2").map(\.state) == [.succeeded, .processing])
    #expect(pages.expiring.isEmpty)
    #expect(pages.settling.isEmpty)
  }

  @Test func `the clock runs faster, moves on and says another time on the wire`() {
    let time = TestClock()
    let clock = SandboxClock(time.clock)
    clock.set(clock.changed(speed: 100, advanceSeconds: 86_400, skewSeconds: -600))
    time.advance(by: .seconds(36))
    #expect(clock.now == TestClock.start.adding(.hours(25)))
    #expect(clock.wire == TestClock.start.adding(.seconds(36 - 600)))
    clock.set(clock.reset())
    #expect(clock.now == time.now)
    #expect(clock.wire == time.now)
  }

  @Test func `an order of faults is used up, and only by what it is for`() {
    let desk = FaultDesk()
    desk.add(FaultOrder(kind: .errorAfter, times: 2, call: "refund"), at: .alipay)
    #expect(desk.take(.errorAfter, at: .alipay, call: "alipay.trade.query") == nil)
    #expect(desk.take(.errorAfter, at: .wechat, call: "refund") == nil)
    #expect(desk.take(.errorBefore, at: .alipay, call: "refund") == nil)
    for _ in 0..<2 { #expect(desk.take(.errorAfter, at: .alipay, call: "alipay.trade.refund") != nil) }
    #expect(desk.take(.errorAfter, at: .alipay, call: "alipay.trade.refund") == nil)
    #expect(desk.orders(at: .alipay).isEmpty)
  }
}
