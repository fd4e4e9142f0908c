import Foundation
import Payments
import Values

/// Each way in which a notice can be none that may be believed.
enum Falsehood: String, CaseIterable, Sendable {
  // Signed as they should be.
  case fenMore, fenLess, nothingPaid, otherCurrency, foreignMerchant, unknownNumber, tooLong
  // Signed by somebody else, otherwise, or not at all.
  case strangersKey, unsigned, olderKind, probe
  // Changed after they were signed.
  case otherAmount, oneBlankMore, escapedAfterwards, reorderedAfterwards
  // Signed at another time.
  case stale, ahead
  // No notice at all.
  case empty, cutOff, noise
}

extension ProviderSpeech {
  /// Nil where the provider's protocol knows no such thing.
  func notice(_ truth: Telling, falsified falsehood: Falsehood) throws -> SpokenNotice? {
    switch falsehood {
    case .fenMore, .fenLess, .nothingPaid, .otherCurrency, .foreignMerchant, .unknownNumber:
      try lie(truth, falsehood).map { try notice($0) }
    case .tooLong: try notice(truth, Manner(padding: 2 << 20))
    case .strangersKey: try notice(truth, Manner(signer: .stranger))
    case .unsigned: try notice(truth, Manner(signer: .nobody))
    case .stale: try speaker == .alipay ? nil : notice(truth, Manner(ageSeconds: 400))
    case .ahead: try speaker == .alipay ? nil : notice(truth, Manner(ageSeconds: -400))
    case .olderKind, .probe, .otherAmount, .oneBlankMore, .escapedAfterwards, .reorderedAfterwards:
      try changed(truth, falsehood)
    case .empty: SpokenNotice(headers: try notice(truth).headers, body: [])
    case .cutOff: try notice(truth).changing { Array($0.prefix($0.count / 2)) }
    case .noise: try notice(truth).changing { _ in (0..<999).map { UInt8(truncatingIfNeeded: $0 &* 151 ^ 0xC3) } }
    }
  }

  private func lie(_ truth: Telling, _ falsehood: Falsehood) -> Telling? {
    var told = truth
    switch falsehood {
    case .fenMore: told.amount += 1
    case .fenLess: told.amount -= 1
    case .nothingPaid: told.amount = 0
    case .otherCurrency:
      // Alipay's notices are always of yuan.
      if speaker == .alipay { return nil }
      told.currency = "USD"
    case .foreignMerchant: told.isForeign = true
    default: told.number = "\(PaymentID(raw: 7))"
    }
    return told
  }

  private func changed(_ truth: Telling, _ falsehood: Falsehood) throws -> SpokenNotice? {
    let manner = Manner()
    var notice = try notice(truth, manner)
    switch falsehood {
    case .olderKind: return olderKind(notice)
    case .probe:
      // Sent on purpose, to see whether anybody looks.
      guard speaker == .wechat, let signature = notice.headers["wechatpay-signature"] else { return nil }
      notice.headers["wechatpay-signature"] = "WECHATPAY/SIGNTEST/\(signature.dropFirst(19))"
      return notice
    case .otherAmount:
      // What is sealed is another sealing.
      if speaker == .wechat { return notice.replacing("\"ciphertext\":\"", with: "\"ciphertext\":\"AAAA") }
      let amount = speaker == .alipay ? Money(minor: truth.amount, currency: .cny).decimalText : "\(truth.amount)"
      return notice.replacing(amount, with: "1")
    case .oneBlankMore: return notice.changing { $0 + Array((speaker == .alipay ? "&note=1" : " ").utf8) }
    case .escapedAfterwards:
      // Escaped twice, what is in a form is another text; in JSON it's the same, and other bytes.
      return speaker == .alipay
        ? notice.replacing("%", with: "%25")
        : notice.changing { Array(Self.escaped(String(decoding: $0, as: UTF8.self)).utf8) }
    default:
      // The fields of a form are put in order before they are signed.
      if speaker == .alipay { return nil }
      var other = manner
      other.isReordered = true
      return SpokenNotice(headers: notice.headers, body: try self.notice(truth, other).body)
    }
  }

  private func olderKind(_ notice: SpokenNotice) -> SpokenNotice? {
    var notice = notice
    switch speaker {
    case .alipay: return notice.replacing("sign_type=RSA2", with: "sign_type=RSA")
    case .wechat: notice.headers["wechatpay-signature-type"] = "WECHATPAY2-SHA1-RSA1024"
    case .stripe:
      notice.headers["stripe-signature"] = notice.headers["stripe-signature"]?.replacing("v1=", with: "v0=")
    case .sandbox: return nil
    }
    return notice
  }
}

extension SpokenNotice {
  fileprivate func changing(_ change: ([UInt8]) -> [UInt8]) -> SpokenNotice {
    SpokenNotice(headers: headers, body: change(body))
  }

  fileprivate func replacing(_ text: String, with other: String) -> SpokenNotice {
    changing { Array(String(decoding: $0, as: UTF8.self).replacing(text, with: other).utf8) }
  }
}
