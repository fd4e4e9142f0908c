import Compression
import Crypto
import Foundation
import Synchronization
import Values

/// Bills that were asked for, each for a while at an address that nobody can guess.
final class WeChatBills: Sendable {
  /// How long an address is good, by the world's clock.
  static let life = Duration.minutes(5)

  private struct File {
    let content: [UInt8]
    let until: Timestamp
  }

  private let files = Mutex<[String: File]>([:])

  /// - Returns: what opens it.
  func keep(_ content: [UInt8], at moment: Timestamp) -> String {
    let token = Random.letters(43)
    files.withLock { files in
      files = files.filter { moment < $0.value.until }
      files[token] = File(content: content, until: moment.adding(Self.life))
    }
    return token
  }

  func file(_ token: String, at moment: Timestamp) -> [UInt8]? {
    files.withLock { $0[token].flatMap { moment < $0.until ? $0.content : nil } }
  }
}

extension WeChatDesk {
  /// When the day's bill is made, behind the day's end in China.
  private static let makingTime = Duration.hours(10)
  private static let longestKept = Duration.days(92)

  func bill(_ asked: WeChatPath) async throws -> Content {
    let day = try day(asked.question["bill_date"])
    let isPacked = try packing(asked.question["tar_type"])
    let text =
      switch asked.steps {
      case ["v3", "bill", "tradebill"]: try await trades(of: day, asked.question["bill_type"] ?? "ALL")
      case ["v3", "bill", "fundflowbill"]: try await funds(of: day, asked.question["account_type"] ?? "BASIC")
      default: throw WeChatProblem.unknownResource
      }
    let plain = Array(text.utf8)
    let token = bills.keep(isPacked ? try CompressedWriter.gzip(plain) : plain, at: core.clock.wire)
    return Content(
      body: try Message.encode(
        WeChatMessages.Bill(
          hash_value: Hex.text(Insecure.SHA1.hash(data: plain)),
          download_url: "\(core.base)/v3/billdownload/file?token=\(token)")))
  }

  /// A day that is over and whose bill is made. `2026-01-15`, in China.
  private func day(_ text: String?) throws(WeChatProblem) -> String {
    guard let text, let begin = Timestamp(chineseDay: text) else {
      throw .badParameter("/bill_date", "账单日期格式有误")
    }
    let now = core.clock.now
    let end = begin.adding(.days(1))
    guard end <= now, now < end.adding(Self.longestKept) else {
      throw .badParameter("/bill_date", "账单日期须为三个月之内的过去日期")
    }
    guard end.adding(Self.makingTime) <= now else { throw .billInTheMaking }
    return text
  }

  private func packing(_ text: String?) throws(WeChatProblem) -> Bool {
    guard let text else { return false }
    guard text == "GZIP" else { throw .badParameter("/tar_type", "只支持GZIP") }
    return true
  }

  private func trades(of day: String, _ kind: String) async throws -> String {
    guard let kind = WeChatBillText.Kind(rawValue: kind) else {
      throw WeChatProblem.badParameter("/bill_type", "账单类型有误")
    }
    let entries = await entries { $0 == day }.filter { kind == .all || ($0.refund == nil) == (kind == .payments) }
    guard !entries.isEmpty else { throw WeChatProblem.noBill }
    return WeChatBillText(account: account, kind: kind, entries: entries).text
  }

  /// All of the merchant's money is in one account here: the others never move.
  private func funds(of day: String, _ kind: String) async throws -> String {
    guard ["BASIC", "OPERATION", "FEES"].contains(kind) else {
      throw WeChatProblem.badParameter("/account_type", "资金账户类型有误")
    }
    let before = WeChatFundText(entries: await entries { $0 < day }, balance: 0)
    let bill = WeChatFundText(entries: await entries { $0 == day }, balance: before.closing)
    guard kind == "BASIC", !bill.movements.isEmpty else { throw WeChatProblem.noBill }
    return bill.text
  }

  /// Of the days that are wanted, in the order in which they happened.
  private func entries(_ isWanted: (String) -> Bool) async -> [WeChatBillText.Entry] {
    let pages = await book.pages
    var entries: [WeChatBillText.Entry] = []
    for trade in pages.trades.values where trade.brand == .wechat {
      if let paidAt = trade.paidAt { entries.append(WeChatBillText.Entry(trade: trade, refund: nil, at: paidAt)) }
      for refund in pages.refunds(of: trade.token) {
        // What the buyer's bank wouldn't take stands in the bill of the day on which it was asked for.
        let at = refund.state == .succeeded ? refund.settledAt : refund.state == .stuck ? refund.requestedAt : nil
        if let at { entries.append(WeChatBillText.Entry(trade: trade, refund: refund, at: at)) }
      }
    }
    return entries.filter { isWanted($0.at.chineseDay) }.sorted(by: WeChatBillText.Entry.happened)
  }
}
