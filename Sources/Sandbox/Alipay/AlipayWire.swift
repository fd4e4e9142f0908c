import Foundation
import Signatures

/// How Alipay's gateway signs, and writes JSON.
enum AlipayWire {
  /// What a request is signed over: all but the signature and what is empty.
  static func canonical(request parameters: [String: String]) -> String {
    joined(parameters.filter { $0.key != "sign" && !$0.value.isEmpty })
  }

  /// What a notice or a signed return is signed over: without the signature's type too, and with what is empty.
  static func canonical(notice fields: [String: String]) -> String {
    joined(fields.filter { $0.key != "sign" && $0.key != "sign_type" })
  }

  private static func joined(_ fields: [String: String]) -> String {
    fields.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { "\($0.key)=\($0.value)" }
      .joined(separator: "&")
  }

  /// A value of an answer.
  enum Value {
    case text(String)
    /// Written as it is.
    case json(String)
  }

  static func object(_ members: [(String, Value)]) -> String {
    let written = members.map { name, value in
      switch value {
      case .text(let text): "\(quoted(name)):\(quoted(text))"
      case .json(let json): "\(quoted(name)):\(json)"
      }
    }
    return "{\(written.joined(separator: ","))}"
  }

  /// With slashes escaped, as Alipay writes them, and everything beyond ASCII as it is.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "/": result += "\\/"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default:
        if scalar.value < 32 {
          result += String(format: "\\u%04x", Int(scalar.value))
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }
}

/// `biz_content`: the members that are text or numbers, as text; lists of those, joined by commas.
struct AlipayContent: Decodable, Sendable {
  private struct Member: Decodable {
    let text: String?

    init(from decoder: any Decoder) throws {
      if let list = try? [Member](from: decoder) {
        text = list.compactMap(\.text).joined(separator: ",")
        return
      }
      let container = try decoder.singleValueContainer()
      if let text = try? container.decode(String.self) {
        self.text = text
      } else if let number = try? container.decode(Decimal.self) {
        text = "\(number)"
      } else {
        text = nil
      }
    }
  }

  private let members: [String: String]

  init(from decoder: any Decoder) throws {
    members = try [String: Member](from: decoder).compactMapValues(\.text)
  }

  /// Nil where it is missing or empty.
  subscript(_ name: String) -> String? { members[name].flatMap { $0.isEmpty ? nil : $0 } }
}

/// What the gateway says no with.
struct AlipayRefusal: Error, Sendable {
  let code: String
  let message: String
  let subCode: String
  let subMessage: String

  /// Of the gateway itself, before a method is reached.
  static func gateway(_ code: String, _ subCode: String, _ subMessage: String) -> AlipayRefusal {
    let messages = [
      "40001": "Missing Required Arguments", "40002": "Invalid Arguments", "40006": "Insufficient Permissions",
    ]
    return AlipayRefusal(
      code: code, message: messages[code] ?? "Service Currently Unavailable", subCode: subCode, subMessage: subMessage)
  }

  static func business(_ subCode: String, _ subMessage: String) -> AlipayRefusal {
    AlipayRefusal(code: "40004", message: "Business Failed", subCode: subCode, subMessage: subMessage)
  }

  static let noTrade = business("ACQ.TRADE_NOT_EXIST", "交易不存在")
  static let wrongState = business("ACQ.TRADE_STATUS_ERROR", "交易状态不合法")
  static func invalid(_ name: String) -> AlipayRefusal { business("ACQ.INVALID_PARAMETER", "参数无效：\(name)") }

  var members: [(String, AlipayWire.Value)] {
    [
      ("code", .text(code)), ("msg", .text(message)), ("sub_code", .text(subCode)), ("sub_msg", .text(subMessage)),
    ]
  }
}
