import Accounts
import Catalog
import Crypto
import Flows
import Foundation
import Mail
import Merchants
import Orders
import Refunds
import Values

/// Letters made of the theme's `mail/` templates: `NAME` as HTML and `NAME.text` as plain text, in the reader's language.
public struct ThemeLetters: LetterWriter {
  private let theme: Theme
  private let publicURL: String

  /// - Parameter publicURL: where the shop is reached, without a slash at the end; links in letters begin with it.
  public init(theme: Theme, publicURL: String) {
    self.theme = theme
    self.publicURL = publicURL
  }

  public func letter(_ occasion: Occasion, to account: Account) throws -> Letter? {
    if case .refundMoved(let news) = occasion {
      return try RefundLetter(news, theme: theme, publicURL: publicURL).letter(to: account)
    }
    if case .reviewAnswered(let news) = occasion {
      return try ReviewLetter(news, theme: theme, publicURL: publicURL).letter(to: account)
    }
    if case .parcelDelivered(let news) = occasion {
      return try DeliveryLetter(news, theme: theme, publicURL: publicURL).letter(to: account)
    }
    guard let content = content(of: occasion, for: account) else { return nil }
    return try letter(
      content, to: account.email, name: account.profile.name, theme.words(account.profile.language))
  }

  private func content(of occasion: Occasion, for account: Account) -> Content? {
    switch occasion {
    case .welcome:
      Content("welcome", "welcome", key: "welcome-\(account.id)", address: publicURL + Addresses.home)
    case .passwordReset(let token):
      Content(
        "password-reset", "reset", key: "password-reset-\(account.id)-\(Self.digest(token))",
        address: publicURL + Addresses.with([("token", token)], Addresses.reset))
    case .orderPlaced(let order, let merchant): about(order, of: merchant, "order-placed", "placed")
    case .orderPaid(let order, let merchant): about(order, of: merchant, "order-paid", "paid")
    case .orderShipped(let order, let merchant, let parcels):
      about(order, of: merchant, "order-shipped", "shipped", parcels: parcels)
    case .orderCancelled(let order, let merchant, let reason):
      about(order, of: merchant, "order-cancelled", "cancelled", reason: reason)
    case .orderEdited(let order, let merchant, let revision, let refund, let difference):
      edited(
        order, of: merchant, revision: revision, refund: refund, difference: difference,
        theme.words(account.profile.language))
    case .orderCompleted(let order, let merchant): about(order, of: merchant, "order-completed", "completed")
    // These have letters of another form; goods, stock and what was asked to be changed are the merchant's.
    case .refundMoved, .parcelDelivered, .productJudged, .stockLow, .reviewAnswered, .orderEditDismissed: nil
    }
  }

  /// Merchants hear of paid orders, what to send and where, of each step of a refund, and of what others did to their
  /// orders, with the way to their desk.
  public func letter(_ occasion: Occasion, to merchant: Merchant) throws -> Letter? {
    guard !merchant.email.isEmpty else { return nil }
    if case .refundMoved(let news) = occasion {
      return try RefundLetter(news, theme: theme, publicURL: publicURL).letter(to: merchant, merchant.language)
    }
    if case .productJudged(let judged, let product) = occasion { return try letter(judged, product, to: merchant) }
    if case .stockLow(let news) = occasion {
      return try StockLetter(news, theme: theme, publicURL: publicURL).letter(to: merchant, merchant.language)
    }
    let words = theme.words(merchant.language)
    guard let content = content(of: occasion, for: merchant, words) else { return nil }
    return try letter(content, to: merchant.email, name: merchant.name[words.language], words)
  }

  private func content(of occasion: Occasion, for merchant: Merchant, _ words: Words) -> Content? {
    switch occasion {
    case .orderPaid(let order, _):
      var content = Content(
        "merchant-order-paid", "merchantPaid", key: "merchant-order-paid-\(order.id)",
        address: publicURL + Addresses.desk(order.number))
      content.trade = (order, merchant)
      content.isForPacking = true
      return content
    case .orderEdited(let order, _, let revision, _, _):
      return told("edited", of: order, merchant, key: "\(order.id)-\(revision)", words)
    case .orderEditDismissed(let order, _, let number):
      return told("dismissed", of: order, merchant, key: "\(order.id)-\(number)", words)
    case .orderCancelled(let order, _, reason: .rejected):
      return told("rejected", of: order, merchant, key: "\(order.id)", words)
    case .orderCompleted(let order, _): return told("completed", of: order, merchant, key: "\(order.id)", words)
    default: return nil
    }
  }

