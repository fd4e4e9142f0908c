import Flows
import Foundation
import Orders
import Pages
import Payments
import Values

/// The values of a notice's page.
struct NoticeModel {
  private let seen: SeenNotice
  private let opensOrders: Bool
  private let words: Words

  /// - Parameter opensOrders: whether the reader may see the orders that it is about.
  init(_ seen: SeenNotice, opensOrders: Bool, _ words: Words) {
    self.seen = seen
    self.opensOrders = opensOrders
    self.words = words
  }

  var model: Model {
    let heard = seen.heard
    let headers = (heard.headers ?? "").split(separator: "\n").map(Self.header)
    var model: Model = [
      "backURL": Addresses.noticesDesk, "id": heard.id.description,
      "methodName": MoneyWords.method(heard.method, words),
      "at": Format(words.language).dateTime(heard.notice.receivedAt), "exactly": heard.notice.receivedAt.description,
      "state": NoticeColumns.state(heard, words), "verification": heard.notice.verification,
      "effectText": NoticeColumns.effect(heard, words), "headers": headers, "hasHeaders": !headers.isEmpty,
      "isBeforeHeaders": heard.headers == nil, "body": heard.notice.body, "hasBody": !heard.notice.body.isEmpty,
      "readable": NoticeText.readable(heard.notice.body), "hasOrders": !seen.orders.isEmpty,
      "orders": seen.orders.map(order),
    ]
    if let payment = heard.payment {
      model["about"] = ["paymentID": payment.description, "paymentURL": Addresses.transaction(payment)] as Model
    }
    return model
  }

  private func order(_ order: Order) -> Model {
    var model: Model = ["orderNumber": order.number.rawValue]
    if opensOrders { model["orderURL"] = Addresses.desk(order.number) }
    return model
  }

  private static func header(_ line: Substring) -> Model {
    let parts = line.split(separator: ":", maxSplits: 1)
    return [
      "headerName": String(parts.first ?? ""),
      "headerValue": parts.count == 2 ? parts[1].trimmingCharacters(in: .whitespaces) : "",
    ]
  }
}

/// What a provider sent, set out so that people can read it.
enum NoticeText {
  /// JSON with a line for each value, a form with a line for each field, all else as it is. What was cut off in its midst is
  /// set out as far as it goes, and nothing is left out or put in another order.
  static func readable(_ body: String) -> String {
    if NoticeMask.isJSON(body) { return indented(body) }
    guard body.contains("=") else { return body }
    return body.split(separator: "&", omittingEmptySubsequences: false).map(field).joined(separator: "\n")
  }

  private static func field(_ pair: Substring) -> String {
    let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { part in
      let text = part.replacingOccurrences(of: "+", with: " ")
      return text.removingPercentEncoding ?? text
    }
    return parts.joined(separator: " = ")
  }

  private static let deepest = 16

  private static func indented(_ body: String) -> String {
    var (text, depth, isQuoted, isEscaped) = ("", 0, false, false)
    func line() -> String { "\n" + String(repeating: "  ", count: min(depth, deepest)) }
    for character in body {
      if isQuoted {
        text.append(character)
        if !isEscaped, character == "\"" { isQuoted = false }
        isEscaped = !isEscaped && character == "\\"
        continue
      }
      switch character {
      case "\"":
        isQuoted = true
        text.append(character)
      case "{", "[":
        depth += 1
        text.append("\(character)\(line())")
      case "}", "]":
        depth = max(0, depth - 1)
        text.append("\(line())\(character)")
      case ",": text.append(",\(line())")
      case ":": text.append(": ")
      case _ where character.isWhitespace: break
      default: text.append(character)
      }
    }
    return text
  }
}
