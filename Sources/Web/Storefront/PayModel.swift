import Flows
import Orders
import Pages
import Payments
import Values

/// The values of the page on which a buyer chooses how to pay.
struct PayModel {
  /// Drawn for the shop: plain pictures, no company's mark.
  static let icons: [PaymentMethod: String] = [.transfer: "bank", .cash: "cash", .balance: "wallet", .free: "check"]
  private static let otherIcons = ["alipay": "phone", "wechat": "code", "stripe": "card"]

  let words: Words
  let sum: Money
  let methods: [OfferedMethod]
  /// What the buyer can spend of the balance.
  let balance: Money
  /// What stands in the form.
  let chosen: String?
  let usesBalance: Bool

  private var format: Format { Format(words.language) }

  static func icon(_ method: PaymentMethod) -> String { icons[method] ?? otherIcons[method.rawValue] ?? "card" }

  /// The first that takes what it would be asked for.
  private var preferred: PaymentMethod? {
    (methods.first { usesBalance ? $0.takesRest : $0.takesWhole } ?? methods.first)?.method
  }

  private func row(_ offered: OfferedMethod) -> Model {
    let method = offered.method
    var row: Model = [
      "code": method.rawValue, "name": words.phrase("pay.methods.\(method)"),
      "hint": words.phrase("pay.hints.\(method)"), "icon": Self.icon(method),
      "isChosen": chosen.map { $0 == method.rawValue } ?? (method == preferred),
    ]
    if !offered.takesWhole { row["bound"] = words.phrase("pay.onlyWithBalance") }
    if !offered.takesRest { row["bound"] = words.phrase("pay.notWithBalance") }
    return row
  }

  var model: Model {
    let covers = balance >= sum && sum.isPositive
    var model: Model = [
      "due": format.money(sum), "payText": words.payText(sum),
      // Where the balance is enough, nothing else needs to be chosen.
      "needsMethod": !covers,
      "hasMethods": !methods.isEmpty,
      "methods": methods.map(row),
    ]
    if balance.isPositive, sum.isPositive {
      let part = min(balance, sum)
      let rest = Money(minor: sum.minor - part.minor, currency: sum.currency)
      model["balance"] =
        [
          "name": words.phrase("pay.useBalance", ["amount": format.money(part)]),
          "hint": rest.isZero
            ? words.phrase("pay.balanceCovers") : words.phrase("pay.balanceRest", ["amount": format.money(rest)]),
          "isChosen": usesBalance,
        ] as Model
    }
    return model
  }
}
