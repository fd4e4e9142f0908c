import Accounts
import Catalog
import Flows
import Merchants
import Reviews
import Values

/// A letter to a buyer whose review was answered.
struct ReviewLetter {
  private let news: ReviewNews
  private let theme: Theme
  private let publicURL: String

  init(_ news: ReviewNews, theme: Theme, publicURL: String) {
    self.news = news
    self.theme = theme
    self.publicURL = publicURL
  }

  /// Nil where the reply was taken back meanwhile.
  func draft(to account: Account, _ language: Language) -> LetterDraft? {
    guard let reply = news.review.reply else { return nil }
    let words = theme.words(language)
    let (merchant, title) = (news.merchant.name[language], news.product.content.title[language])
    let subject = words.phrase("mail.reviewAnswered", ["name": merchant])
    let model: Model = [
      "mail": [
        "language": language.rawValue, "subject": subject,
        "address": publicURL + Addresses.product(news.product.id, news.product.handle) + "#reviews",
        "greeting": words.phrase("mail.greeting", ["name": account.profile.name]),
        "what": words.phrase("mail.reviewAnsweredWhat", ["name": merchant, "title": title]),
        "review": news.review.text, "reply": reply.text,
      ] as Model
    ]
    return LetterDraft(
      theme, key: "review-answered-\(news.review.id)", template: "review-answered", model, language)
  }
}
