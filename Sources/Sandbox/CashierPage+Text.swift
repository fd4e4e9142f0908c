import Values

extension CashierPage {
  /// Fit for content and for attribute values in quotes. Control characters, which HTML has no place for, are left out.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default:
        if scalar.properties.generalCategory != .control { result.unicodeScalars.append(scalar) }
      }
    }
    return result
  }

  /// Numbers such as `20261124-8539945407` stay on one line.
  static func unbroken(_ text: String) -> String {
    text.split(separator: " ", omittingEmptySubsequences: false).map { word in
      let isNumber = word.count <= 24 && word.contains("-") && word.allSatisfy { $0 == "-" || $0.isWholeNumber }
      return isNumber ? "<span class=\"whole\">\(word)</span>" : String(word)
    }
    .joined(separator: " ")
  }

  /// A subject that is longer than a glance takes.
  static func shortened(_ text: String) -> String {
    text.count > 120 ? text.prefix(119) + "…" : text
  }

  /// `¥12,345.00`; currencies without a sign of their own are named: `CAD 5.00`.
  static func text(_ money: Money) -> String {
    let signs = ["CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "JP¥"]
    let parts = money.decimalText.split(separator: ".", maxSplits: 1)
    let whole = Array(parts.first ?? "0")
    var grouped = ""
    for (index, digit) in whole.enumerated() {
      if index > 0, (whole.count - index).isMultiple(of: 3) { grouped.append(",") }
      grouped.append(digit)
    }
    let fraction = parts.count == 2 ? ".\(parts[1])" : ""
    return (signs[money.currency.code] ?? "\(money.currency.code) ") + grouped + fraction
  }
}