  /// What somebody else did to the merchant's order.
  private func told(_ news: String, of order: Order, _ merchant: Merchant, key: String, _ words: Words) -> Content {
    var content = Content(
      "merchant-order", "merchantOrder.\(news)", key: "merchant-order-\(news)-\(key)",
      address: publicURL + Addresses.desk(order.number))
    content.trade = (order, merchant)
    content.what = words["mail.merchantOrder.\(news)"]
    return content
  }

  public func letter(_ news: MerchantNews) throws -> Letter? {
    try MerchantLetter(news, theme: theme, publicURL: publicURL).letter()
  }

  /// Whether a product was let in, and why not.
  private func letter(_ judged: ProductJudged, _ product: Product, to merchant: Merchant) throws -> Letter? {
    let words = theme.words(merchant.language)
    let (title, verdict) = (product.content.title[words.language], judged.isLetIn ? "letIn" : "refused")
    let subject = words.phrase("mail.product.\(verdict)", ["title": title])
    var mail: Model = [
      "language": words.language.rawValue, "subject": subject, "address": publicURL + Addresses.desk(product.id),
      "greeting": words.phrase("mail.greeting", ["name": merchant.name[words.language]]),
      "what": words["mail.product.\(verdict)"] ?? "",
    ]
    if !judged.reason.isEmpty { mail["reason"] = judged.reason }
    let model: Model = ["mail": mail]
    return Letter(
      key: "merchant-product-\(product.id)-\(judged.version)", to: merchant.email, subject: subject,
      text: try theme.render("merchant-product.text", model, face: .mail, words.language),
      html: try theme.render("merchant-product", model, face: .mail, words.language))
  }

  private func about(
    _ order: Order, of merchant: Merchant, _ template: String, _ subject: String, reason: CancelReason? = nil,
    parcels: [SentParcel] = []
  ) -> Content {
    var content = Content(
      template, subject, key: "\(template)-\(order.id)", address: publicURL + Addresses.order(order.number))
    content.trade = (order, merchant)
    content.reason = reason
    content.parcels = parcels
    return content
  }

  /// What changed is on the order's page; the letter says what it means for the money.
  private func edited(
    _ order: Order, of merchant: Merchant, revision: Int, refund: Money, difference: Money, _ words: Words
  ) -> Content {
    var content = Content(
      "order-edited", "edited", key: "order-edited-\(order.id)-\(revision)",
      address: publicURL + Addresses.order(order.number))
    content.trade = (order, merchant)
    let format = Format(words.language)
    if difference.isPositive {
      content.money = words.phrase(
        "mail.payMore", ["amount": format.money(difference), "time": format.dateTime(order.payBefore)])
    } else if refund.isPositive {
      content.money = words.phrase("mail.moneyBack", ["amount": format.money(refund)])
    }
    return content
  }

  private func letter(_ content: Content, to address: String, name: String, _ words: Words) throws -> Letter? {
    let order = content.trade?.order
    let subject = words.phrase("mail.\(content.subject)", ["number": order?.number.rawValue ?? ""])
    var mail: Model = [
      "language": words.language.rawValue, "subject": subject, "address": content.address,
      "greeting": words.phrase("mail.greeting", ["name": name]),
    ]
    mail["parcels"] = content.parcels.map { parcel -> Model in
      var model: Model = ["carrier": parcel.carrier[words.language], "trackingNumber": parcel.trackingNumber]
      if let address = parcel.address { model["address"] = address }
      return model
    }
    if let order, let reason = content.reason {
      mail["reason"] = words["mail.cancelled.\(reason.rawValue)"]
      mail["money"] = money(of: order, cancelled: reason, words)
    }
    if let money = content.money { mail["money"] = money }
    if let what = content.what { mail["what"] = what }
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
  static func digest(_ token: String) -> String {
    Hex.text(SHA256.hash(data: Data(token.utf8)).prefix(8))
  }

  private struct Content {
    let template: String
    /// A key of `phrases.mail.`.
    let subject: String
    let key: String
    let address: String
    var trade: (order: Order, merchant: Merchant)?
    /// What a change means for the money; nil where nothing.
    var money: String?
    /// What happened, where the template doesn't say it.
    var what: String?
    /// Of an order that was cancelled.
    var reason: CancelReason?
    /// Of an order that was shipped.
    var parcels: [SentParcel] = []
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
