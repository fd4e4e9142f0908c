import Foundation
import Values

/// The messages of WeChat Pay as JSON; amounts are in fen.
enum WeChatMessage {
  static let decoder: JSONDecoder = {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return decoder
  }()

  struct Problem: Decodable {
    let code: String
  }

  struct Wish: Encodable {
    struct Amount: Encodable {
      let total: Int64
      let currency: String
    }

    struct Payer: Encodable {
      let openid: String
    }

    struct Scene: Encodable {
      struct H5: Encodable {
        let type: String
      }

      let payerClientIp: String
      let h5Info: H5

      enum CodingKeys: String, CodingKey {
        case payerClientIp
        // The words are cut at letters, not at figures.
        case h5Info = "h5_info"
      }
    }

    let appid: String
    let mchid: String
    let description: String
    let outTradeNo: String
    let timeExpire: String
    let notifyUrl: String
    let amount: Amount
    var payer: Payer?
    var sceneInfo: Scene?
  }

  struct Opened: Decodable {
    let codeUrl: String?
    let prepayId: String?
    let h5Url: String?

    enum CodingKeys: String, CodingKey {
      case codeUrl, prepayId
      case h5Url
    }
  }

  struct Merchant: Encodable {
    let mchid: String
  }

  struct Transaction: Decodable {
    struct Amount: Decodable {
      let total: Int64
      let currency: String?
    }

    let appid: String
    let mchid: String
    let outTradeNo: String
    let transactionId: String?
    let tradeState: String
    let successTime: String?
    /// Left out of what was never paid, in some answers.
    let amount: Amount?
  }

  struct RefundWish: Encodable {
    struct Amount: Encodable {
      let refund: Int64
      let total: Int64
      let currency: String
    }

    let outTradeNo: String
    let outRefundNo: String
    /// Left out where there is none: it has a character at least.
    let reason: String?
    let notifyUrl: String
    let amount: Amount
  }

  struct Refund: Decodable {
    struct Amount: Decodable {
      let refund: Int64
    }

    let outRefundNo: String
    let outTradeNo: String?
    let status: String
    let amount: Amount
  }

  struct Notice: Decodable {
    let eventType: String
    let resource: WeChatSeal
  }

  struct RefundNotice: Decodable {
    struct Amount: Decodable {
      let total: Int64
      let refund: Int64
    }

    let mchid: String
    let outTradeNo: String
    let transactionId: String
    let outRefundNo: String
    let refundStatus: String
    let successTime: String?
    let amount: Amount
  }

  struct Certificates: Decodable {
    struct Entry: Decodable {
      let encryptCertificate: WeChatSeal
    }

    let data: [Entry]
  }

  /// Of the log-in of mini-programs. `session_key`, which comes with it, is left where it is.
  struct LogIn: Decodable {
    let openid: String?
    let errcode: Int?
  }

  struct Bill: Decodable {
    let hashType: String
    let hashValue: String
    let downloadUrl: String
  }

  static func state(_ tradeState: String) -> ProviderReport.State? {
    switch tradeState {
    // Money that went back was there before.
    case "SUCCESS", "REFUND": .captured
    // One that failed may be tried again.
    case "NOTPAY", "USERPAYING", "PAYERROR": .pending
    case "CLOSED", "REVOKED": .closed
    default: nil
    }
  }

  static func refundState(_ status: String) -> ProviderRefundReport.State {
    switch status {
    case "SUCCESS": .settled
    case "PROCESSING": .pending
    case "CLOSED": .failed
    case "ABNORMAL": .stuck
    default: .unknown
    }
  }
}
