import Accounts
import Crypto
import Flows
import Foundation
import Mail
import Merchants
import Orders
import Values

/// Letters in the words of the theme, as HTML and as plain text.
public struct ThemeLetters: LetterWriter {
  private let theme: Theme
  private let publicURL: String

  public init(theme: Theme, publicURL: String) {
    self.theme = theme
    self.publicURL = publicURL
  }

  public func letter(_ occasion: Occasion, to account: Account) throws -> Letter? {
    try letter(
      occasion, to: account.email, name: account.profile.name, language: account.profile.language, keySuffix: "")
  }

  public func letter(_ occasion: Occasion, to merchant: Merchant) throws -> Letter? {
    try letter(
      occasion, to: merchant.email, name: merchant.name[.zhHans], language: .zhHans, keySuffix: ".merchant",
      isMerchant: true)
  }

  private func letter(
    _ occasion: Occasion, to address: String, name: String, language: Language, keySuffix: String,
    isMerchant: Bool = false
  ) throws -> Letter? {
    guard let template = template(of: occasion) else { return nil }
    let words = theme.words(language)
    let number = order(of: occasion)?.number.rawValue ?? ""
    let subject = words.phrase("mail.\(template.phrase)", ["number": number])
    var mail: Model = [
      "language": language.rawValue, "subject": subject, "greeting": words.phrase("mail.greeting", ["name": name]),
      "address": link(of: occasion, isMerchant: isMerchant),
    ]
    var model: Model = ["mail": mail]
    if let order = order(of: occasion) {
      if let shipment = order.shipment {
        mail["carrier"] = shipment.carrier
        mail["trackingNumber"] = shipment.trackingNumber
        model["mail"] = mail
      }
      model["orders"] = [self.model(order, words)]
    }
    return Letter(
      key: key(of: occasion, to: address) + keySuffix, to: address, subject: subject,
      text: try theme.render(template.name + ".text", model, face: .mail, language),
      html: try theme.render(template.name, model, face: .mail, language))
  }

  /// The template and the phrase of the subject; nil for what is told on the order's page alone.
  private func template(of occasion: Occasion) -> (name: String, phrase: String)? {
    switch occasion {
    case .welcome: ("welcome", "welcome")
    case .passwordReset: ("password-reset", "reset")
    case .orderPlaced: ("order-placed", "placed")
    case .orderPaid: ("order-paid", "paid")
    case .orderShipped: ("order-shipped", "shipped")
    case .orderCancelled, .orderCompleted: nil
    }
  }

  private func order(of occasion: Occasion) -> Order? {
    switch occasion {
    case .orderPlaced(let order), .orderPaid(let order), .orderShipped(let order), .orderCancelled(let order),
      .orderCompleted(let order):
      order
    case .welcome, .passwordReset: nil
    }
  }

  private func link(of occasion: Occasion, isMerchant: Bool) -> String {
    if case .passwordReset(let link) = occasion { return link }
    guard let order = order(of: occasion) else { return publicURL + "/" }
    return publicURL + (isMerchant ? "/admin/orders/\(order.number)" : Addresses.order(order.number))
  }

  private func key(of occasion: Occasion, to address: String) -> String {
    func hashed(_ text: String) -> String {
      SHA256.hash(data: Data(text.utf8)).prefix(12).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
    return switch occasion {
    case .welcome: "welcome.\(hashed(address))"
    case .passwordReset(let link): "reset.\(hashed(link))"
    case .orderPlaced(let order): "placed.\(order.id)"
    case .orderPaid(let order): "paid.\(order.id)"
    case .orderShipped(let order): "shipped.\(order.id)"
    case .orderCancelled(let order): "cancelled.\(order.id)"
    case .orderCompleted(let order): "completed.\(order.id)"
    }
  }

  private func model(_ order: Order, _ words: Words) -> Model {
    let format = Format(words.language)
    return [
      "number": order.number.rawValue, "merchantName": "", "due": format.money(order.amounts.due),
      "lines": order.lines.map { line -> Model in
        var row: Model = [
          "title": line.title[words.language], "quantity": line.quantity.description, "due": format.money(line.due),
        ]
        let choice = line.choice[words.language]
        if !choice.isEmpty { row["choice"] = choice }
        return row
      },
      "rows": [
        ["name": words.phrase("cart.goods"), "amount": format.money(order.amounts.goods)] as Model,
        ["name": words.phrase("cart.freight"), "amount": format.money(order.amounts.freight)] as Model,
      ],
    ]
  }
}
