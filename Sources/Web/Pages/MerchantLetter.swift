import Flows
import Mail
import Merchants
import Values

/// A letter to who sells, or asks to.
struct MerchantLetter {
  private let news: MerchantNews
  private let theme: Theme
  private let publicURL: String

  init(_ news: MerchantNews, theme: Theme, publicURL: String) {
    self.news = news
    self.theme = theme
    self.publicURL = publicURL
  }

  /// Nil where there is no address to write to.
  func letter() throws -> Letter? {
    switch news {
    case .application(let application, let state, let number):
      let words = theme.words(application.language)
      var mail = mail("application.\(state.rawValue)", application.name, to: application.contact, words)
      mail["address"] = publicURL + Addresses.application(application)
      mail["buttonText"] = words["mail.merchantNews.seeApplication"]
      if state != .unconfirmed, state != .waiting, !application.answer.isEmpty { mail["answer"] = application.answer }
      return try letter("merchant-application-\(application.id)-\(number)", to: application.email, mail, words)
    case .admitted(let merchant, let application, let password):
      let words = theme.words(application.language)
      var mail = mail("admitted", merchant.name, to: application.contact, words)
      mail["address"] = publicURL + (password == nil ? Addresses.application(application) : Addresses.adminHome)
      mail["buttonText"] = words[password == nil ? "mail.merchantNews.seeApplication" : "mail.merchantNews.toDesk"]
      if let password { mail["password"] = ["text": password, "email": application.email] as Model }
      let key = "merchant-admitted-\(merchant.id)" + (password.map { "-" + ThemeLetters.digest($0) } ?? "")
      return try letter(key, to: application.email, mail, words)
    case .moved(let merchant, _, _) where merchant.email.isEmpty: return nil
    case .moved(let merchant, let state, let number):
      let words = theme.words(merchant.language)
      var mail = mail("moved.\(state.rawValue)", merchant.name, to: merchant.name[words.language], words)
      mail["address"] = publicURL + Addresses.adminHome
      mail["buttonText"] = words["mail.merchantNews.toDesk"]
      if state != .open, !merchant.reason.isEmpty { mail["answer"] = merchant.reason }
      return try letter("merchant-moved-\(merchant.id)-\(number)", to: merchant.email, mail, words)
    }
  }

  /// What every letter of these says; `occasion` names its words.
  private func mail(_ occasion: String, _ shop: LocalizedText, to name: String, _ words: Words) -> Model {
    let shopName = shop[words.language]
    return [
      "language": words.language.rawValue,
      "subject": words.phrase("mail.merchantNews.\(occasion)", ["shop": shopName]),
      "greeting": words.phrase("mail.greeting", ["name": name]), "what": words["mail.merchantNews.\(occasion)"] ?? "",
    ]
  }

  private func letter(_ key: String, to address: String, _ mail: Model, _ words: Words) throws -> Letter? {
    let model: Model = ["mail": mail]
    return Letter(
      key: key, to: address, subject: mail["subject"] as? String ?? "",
      text: try theme.render("merchant-news.text", model, face: .mail, words.language),
      html: try theme.render("merchant-news", model, face: .mail, words.language))
  }
}
