import Accounts
import Flows
import Fulfilment
import Merchants
import Orders
import Refunds
import Values

/// A letter about a step of a refund, to either side.
struct RefundLetter {
  private let news: RefundNews
  private let theme: Theme
  private let publicURL: String

  init(_ news: RefundNews, theme: Theme, publicURL: String) {
    self.news = news
    self.theme = theme
    self.publicURL = publicURL
  }

  func draft(to account: Account, _ language: Language) -> LetterDraft? {
    let words = theme.words(language)
    let state = words.phrase("refundStep.\(news.step.rawValue)")
    return draft(
      "refund", name: account.profile.name,
      subject: words.phrase("mail.refund", ["number": news.order.number.rawValue, "state": state]),
      what: words["mail.refund.buyer.\(buyerWords)"], address: Addresses.refund(news.refund.id), words)
  }

  func draft(to merchant: Merchant, _ language: Language) -> LetterDraft? {
    let words = theme.words(language)
    let number = news.order.number.rawValue
    let waits = [.requested, .received, .reopened, .failed].contains(news.step)
    let subject =
      waits
      ? words.phrase("mail.refundWaits", ["number": number])
      : words.phrase(
        "mail.refund", ["number": number, "state": words.phrase("refundStep.\(news.step.rawValue)")])
    return draft(
      "merchant-refund", name: merchant.name[language], subject: subject,
      what: words["mail.refund.merchant.\(merchantWords)"], address: Addresses.desk(news.refund.id), words)
  }

  private var buyerWords: String {
    switch (news.step, news.refund.kind) {
    case (.settled, .exchange): "exchanged"
    case (.approved, .goodwill): "goodwill"
    case (.approved, .exchange): news.refund.difference.isPositive ? "exchangeDearer" : "exchangeAgreed"
    default: news.step.rawValue
    }
  }

  private var merchantWords: String {
    switch (news.step, news.refund.kind) {
    case (.settled, .exchange): "exchanged"
    case (.settled, .atProvider): "atProvider"
    case (.approved, .goodwill): "goodwill"
    default: news.step.rawValue
    }
  }

  private func draft(
    _ template: String, name: String, subject: String, what: String?, address path: String, _ words: Words
  ) -> LetterDraft? {
    guard let what else { return nil }
    let (refund, order) = (news.refund, news.order)
    var mail: Model = [
      "language": words.language.rawValue, "subject": subject, "address": publicURL + path,
      "greeting": words.phrase("mail.greeting", ["name": name]), "what": what,
    ]
    if refund.kind == .exchange {
      if refund.difference.isPositive { mail["more"] = Format(words.language).money(refund.difference) }
      if let back = refund.granted, back.isPositive { mail["amount"] = Format(words.language).money(back) }
    } else {
      mail["amount"] = Format(words.language).money(refund.granted ?? refund.asked)
    }
    if !refund.answer.isEmpty { mail["answer"] = refund.answer }
    if news.step == .requested, !refund.explanation.isEmpty { mail["explanation"] = refund.explanation }
    if news.step == .goodsSent, let parcel = refund.parcel {
      mail["parcel"] = "\(CarrierBook.usual.name(parcel.carrier)[words.language]) \(parcel.trackingNumber)"
    }
    let detail = RefundModel(refund, of: order, words: words).detail(at: nil)
    let model: Model = [
      "mail": mail,
      "refund": [
        "number": order.number.rawValue, "merchantName": news.merchant.name[words.language],
        "lines": detail["lines"] ?? [Model](),
      ] as Model,
    ]
    return LetterDraft(
      theme, key: "\(template)-\(refund.id)-\(news.number)", template: template, model, words.language)
  }
}
