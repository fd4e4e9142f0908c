import Catalog
import Flows
import Merchants
import Values

/// The letter that tells a merchant what runs short.
struct StockLetter {
  private let news: StockNews
  private let theme: Theme
  private let publicURL: String

  init(_ news: StockNews, theme: Theme, publicURL: String) {
    self.news = news
    self.theme = theme
    self.publicURL = publicURL
  }

  func draft(to merchant: Merchant, _ language: Language) -> LetterDraft {
    let words = theme.words(language)
    let name = merchant.name[language]
    let subject = words.phrase("mail.stockLow", count: news.items.count + news.more)
    let mail: Model = [
      "language": language.rawValue, "subject": subject, "address": publicURL + Addresses.stockDesk,
      "greeting": words.phrase("mail.greeting", ["name": name]),
    ]
    var model: Model = [
      "mail": mail,
      "items": news.items.map { item -> Model in
        var row: Model = [
          "title": item.variant.title[language],
          "left": item.left > 0
            ? words.phrase("mail.stockLeft", ["count": String(item.left)]) : words["stock.states.out"] ?? "",
        ]
        if !item.variant.choice[language].isEmpty { row["choice"] = item.variant.choice[language] }
        if !item.variant.sku.isEmpty { row["sku"] = item.variant.sku }
        return row
      },
    ]
    if news.more > 0 { model["more"] = words.phrase("mail.stockMore", ["count": String(news.more)]) }
    return LetterDraft(
      theme, key: "stock-low-\(merchant.id)-\(news.number)", template: "merchant-stock-low", model, language)
  }
}
