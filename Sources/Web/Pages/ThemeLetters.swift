import Accounts
import Catalog
import Crypto
import Flows
import Foundation
import Mail
import Merchants
import Messages
import Orders
import Payments
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
    try draft(occasion, to: account, account.profile.language)?.letter(to: account.email)
  }

  public func message(_ occasion: Occasion, to account: Account) throws -> MessageDraft? {
    // Whoever has the link sets the password.
    if case .passwordReset = occasion { return nil }
    return try LetterDraft.message(in: .buyers, publicURL: publicURL) { draft(occasion, to: account, $0) }
  }

  private func draft(_ occasion: Occasion, to account: Account, _ language: Language) -> LetterDraft? {
    if case .refundMoved(let news) = occasion {
      return RefundLetter(news, theme: theme, publicURL: publicURL).draft(to: account, language)
    }
    if case .reviewAnswered(let news) = occasion {
      return ReviewLetter(news, theme: theme, publicURL: publicURL).draft(to: account, language)
    }
    if case .parcelDelivered(let news) = occasion {
      return DeliveryLetter(news, theme: theme, publicURL: publicURL).draft(to: account, language)
    }
    let words = theme.words(language)
    guard let content = content(of: occasion, for: account, words) else { return nil }
    return draft(content, name: account.profile.name, words)
  }

  private func content(of occasion: Occasion, for account: Account, _ words: Words) -> Content? {
    switch occasion {
    case .welcome:
      Content("welcome", "welcome", key: "welcome-\(account.id)", address: publicURL + Addresses.home)
    case .passwordReset(let token):
      Content(
        "password-reset", "reset", key: "password-reset-\(account.id)-\(Self.digest(token))",
        address: publicURL + Addresses.with([("token", token)], Addresses.reset))
    case .orderPlaced(let order, let merchant): about(order, of: merchant, "order-placed", "placed")
    case .orderPaid(let order, let merchant): about(order, of: merchant, "order-paid", "paid")
    case .orderPromised(let order, let merchant): about(order, of: merchant, "order-promised", "promised")
    case .paidAtDoor(let order, let merchant):
      doorPaid(order, of: merchant, publicURL + Addresses.order(order.number), words)
    case .strayMoneyBack(let order, let merchant, let refund): stray(order, of: merchant, refund, words)
    case .balanceCredited(let event): credited(event, words)
    case .orderShipped(let order, let merchant, let parcels):
      about(order, of: merchant, "order-shipped", "shipped", parcels: parcels)
    case .orderCancelled(let order, let merchant, let reason):
      about(order, of: merchant, "order-cancelled", "cancelled", reason: reason)
    case .orderEdited(let order, let merchant, let revision, let refund, let difference):
      edited(
        order, of: merchant, revision: revision, refund: refund, difference: difference, words)
    case .orderCompleted(let order, let merchant): about(order, of: merchant, "order-completed", "completed")
    case .paymentFailed(let failure): failed(failure, words)
    case .refundCameBack(let event, let order, let merchant):
      cameBack(
        event, order, of: merchant, to: "buyer", publicURL + Addresses.order(order.number), words)
    // These have letters of another form; goods, stock and what was asked to be changed are the merchant's.
    case .refundMoved, .parcelDelivered, .productJudged, .stockLow, .reviewAnswered, .orderEditDismissed: nil
    }
  }

  /// Merchants hear of paid orders, what to send and where, of each step of a refund, and of what others did to their
  /// orders, with the way to their desk.
  public func letter(_ occasion: Occasion, to merchant: Merchant) throws -> Letter? {
    guard !merchant.email.isEmpty else { return nil }
    return try draft(occasion, to: merchant, merchant.language)?.letter(to: merchant.email)
  }

  /// Also of those without an address.
  public func message(_ occasion: Occasion, to merchant: Merchant) throws -> MessageDraft? {
    try LetterDraft.message(in: .merchants, publicURL: publicURL) { draft(occasion, to: merchant, $0) }
  }

  private func draft(_ occasion: Occasion, to merchant: Merchant, _ language: Language) -> LetterDraft? {
    let words = theme.words(language)
    if case .refundMoved(let news) = occasion {
      return RefundLetter(news, theme: theme, publicURL: publicURL).draft(to: merchant, language)
    }
    if case .productJudged(let judged, let product) = occasion { return draft(judged, product, to: merchant, words) }
    if case .stockLow(let news) = occasion {
      return StockLetter(news, theme: theme, publicURL: publicURL).draft(to: merchant, language)
    }
    guard let content = content(of: occasion, for: merchant, words) else { return nil }
    return draft(content, name: merchant.name[language], words)
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
    case .paidAtDoor(let order, _):
      return doorPaid(order, of: merchant, publicURL + Addresses.desk(order.number), words)
    case .refundCameBack(let event, let order, _):
      return cameBack(event, order, of: merchant, to: "merchant", publicURL + Addresses.desk(order.number), words)
    case .orderPromised(let order, _):
      var content = Content(
        "merchant-order-paid", "merchantPromised", key: "merchant-order-promised-\(order.id)",
        address: publicURL + Addresses.desk(order.number))
      content.trade = (order, merchant)
      content.what = words["mail.merchantPaid.atDoor"]
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

  public func message(_ news: MerchantNews) throws -> MessageDraft? {
    try MerchantLetter(news, theme: theme, publicURL: publicURL).message()
  }

  /// Whether a product was let in, and why not.
  private func draft(
    _ judged: ProductJudged, _ product: Product, to merchant: Merchant, _ words: Words
  ) -> LetterDraft {
    let (title, verdict) = (product.content.title[words.language], judged.isLetIn ? "letIn" : "refused")
    let subject = words.phrase("mail.product.\(verdict)", ["title": title])
    var mail: Model = [
      "language": words.language.rawValue, "subject": subject, "address": publicURL + Addresses.desk(product.id),
      "greeting": words.phrase("mail.greeting", ["name": merchant.name[words.language]]),
      "what": words["mail.product.\(verdict)"] ?? "",
    ]
    if !judged.isLetIn { mail["inShort"] = words["mail.product.refusedInShort"] }
    if !judged.reason.isEmpty { mail["reason"] = judged.reason }
    return LetterDraft(
      theme, key: "merchant-product-\(product.id)-\(judged.version)", template: "merchant-product", ["mail": mail],
      words.language)
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

  private func stray(_ order: Order, of merchant: Merchant, _ refund: Refund, _ words: Words) -> Content {
    var content = Content(
      "money-news", "strayBack.subject", key: "stray-back-\(refund.id)",
      address: publicURL + Addresses.order(order.number))
    content.trade = (order, merchant)
    content.what = words.phrase("mail.strayBack.what", ["amount": Format(words.language).money(refund.amount)])
    return content
  }

  private func doorPaid(_ order: Order, of merchant: Merchant, _ address: String, _ words: Words) -> Content {
    var content = Content(
      "money-news", "doorPaid.subject", key: "door-paid-\(order.id)-\(address.count)", address: address)
    content.trade = (order, merchant)
    content.what = words.phrase(
      "mail.doorPaid.what", ["amount": Format(words.language).money(order.amounts.paid)])
    content.inShort = words["mail.doorPaid.inShort"]
    return content
  }

  /// Nothing came; how to pay again, or that it is too late for that.
  private func failed(_ failure: PaymentFailure, _ words: Words) -> Content? {
    guard let first = failure.orders.first else { return nil }
    let format = Format(words.language)
    var content = Content(
      "money-news", "paymentFailed.subject", key: "payment-failed-\(failure.payment.id)",
      address: publicURL + Addresses.order(first.order.number))
    content.trade = first
    content.others = Array(failure.orders.dropFirst())
    content.what = words.phrase("mail.paymentFailed.what", ["amount": format.money(failure.payment.amount)])
    content.money =
      failure.payableUntil.map { words.phrase("mail.paymentFailed.again", ["time": format.dateTime($0)]) }
      ?? words["mail.paymentFailed.\(failure.payment.occasion == nil ? "over" : "overForChange")"]
    return content
  }

  /// - Parameter reader: `buyer` or `merchant`.
  private func cameBack(
    _ event: RefundCameBack, _ order: Order, of merchant: Merchant, to reader: String, _ address: String,
    _ words: Words
  ) -> Content {
    var content = Content(
      "money-news", "cameBack.subject", key: "refund-came-back-\(reader)-\(event.refund)", address: address)
    content.trade = (order, merchant)
    content.what = words.phrase("mail.cameBack.\(reader)", ["amount": Format(words.language).money(event.amount)])
    content.inShort = words["mail.cameBack.inShort"]
    content.money = words["mail.cameBack.\(reader)Next"]
    return content
  }

  private func credited(_ event: BalanceCredited, _ words: Words) -> Content {
    let format = Format(words.language)
    var content = Content(
      "money-news", "credited.subject", key: "credited-\(event.key)", address: publicURL + Addresses.balance)
    content.what = words.phrase(
      "mail.credited.what",
      ["amount": format.money(event.amount), "reason": event.reason, "balance": format.money(event.after)])
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

  private func draft(_ content: Content, name: String, _ words: Words) -> LetterDraft {
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
    if let inShort = content.inShort { mail["inShort"] = inShort }
    var model: Model = ["mail": mail]
    if let (order, merchant) = content.trade {
      let table = OrderTable(order, of: merchant, words)
      var tables: [Model] = [table.model(withSKU: content.isForPacking)]
      for other in content.others {
        tables.append(OrderTable(other.order, of: other.merchant, words).model(withSKU: false))
      }
      model["orders"] = tables
      if content.isForPacking {
        model["destination"] = table.destination
        if !order.note.isEmpty { model["note"] = order.note }
      }
    }
    return LetterDraft(theme, key: content.key, template: content.template, model, words.language)
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
    /// Others that it is about, too.
    var others: [(order: Order, merchant: Merchant)] = []
    /// What a change means for the money, or what comes next; nil where nothing.
    var money: String?
    /// What happened, where the template doesn't say it.
    var what: String?
    /// The same without sums, for a box that all people of a merchant read; nil where it has none.
    var inShort: String?
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
