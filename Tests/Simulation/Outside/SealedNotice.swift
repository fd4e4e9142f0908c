import Payments
import Values

/// What simulated providers tell without being asked, on the wire: fields and a seal over them, which nobody else can make.
enum SealedNotice {
  private static let secret: UInt64 = 0x5EA1_ED00_C0DE_2026

  static func text(of report: ProviderReport) -> String {
    let refund = report.refund
    return [
      report.number, report.providerNumber, report.merchant, "\(report.amount.minor)", report.state.rawValue,
      "\(report.at.milliseconds)", refund?.number ?? "", refund.map { "\($0.amount.minor)" } ?? "",
      refund?.state.rawValue ?? "", report.amount.currency.code,
    ].joined(separator: "|")
  }

  static func sealed(_ report: ProviderReport) -> RawNotice {
    let text = text(of: report)
    return RawNotice(headers: ["seal": seal(of: text)], body: Array(text.utf8))
  }

  /// Looks like one, and nobody has sealed it.
  static func forged(_ report: ProviderReport) -> RawNotice {
    RawNotice(headers: ["seal": "0"], body: Array(text(of: report).utf8))
  }

  /// Throws `NoticeFault`.
  static func opened(_ notice: RawNotice) throws -> ProviderReport {
    let text = String(decoding: notice.body, as: UTF8.self)
    guard notice.headers["seal"] == seal(of: text) else { throw NoticeFault.badSignature }
    return try read(notice)
  }

  /// What it says, whoever says it.
  static func read(_ notice: RawNotice) throws -> ProviderReport {
    let text = String(decoding: notice.body, as: UTF8.self)
    let parts = text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 10, let amount = Int64(parts[3]), let state = ProviderReport.State(rawValue: parts[4]),
      let at = Int64(parts[5]), let currency = Currency(parts[9])
    else { throw NoticeFault.unreadable("fields") }
    var refund: ProviderRefundReport?
    if !parts[6].isEmpty, let back = Int64(parts[7]), let its = ProviderRefundReport.State(rawValue: parts[8]) {
      refund = ProviderRefundReport(number: parts[6], amount: Money(minor: back, currency: currency), state: its)
    }
    return ProviderReport(
      number: parts[0], providerNumber: parts[1], merchant: parts[2],
      amount: Money(minor: amount, currency: currency), state: state, at: Timestamp(milliseconds: at), refund: refund)
  }

  /// Fowler, Noll and Vo's hash, over the secret and the text.
  private static func seal(of text: String) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ secret
    for byte in text.utf8 {
      hash ^= UInt64(byte)
      hash = hash &* 0x0000_0100_0000_01B3
    }
    return String(hash, radix: 16)
  }
}
