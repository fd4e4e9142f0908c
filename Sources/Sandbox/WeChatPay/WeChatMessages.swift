import Foundation

/// The messages of WeChat Pay as JSON; amounts are in fen, times are of China's clocks. What merchants send has nothing that
/// must be there, so that what is missing can be named.
enum WeChatMessages {
  struct Problem: Encodable {
    struct Detail: Encodable {
      let field: String
      let issue: String
      let location: String
    }
    let code: String
    let message: String
    let detail: Detail?
  }

  struct Wish: Decodable {
    struct Amount: Decodable {
      let total: Int64?
      let currency: String?
    }
    struct Payer: Decodable {
      let openid: String?
    }
    struct Scene: Decodable {
      struct H5: Decodable {
        let type: String?
      }
      let payer_client_ip: String?
      let h5_info: H5?
    }
    let appid: String?
    let mchid: String?
    let description: String?
    let out_trade_no: String?
    let time_expire: String?
    let attach: String?
    let notify_url: String?
    let amount: Amount?
    let payer: Payer?
    let scene_info: Scene?
  }

  struct Merchant: Decodable {
    let mchid: String?
  }

  struct RefundWish: Decodable {
    struct Amount: Decodable {
      let refund: Int64?
      let total: Int64?
      let currency: String?
    }
    let transaction_id: String?
    let out_trade_no: String?
    let out_refund_no: String?
    let reason: String?
    let notify_url: String?
    let amount: Amount?
  }

  struct Opened: Encodable {
    var code_url: String?
    var prepay_id: String?
    var h5_url: String?
  }

  struct Transaction: Codable {
    struct Amount: Codable {
      var total: Int64
      var payer_total: Int64?
      var currency: String
      var payer_currency: String?
    }
    struct Payer: Codable {
      let openid: String
    }
    var appid: String
    var mchid: String
    var out_trade_no: String
    var transaction_id: String?
    var trade_type: String?
    let trade_state: String
    let trade_state_desc: String
    var bank_type: String?
    let attach: String
    var success_time: String?
    var payer: Payer?
    var amount: Amount
    var promotion_detail: [String] = []
  }

  struct Refund: Encodable {
    struct Amount: Encodable {
      let total: Int64
      let refund: Int64
      let payer_total: Int64
      let payer_refund: Int64
      let settlement_total: Int64
      let settlement_refund: Int64
      let discount_refund: Int64 = 0
      let currency: String
    }
    let refund_id: String
    let out_refund_no: String
    let transaction_id: String
    let out_trade_no: String
    let channel = "ORIGINAL"
    let user_received_account: String
    let success_time: String?
    let create_time: String
    let status: String
    let funds_account = "AVAILABLE"
    let amount: Amount
    let promotion_detail: [String] = []
  }

  /// What a notice tells of a refund: less than a query does, and under another name for the state.
  struct RefundNotice: Codable {
    struct Amount: Codable {
      var total: Int64
      var refund: Int64
      var payer_total: Int64
      var payer_refund: Int64
    }
    var mchid: String
    var out_trade_no: String
    let transaction_id: String
    let out_refund_no: String
    let refund_id: String
    let refund_status: String
    let success_time: String?
    let user_received_account: String
    var amount: Amount
  }

  struct Notice: Encodable {
    let id: String
    let create_time: String
    let event_type: String
    let resource_type = "encrypt-resource"
    let summary: String
    let resource: WeChatSealedText
  }

  struct Certificates: Encodable {
    struct Entry: Encodable {
      let serial_no: String
      let effective_time: String
      let expire_time: String
      let encrypt_certificate: WeChatSealedText
    }
    let data: [Entry]
  }

  struct Bill: Encodable {
    let hash_type = "SHA1"
    let hash_value: String
    let download_url: String
  }

  struct Session: Encodable {
    var openid: String?
    var session_key: String?
    var errcode: Int?
    var errmsg: String?
  }

  static func decode<Value: Decodable>(_ type: Value.Type, from body: [UInt8]) throws(WeChatProblem) -> Value {
    do {
      return try JSONDecoder().decode(type, from: Data(body))
    } catch DecodingError.typeMismatch(_, let context) {
      throw .badParameter("/" + context.codingPath.map(\.stringValue).joined(separator: "/"), "输入源的数据类型有误")
    } catch {
      throw .badParameter("", "请求体不是合法的JSON")
    }
  }

  /// The same for requests that ask for the same, however their parameters are ordered.
  static func fingerprint(_ body: [UInt8]) -> String? {
    guard let object = try? JSONSerialization.jsonObject(with: Data(body)),
      let sorted = try? JSONSerialization.data(withJSONObject: object, options: [.sortedKeys])
    else { return nil }
    return String(decoding: sorted, as: UTF8.self)
  }
}
