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

  public func letter(_ occasion: Occasion, to account: Account) throws -> Letter? {
    let words = theme.words(account.profile.language)
    let content =
      switch occasion {
      case .welcome:
        Content("welcome", "welcome", key: "welcome-\(account.id)", address: publicURL + Addresses.home)
      case .passwordReset(let token):
        Content(
          "password-reset", "reset", key: "password-reset-\(account.id)-\(Self.digest(token))",
          address: publicURL + Addresses.with([("token", token)], Addresses.reset))
      case .orderPlaced(let order, let merchant): about(order, of: merchant, "order-placed", "placed")
      case .orderPaid(let order, let merchant): about(order, of: merchant, "order-paid", "paid")
      case .orderShipped(let order, let merchant): about(order, of: merchant, "order-shipped", "shipped")
      case .orderCancelled(let order, let merchant, let reason):
        about(order, of: merchant, "order-cancelled", "cancelled", reason: reason)
      case .orderCompleted(let order, let merchant): about(order, of: merchant, "order-completed", "completed")
      }
    return try letter(content, to: account.email, name: account.profile.name, words)
  }

  /// Merchants hear of paid orders: what to send and where, with the way to their desk.
  public func letter(_ occasion: Occasion, to merchant: Merchant) throws -> Letter? {
    guard case .orderPaid(let order, _) = occasion, !merchant.email.isEmpty else { return nil }
    let words = theme.words(Self.merchantLanguage)
    var content = Content(
      "merchant-order-paid", "merchantPaid", key: "merchant-order-paid-\(order.id)",
      address: publicURL + Addresses.desk(order.number))
    content.trade = (order, merchant)
    content.isForPacking = true
    return try letter(content, to: merchant.email, name: merchant.name[words.language], words)
  }

  private func about(
    _ order: Order, of merchant: Merchant, _ template: String, _ subject: String, reason: CancelReason? = nil
  ) -> Content {
    var content = Content(
      template, subject, key: "\(template)-\(order.id)", address: publicURL + Addresses.order(order.number))
    content.trade = (order, merchant)
    content.reason = reason
    return content
  }

  private func letter(_ content: Content, to address: String, name: String, _ words: Words) throws -> Letter? {
    let order = content.trade?.order
    let subject = words.phrase("mail.\(content.subject)", ["number": order?.number.rawValue ?? ""])
    var mail: Model = [
      "language": words.language.rawValue, "subject": subject, "address": content.address,
      "greeting": words.phrase("mail.greeting", ["name": name]),
    ]
    if let shipment = order?.shipment {
      mail["carrier"] = words.carrier(shipment.carrier)
      mail["trackingNumber"] = shipment.trackingNumber
    }
    if let order, let reason = content.reason {
      mail["reason"] = words["mail.cancelled.\(reason.rawValue)"]
      mail["money"] = money(of: order, cancelled: reason, words)
    }
    var model: Model = ["mail": mail]
    if let (order, merchant) = content.trade {
      let table = OrderTable(order, of: merchant, words)
      model["orders"] = [table.model(withSKU: content.isForPacking)]
      if content.isForPacking {
        model["destination"] = table.destination
        if !order.note.isEmpty { model["note"] = order.note }
      }
    }
    return Letter(
      key: content.key, to: address, subject: subject,
      text: try theme.render(content.template + ".text", model, face: .mail, words.language),
      html: try theme.render(content.template, model, face: .mail, words.language))
  }

  /// Whether money comes back. Goods that sold out were paid for, though the order never took the money.
  private func money(of order: Order, cancelled reason: CancelReason, _ words: Words) -> String? {
    let amount = reason == .soldOut ? order.amounts.due : order.amounts.paid
    guard !amount.isZero else { return words["mail.cancelled.noMoney"] }
    return words.phrase("mail.moneyBack", ["amount": Format(words.language).money(amount)])
  }

  /// Tells two tokens apart in a key without giving either away.
  private static func digest(_ token: String) -> String {
    Hex.text(SHA256.hash(data: Data(token.utf8)).prefix(8))
  }

  private struct Content {
    let template: String
    /// A key of `phrases.mail.`.
    let subject: String
    let key: String
    let address: String
    var trade: (order: Order, merchant: Merchant)?
    /// Of an order that was cancelled.
    var reason: CancelReason?
    /// Whether the reader packs the goods: article numbers and the destination are told then.
    var isForPacking = false

    init(_ template: String, _ subject: String, key: String, address: String) {
      self.template = template
      self.subject = subject
      self.key = key
      self.address = address
    }
  }
}
