import Foundation
import Signatures
import Values

/// What buyers pay with: a QR code, a page for phones, or what the client library of a mini-program is called with. Each leads
/// to an order for a while.
enum WeChatCode {
  /// Where codes are kept: the key is the code, the value the order's token, the time when it ends.
  static let note = "code"

  /// The token of the order that a code leads to; nil for one that is over, or none.
  static func trade(_ code: String, in turn: BookTurn) -> Trade? {
    guard let note = turn.note(.wechat, Self.note, code), turn.now < note.at else { return nil }
    return turn.trade(token: note.value)
  }
}

extension WeChatWish.Kind {
  func code(at now: Timestamp) -> String {
    switch self {
    case .native: Random.letters(9)
    case .jsapi, .h5: "wx" + now.weChatDigits + Random.letters(20).lowercased()
    }
  }

  /// - Parameter base: of the sandbox: its page stands for the one that phones open.
  func opened(_ code: String, at base: String) -> WeChatMessages.Opened {
    switch self {
    case .native: WeChatMessages.Opened(code_url: "weixin://wxpay/bizpayurl?pr=\(code)")
    case .jsapi: WeChatMessages.Opened(prepay_id: code)
    case .h5:
      WeChatMessages.Opened(
        h5_url: "\(base)/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=\(code)&package=\(Random.digits(10))")
    }
  }
}

/// What a mini-program calls the client library with.
struct WeChatClientCall: Decodable {
  let appId: String
  let timeStamp: String
  let nonceStr: String
  let package: String
  let signType: String
  let paySign: String

  /// The code that it pays with; nil unless the merchant signed for it.
  func code(of account: WeChatAccount) -> String? {
    let start = "prepay_id="
    guard appId == account.appID, signType == "RSA", package.hasPrefix(start),
      account.merchantKey.isValid(paySign, of: Data("\(appId)\n\(timeStamp)\n\(nonceStr)\n\(package)\n".utf8))
    else { return nil }
    return String(package.dropFirst(start.count))
  }
}
