import Accounts
import Flows
import Merchants
import Orders
import Values

/// A letter about a parcel that is there: what to do with it, and until when.
struct DeliveryLetter {
  private let news: DeliveryNews
  private let theme: Theme
  private let publicURL: String

  init(_ news: DeliveryNews, theme: Theme, publicURL: String) {
    self.news = news
    self.theme = theme
    self.publicURL = publicURL
  }

  func draft(to account: Account, _ language: Language) -> LetterDraft {
    let words = theme.words(language)
    let subject = words.phrase("mail.delivered.subject", ["number": news.order.number.rawValue])
    var parcel: Model = [
      "carrier": news.parcel.carrier[words.language], "trackingNumber": news.parcel.trackingNumber,
    ]
    if let address = news.parcel.address { parcel["address"] = address }
    let model: Model = [
      "mail": [
        "language": words.language.rawValue, "subject": subject,
        "address": publicURL + Addresses.order(news.order.number),
        "greeting": words.phrase("mail.greeting", ["name": account.profile.name]), "parcels": [parcel],
        "isSignedFor": isSignedFor, "sentences": sentences(words),
      ] as Model,
      "orders": [OrderTable(news.order, of: news.merchant, words).model(withSKU: false)],
    ]
    return LetterDraft(
      theme, key: "parcel-delivered-\(news.id)", template: "parcel-delivered", model, words.language)
  }

  private var isSignedFor: Bool {
    if case .signedFor = news.next { true } else { false }
  }

  private func sentences(_ words: Words) -> [String] {
    let format = Format(words.language)
    func days(_ key: String) -> String {
      words.phrase(
        "mail.delivered.\(key)", ["mind": String(news.days.ofMind), "fault": String(news.days.ofFault)])
    }
    func until(_ received: Timestamp) -> String {
      words.phrase(
        "mail.delivered.until",
        [
          "mind": format.dateTime(received.adding(.days(news.days.ofMind))),
          "fault": format.dateTime(received.adding(.days(news.days.ofFault))),
        ])
    }
    return switch news.next {
    case .othersCome: [words["mail.delivered.others"] ?? "", days("afterwards")]
    case .confirm(nil): [words["mail.delivered.confirm"] ?? "", days("afterwards")]
    case .confirm(let received?):
      [
        words["mail.delivered.confirm"] ?? "",
        words.phrase("mail.delivered.byItself", ["time": format.dateTime(received)]), until(received), days("earlier"),
      ]
    case .signedFor(let received): [until(received)]
    }
  }
}
