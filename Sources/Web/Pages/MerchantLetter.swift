import Flows
import Mail
import Merchants
import Messages
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
    case .application(let application, _, _), .admitted(_, let application, _):
      return try draft(application.language).letter(to: application.email)
    case .moved(let merchant, _, _):
      guard !merchant.email.isEmpty else { return nil }
      return try draft(merchant.language).letter(to: merchant.email)
    }
  }

  /// Of what a merchant's people can read together: the way in is in the letter alone.
  func message() throws -> MessageDraft? {
    switch news {
    case .application: return nil
    case .admitted(let merchant, let application, _):
      return try LetterDraft.message(in: .merchants, publicURL: publicURL) { language in
        let words = theme.words(language)
        var mail = self.mail("admitted", merchant.name, to: application.contact, words)
        mail["address"] = publicURL + Addresses.adminHome
        return draft("merchant-admitted-\(merchant.id)", mail, words)
      }
    case .moved: return try LetterDraft.message(in: .merchants, publicURL: publicURL) { draft($0) }
    }
  }

  private func draft(_ language: Language) -> LetterDraft {
    let words = theme.words(language)
    switch news {
    case .application(let application, let state, let number):
      var mail = mail("application.\(state.rawValue)", application.name, to: application.contact, words)
      mail["address"] = publicURL + Addresses.application(application)
      mail["buttonText"] = words["mail.merchantNews.seeApplication"]
      if state != .unconfirmed, state != .waiting, !application.answer.isEmpty { mail["answer"] = application.answer }
      return draft("merchant-application-\(application.id)-\(number)", mail, words)
    case .admitted(let merchant, let application, let password):
      var mail = mail("admitted", merchant.name, to: application.contact, words)
      mail["address"] = publicURL + (password == nil ? Addresses.application(application) : Addresses.adminHome)
      mail["buttonText"] = words[password == nil ? "mail.merchantNews.seeApplication" : "mail.merchantNews.toDesk"]
      if let password { mail["password"] = ["text": password, "email": application.email] as Model }
      let key = "merchant-admitted-\(merchant.id)" + (password.map { "-" + ThemeLetters.digest($0) } ?? "")
      return draft(key, mail, words)
    case .moved(let merchant, let state, let number):
      var mail = mail("moved.\(state.rawValue)", merchant.name, to: merchant.name[words.language], words)
      mail["address"] = publicURL + Addresses.adminHome
      mail["buttonText"] = words["mail.merchantNews.toDesk"]
      if state != .open, !merchant.reason.isEmpty { mail["answer"] = merchant.reason }
      return draft("merchant-moved-\(merchant.id)-\(number)", mail, words)
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

  private func draft(_ key: String, _ mail: Model, _ words: Words) -> LetterDraft {
    LetterDraft(theme, key: key, template: "merchant-news", ["mail": mail], words.language)
  }
}
