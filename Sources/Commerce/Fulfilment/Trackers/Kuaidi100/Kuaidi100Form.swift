import Crypto
import Foundation
import Values

/// What is sent to Kuaidi100, byte for byte: signatures are over the text.
enum Kuaidi100Form {
  /// `resultv2=4` asks for places and detailed states.
  private static let detail = "4"

  static func question(_ wish: TrackingWish, customer: String, key: String) -> String {
    let param = object([
      ("com", text(wish.label.carrier)), ("num", text(wish.label.trackingNumber)), ("phone", text(wish.phoneEnd)),
      ("from", text("")), ("to", text("")), ("resultv2", text(detail)), ("show", text("0")), ("order", text("desc")),
    ])
    return FormText.joined([
      ("customer", customer), ("sign", Kuaidi100Sign.question(param, key: key, customer: customer)), ("param", param),
    ])
  }

  static func subscription(_ wish: TrackingWish, key: String) -> String {
    let parameters = object([
      ("callbackurl", text(wish.callback)), ("salt", text(wish.salt)), ("resultv2", text(detail)),
      ("phone", text(wish.phoneEnd)),
    ])
    let param = object([
      ("company", text(wish.label.carrier)), ("number", text(wish.label.trackingNumber)), ("from", text("")),
      ("to", text("")), ("key", text(key)), ("parameters", parameters),
    ])
    return FormText.joined([("schema", "json"), ("param", param)])
  }

  /// Members in this order.
  private static func object(_ members: [(name: String, json: String)]) -> String {
    "{" + members.map { "\(text($0.name)):\($0.json)" }.joined(separator: ",") + "}"
  }

  private static func text(_ value: String) -> String {
    var json = "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": json += "\\\""
      case "\\": json += "\\\\"
      case _ where scalar.value < 0x20: json += "\\u00" + Hex.text([UInt8(scalar.value)])
      default: json.unicodeScalars.append(scalar)
      }
    }
    return json + "\""
  }
}

enum Kuaidi100Sign {
  /// Of a question: MD5 in capital letters over the parameters, the key and the customer.
  static func question(_ param: String, key: String, customer: String) -> String {
    digest(param + key + customer).uppercased()
  }

  /// Of a push: MD5 over the parameters and the salt, in small or capital letters.
  static func isOf(_ param: String, salt: String, _ sign: String) -> Bool {
    guard !salt.isEmpty else { return false }
    let (right, given) = (Array(digest(param + salt).utf8), Array(sign.lowercased().utf8))
    guard right.count == given.count else { return false }
    // In the same time wherever they differ.
    return zip(right, given).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) } == 0
  }

  private static func digest(_ text: String) -> String { Hex.text(Insecure.MD5.hash(data: Data(text.utf8))) }
}
