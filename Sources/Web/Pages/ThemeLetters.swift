import Accounts
import Crypto
import Flows
import Foundation
import Mail
import Merchants
import Orders
import Values

/// Letters made of the theme's `mail/` templates: `NAME` as HTML and `NAME.text` as plain text, in the reader's language.
public struct ThemeLetters: LetterWriter {
  /// Merchants state no language of their own.
  private static let merchantLanguage = Language.en

  private let theme: Theme
  private let publicURL: String

  /// - Parameter publicURL: where the shop is reached, without a slash at the end; links in letters begin with it.
  public init(theme: Theme, publicURL: String) {
    self.theme = theme
    self.publicURL = publicURL
  }

  /// Nil also for an occasion that the theme has no letter for.
  public func letter(_ occasion: Occasion, to account: Account) throws -> Letter? {
    let words = theme.words(account.profile.language)
    let content: Content? =
      switch occasion {
      case .welcome:
        Content("welcome", "welcome", key: "welcome-\(account.id)", address: publicURL + Addresses.home)
      case .passwordReset(let link):
        Content("password-reset", "reset", key: "password-reset-\(account.id)-\(Self.digest(link))", address: link)
      case .orderPlaced(let order): about(order, "order-placed", "placed")
      case .orderPaid(let order): about(order, "order-paid", "paid")
      case .orderShipped(let order): about(order, "order-shipped", "shipped")
      case .orderCancelled, .orderCompleted: nil
      }
    return try content.flatMap { try letter($0, to: account.email, name: account.profile.name, words) }
  }

  /// Merchants hear of paid orders, with the way to their desk.
  public func letter(_ occasion: Occasion, to merchant: Merchant) throws -> Letter? {
    guard case .orderPaid(let order) = occasion, !merchant.email.isEmpty else { return nil }
    let words = theme.words(Self.merchantLanguage)
    let name = merchant.name[words.language]
    // A theme may have a letter of its own for merchants; else they read what the buyer reads.
    let hasOwn = words["phrases.mail.merchantPaid"] != nil
    var content = Content(
      hasOwn ? "merchant-order-paid" : "order-paid", hasOwn ? "merchantPaid" : "paid",
      key: "merchant-order-paid-\(order.id)", address: publicURL + Addresses.desk(order.number))
    content.order = order
    content.merchantName = name
    return try letter(content, to: merchant.email, name: name, words)
  }

  private func about(_ order: Order, _ template: String, _ subject: String) -> Content {
    var content = Content(
      template, subject, key: "\(template)-\(order.id)", address: publicURL + Addresses.order(order.number))
    content.order = order
    return content
  }

  private func letter(_ content: Content, to address: String, name: String, _ words: Words) throws -> Letter? {
    let subject = words.phrase("mail.\(content.subject)", ["number": content.order?.number.rawValue ?? ""])
    var mail: Model = [
      "language": words.language.rawValue, "subject": subject, "address": content.address,
      "greeting": words.phrase("mail.greeting", ["name": name]),
    ]
    if let shipment = content.order?.shipment {
      mail["carrier"] = shipment.carrier
      mail["trackingNumber"] = shipment.trackingNumber
    }
    let shopName = words["shop.name"] ?? ""
    let orders = [content.order].compactMap(\.self).map { table($0, of: content.merchantName ?? shopName, words) }
    let model: Model = ["mail": mail, "orders": orders]
    return Letter(
      key: content.key, to: address, subject: subject,
      text: try theme.render(content.template + ".text", model, face: .mail, words.language),
      html: try theme.render(content.template, model, face: .mail, words.language))
  }

  private func table(_ order: Order, of merchantName: String, _ words: Words) -> Model {
    let format = Format(words.language)
    let amounts = order.amounts
    var rows: [Model] = [["name": words.phrase("cart.goods"), "amount": format.money(amounts.goods)]]
    if !amounts.discount.isZero {
      rows.append(["name": words.phrase("cart.discount"), "amount": "−" + format.money(amounts.discount)])
    }
    rows.append(["name": words.phrase("cart.freight"), "amount": format.money(amounts.freight)])
    let lines = order.lines.map { line -> Model in
      var model: Model = [
        "title": line.title[words.language], "quantity": line.quantity.description, "due": format.money(line.due),
      ]
      let choice = line.choice[words.language]
      if !choice.isEmpty { model["choice"] = choice }
      return model
    }
    return [
      "number": order.number.rawValue, "merchantName": merchantName, "lines": lines, "rows": rows,
      "due": format.money(amounts.due),
    ]
  }

  /// Tells two links apart in a key without giving either away.
  private static func digest(_ link: String) -> String {
    SHA256.hash(data: Data(link.utf8)).prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private struct Content {
    let template: String
    /// A key of `phrases.mail.`.
    let subject: String
    let key: String
    let address: String
    var order: Order?
    var merchantName: String?

    init(_ template: String, _ subject: String, key: String, address: String) {
      self.template = template
      self.subject = subject
      self.key = key
      self.address = address
    }
  }
}
