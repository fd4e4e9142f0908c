import Foundation
import Signatures
import Values

/// What merchants ask of WeChat Pay, once they have signed for it.
struct WeChatDesk: Sendable {
  struct Call: Sendable {
    let method: String
    /// With what is asked behind a `?`, as it was sent.
    let path: String
    let body: [UInt8]
    /// The value of a header by its name in lower case.
    let header: @Sendable (String) -> String?
  }

  struct Answer: Sendable {
    let status: Int
    var headers: [(name: String, value: String)]
    var body: [UInt8]
  }

  /// What is answered before it is signed.
  struct Content {
    var status = 200
    var type = "application/json"
    var body: [UInt8] = []
    /// Downloads aren't, since their sum stands in an answer that is.
    var isSigned = true
  }

  /// How long codes to pay with are good.
  enum Life {
    static let code = Duration.hours(2)
    static let page = Duration.minutes(5)
  }

  let account: WeChatAccount
  let signers: WeChatSigners
  let bills: WeChatBills
  let core: SandboxCore

  var book: TradeBook { core.book }
  var faults: FaultDesk { core.faults }

  /// Throws when the platform itself is broken.
  func answer(_ call: Call) async throws -> Answer {
    do {
      try WeChatAuthorization.expect(
        call.header("authorization"), call.method, call.path, body: call.body, of: account, now: core.clock.wire)
      let key = try signers.forAnswer(naming: call.header("wechatpay-serial"))
      return try signed(try await content(of: call), by: key, path: call.path)
    } catch let problem as WeChatProblem {
      return Answer(status: problem.status, headers: [("content-type", "application/json")], body: problem.body)
    }
  }

  /// Once it is known who asks, a "no" is signed as well.
  private func content(of call: Call) async throws -> Content {
    do {
      return try await work(call)
    } catch let problem as WeChatProblem {
      return Content(status: problem.status, body: problem.body)
    }
  }

  private func signed(_ content: Content, by key: WeChatPlatformKey, path: String) throws -> Answer {
    var answer = Answer(status: content.status, headers: [], body: content.body)
    if content.status != 204 { answer.headers.append(("content-type", content.type)) }
    guard content.isSigned, faults.take(.unsignedAnswer, at: .wechat, call: path) == nil else { return answer }
    let isProbe = isProbe(path)
    answer.headers += try WeChatSigners.headers(content.body, by: key, at: core.clock.wire, isProbe: isProbe)
    if faults.take(.tamperedAnswer, at: .wechat, call: path) != nil { answer.body.append(UInt8(ascii: " ")) }
    return answer
  }

  /// Orders that name no call are about notices.
  private func isProbe(_ path: String) -> Bool {
    let isOrdered = faults.orders(at: .wechat).contains {
      $0.kind == .signatureProbe && !$0.call.isEmpty && path.contains($0.call)
    }
    return isOrdered && faults.take(.signatureProbe, at: .wechat, call: path) != nil
  }

  // MARK: What is asked

  private func work(_ call: Call) async throws -> Content {
    let asked = WeChatPath(call.path)
    switch (call.method, asked.steps.dropFirst().first) {
    case ("POST", "pay"): return try await pay(asked, call.body)
    case ("GET", "pay"): return try await transaction(asked)
    case (_, "refund"): return try await refund(call.method, asked, call.body)
    case ("GET", "bill"): return try await bill(asked)
    case ("GET", "billdownload") where asked.steps == ["v3", "billdownload", "file"]:
      guard let file = bills.file(asked.question["token"] ?? "", at: core.clock.wire) else {
        throw WeChatProblem.unknownResource
      }
      return Content(type: "application/octet-stream", body: file, isSigned: false)
    case ("GET", "certificates") where asked.steps.count == 2: return try certificates()
    default: throw WeChatProblem.unknownResource
    }
  }

  private func pay(_ asked: WeChatPath, _ body: [UInt8]) async throws -> Content {
    guard asked.steps.starts(with: ["v3", "pay", "transactions"]) else { throw WeChatProblem.unknownResource }
    if asked.steps.count == 6, asked.steps[3] == "out-trade-no", asked.steps[5] == "close" {
      return try await close(asked.steps[4], body)
    }
    guard asked.steps.count == 4, let kind = WeChatWish.Kind(step: asked.steps[3]) else {
      throw WeChatProblem.unknownResource
    }
    return try await open(try WeChatWish(body, kind, of: account))
  }

