import Flows
import Foundation
import NIOHTTP1
import Orders
import Payments
import TestKit
import Testing
import Values

@testable import App

/// What providers tell the real shop over HTTP, each in its own protocol: as it should be, and in each way that it shouldn't.
@Suite struct ProviderNoticeTests {
  // req: 4.1.4-2
  @Test(arguments: Speaker.allCases)
  func `a notice that is false in any way changes nothing, isn't acknowledged, and isn't told why`(
    speaker: Speaker
  ) async throws {
    try await NoticeDoor.run(speaker) { door in
      let before = try await door.standing()
      #expect(before.payment == .pending && before.order == .awaitingPayment)
      var said: Set<String> = []
      var tried = 0
      for falsehood in Falsehood.allCases {
        guard let notice = try door.speech.notice(door.truth, falsified: falsehood) else { continue }
        let answer = try await door.knock(notice)
        tried += 1
        #expect(!speaker.isAcknowledged(answer), "\(falsehood): \(answer.status) \(answer.body)")
        if speaker != .alipay { #expect(answer.status >= 400, "\(falsehood): \(answer.status)") }
        if falsehood == .tooLong { #expect(answer.status == 413) } else { said.insert(answer.body) }
        #expect(try await door.standing() == before, "\(falsehood)")
      }
      // Each protocol lacks a few of them.
      #expect(tried >= Falsehood.allCases.count - 5)
      #expect(said.count == 1, "who lies learns nothing of what gave it away: \(said)")
      try await door.test.settle()
      #expect(try await door.standing() == before)
      // Nothing but that was wrong.
      try await door.expectTaken(door.truth)
      try await door.expectPaidOnce()
    }
  }

  // req: 4.1.4-2
  @Test(
    arguments: [
      (Speaker.alipay, 200, "text/plain", "success", "failure"), (.wechat, 204, nil, "", nil),
      (.stripe, 200, "text/plain", "ok", "refused"), (.sandbox, 200, "text/plain", "success", "failure"),
    ] as [(Speaker, Int, String?, String, String?)])
  func `what is stored is acknowledged byte for byte as the provider wants it`(
    speaker: Speaker, status: Int, type: String?, yes: String, no: String?
  ) async throws {
    try await NoticeDoor.run(speaker) { door in
      for _ in 1...2 {
        let answer = try await door.tell(door.truth)
        #expect(answer.status == status && Array(answer.body.utf8) == Array(yes.utf8))
        if let type { #expect(answer.headers.first(name: "content-type") == type) }
        #expect(answer.headers.first(name: "location") == nil && answer.headers.first(name: "set-cookie") == nil)
      }
      let refused = try await door.tell(door.truth, Manner(signer: .stranger))
      if let no {
        #expect(refused.body == no)
      } else {
        #expect(refused.status == 400 && refused.body.contains(#""code":"FAIL""#))
      }
      try await door.expectPaidOnce()
    }
  }

  // req: 4.1.4-3
  @Test(arguments: Speaker.allCases)
  func `twenty notices at once, each signed anew, have one effect and are all acknowledged`(
    speaker: Speaker
  ) async throws {
    try await NoticeDoor.run(speaker) { door in
      let notices = try (1...20).map { _ in try door.speech.notice(door.truth) }
      let answers: [Browser.Answer] = try await withThrowingTaskGroup(of: Browser.Answer.self) { group in
        for notice in notices { group.addTask { try await door.knock(notice) } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(answers.count == 20)
      for answer in answers { #expect(speaker.isAcknowledged(answer), "\(answer.status) \(answer.body)") }
      let effects = try await door.test.noticeEffects()
      #expect(effects.filter { $0 == "moved" }.count == 1 && effects.count == 20, "\(effects)")
      try await door.expectPaidOnce()
    }
  }

  // req: 4.1.4-2 4.1.4-3
  @Test(arguments: Speaker.allCases)
  func `order and escapes are the provider's affair, as long as it has signed them so`(speaker: Speaker) async throws {
    try await NoticeDoor.run(speaker) { first in
      var manners = [
        ("reordered", Manner(isReordered: true)), ("escaped", Manner(isEscaped: true)), ("long", Manner(padding: 9000)),
        ("almost stale", Manner(ageSeconds: 240)),
      ]
      // It tells again for a day without signing anew.
      if speaker == .alipay { manners.append(("a day old", Manner(ageSeconds: 86_400))) }
      for (index, (what, manner)) in manners.enumerated() {
        let door = index == 0 ? first : try await first.another()
        try await door.expectTaken(door.truth, manner, when: what)
        try await door.expectPaidOnce()
      }
    }
  }

  // req: 4.1.4-3
  @Test(arguments: Speaker.allCases)
  func `an older state that comes after a newer one is acknowledged, and changes nothing`(
    speaker: Speaker
  ) async throws {
    try await NoticeDoor.run(speaker) { door in
      var older = door.truth
      older.state = .pending
      try await door.expectTaken(older, when: "before the money")
      #expect(try await door.standing().payment == .pending)
      try await door.expectTaken(door.truth)
      for state in [Telling.State.pending, .closed, .paid] {
        older.state = state
        try await door.expectTaken(older, when: "\(state)")
        try await door.expectPaidOnce()
      }
    }
  }

  // req: 4.1.4-3
  @Test(arguments: Speaker.allCases)
  func `money that comes after the word that nobody paid pays an order that waits for it still`(speaker: Speaker)
    async throws
  {
    try await NoticeDoor.run(speaker) { door in
      var closed = door.truth
      closed.state = .closed
      try await door.expectTaken(closed)
      try await door.test.settle()
      #expect(try await door.standing().payment == .closed)
      try await door.expectTaken(door.truth)
      try await door.expectPaidOnce()
    }
  }

  // req: 4.1.4-2
  @Test(arguments: Speaker.allCases)
  func `another order's notice is that order's alone`(speaker: Speaker) async throws {
    try await NoticeDoor.run(speaker) { first in
      let other = try await first.another()
      let before = try await first.standing()
      try await other.expectTaken(other.truth)
      try await other.expectPaidOnce()
      #expect(try await first.standing() == before)
      // What paid one can't pay another.
      var borrowed = first.truth
      borrowed.trade = other.truth.trade
      try await first.expectRefused(borrowed, when: "a trade that paid another order")
      // Nor does a paid one get another trade.
      var second = other.truth
      second.trade = first.truth.trade
      try await other.expectRefused(second, when: "a second trade for a paid order")
      try await first.expectTaken(first.truth)
      try await first.expectPaidOnce()
      try await other.expectPaidOnce()
    }
  }

  // req: 4.1.4-2
  @Test func `nobody listens where no provider is set up`() async throws {
    try await TestShop.run { test in
      for method in ["stripe", "alipay", "paypal", "balance", "Sandbox", "a b", "%2e%2e"] {
        let answer = try await test.browser().send(
          .POST, "/payments/notices/\(method.replacing(" ", with: "%20"))", json: "{}")
        #expect((400..<500).contains(answer.status), "\(method): \(answer.status)")
        #expect(answer.body != "success")
      }
      #expect(try await test.noticeEffects().isEmpty)
    }
  }
}