  /// The same again gets another code for the same order.
  private func open(_ wish: WeChatWish) async throws -> Content {
    let account = account
    let code = wish.kind.code(at: book.clock.now)
    let life = wish.kind == .h5 ? Life.page : Life.code
    try await book.turn { turn in
      let trade: Trade
      if let present = turn.trade(.wechat, number: wish.number) {
        guard present.isRepeated(by: wish) else { throw WeChatProblem.numberUsed }
        trade = try turn.current(present)
        if trade.paidAt != nil { throw WeChatProblem.orderPaid }
        guard trade.state != .closed else { throw WeChatProblem.orderClosed }
      } else {
        trade = Trade(wish, of: account, until: try wish.end(from: turn.now), now: turn.now)
        turn.keep(trade)
      }
      turn.keep(
        TradeNote(
          brand: .wechat, kind: WeChatCode.note, key: code, value: trade.token, at: turn.now.adding(life)))
    }
    return Content(body: try Message.encode(wish.kind.opened(code, at: core.base)))
  }

  private func transaction(_ asked: WeChatPath) async throws -> Content {
    guard asked.steps.count == 5, asked.steps.starts(with: ["v3", "pay", "transactions"]) else {
      throw WeChatProblem.unknownResource
    }
    guard asked.question["mchid"] == account.merchantID else { throw WeChatProblem.foreignMerchant }
    let (way, number, account) = (asked.steps[3], asked.steps[4], account)
    let told = try await book.turn { turn -> WeChatMessages.Transaction in
      let found: Trade? =
        switch way {
        case "out-trade-no": turn.trade(.wechat, number: number)
        // Nobody knows the number before it is paid.
        case "id": turn.trade(.wechat, tradeNumber: number).flatMap { $0.paidAt == nil ? nil : $0 }
        default: throw WeChatProblem.unknownResource
        }
      guard let found else { throw WeChatProblem.unknownOrder }
      let trade = try turn.current(found)
      return WeChatMessages.Transaction(trade, hasRefunds: turn.refunded(of: trade.token) > 0, of: account)
    }
    return Content(body: try Message.encode(told))
  }

  private func close(_ number: String, _ body: [UInt8]) async throws -> Content {
    let asked = try WeChatMessages.decode(WeChatMessages.Merchant.self, from: body)
    guard asked.mchid == account.merchantID else { throw WeChatProblem.foreignMerchant }
    try await book.turn { turn in
      guard let trade = turn.trade(.wechat, number: number) else { throw WeChatProblem.unknownOrder }
      do {
        var closed = try turn.close(trade)
        closed.closeForGood()
        turn.keep(closed)
      } catch TradeRefusal.alreadyPaid {
        throw WeChatProblem.orderPaid
      }
    }
    return Content(status: 204)
  }

  private func certificates() throws -> Content {
    let entries = try signers.keys.compactMap { key -> WeChatMessages.Certificates.Entry? in
      guard let certificate = key.certificate else { return nil }
      return WeChatMessages.Certificates.Entry(
        serial_no: certificate.serial, effective_time: Timestamp(certificate.validFrom).chineseRFC3339,
        expire_time: Timestamp(certificate.validUntil).chineseRFC3339,
        encrypt_certificate: try WeChatSealedText(
          Array(try certificate.pem.utf8), key: account.apiKey, associatedData: "certificate"))
    }
    return Content(body: try Message.encode(WeChatMessages.Certificates(data: entries)))
  }
}

/// An address in its parts, each as it was meant.
struct WeChatPath {
  let steps: [String]
  let question: [String: String]

  init(_ path: String) {
    func plain(_ text: Substring) -> String { text.removingPercentEncoding ?? String(text) }
    let halves = path.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    steps = (halves.first ?? "").split(separator: "/").map(plain)
    var question: [String: String] = [:]
    for pair in (halves.count == 2 ? halves[1] : "").split(separator: "&") {
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      question[plain(sides[0])] = sides.count == 2 ? plain(sides[1]) : ""
    }
    self.question = question
  }
}
