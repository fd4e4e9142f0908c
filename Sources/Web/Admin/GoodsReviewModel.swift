import Accounts
import Catalog
import Flows
import Merchants
import Pages
import Reviews
import Values

/// What buyers say of goods, as the desk shows it.
struct GoodsReviewModel {
  let words: Words
  private let format: Format

  init(_ words: Words) {
    self.words = words
    format = Format(words.language)
  }

  static func state(of review: Review, _ words: Words) -> Model {
    func mark(_ key: String, _ kind: String, _ icon: String) -> Model {
      ["kind": kind, "icon": icon, "text": words["goodsReviews.states.\(key)"] ?? key]
    }
    return switch review.state {
    case .waiting: mark("waiting", "amber", "clock")
    case .hidden: mark("hidden", "grey", "cross")
    case .shown: review.wantsLook ? mark("reported", "amber", "warn") : mark("shown", "green", "check")
    }
  }

  /// The beginning of a text, for lists.
  static func cut(_ text: String) -> String { ReviewRow.excerpt(of: text) }

  /// Whole for those who may know buyers, for others as shoppers read it.
  static func author(of review: Review, for staff: Staff, _ words: Words) -> String {
    if review.authorName.isEmpty { return words.phrase("reviews.anonymous") }
    return BuyerContact.isOpen(to: staff) ? review.authorName : review.maskedAuthor
  }

  /// - Parameter merchants: by what they are called.
  func detail(_ row: ReviewRow, merchant: Merchant?, for staff: Staff) -> Model {
    let review = row.review
    var model: Model = [
      "author": Self.author(of: review, for: staff, words),
      "text": review.text, "tenths": String(review.stars * 10),
      "starsText": words.phrase("count.stars", count: review.stars), "writtenAt": format.dateTime(review.writtenAt),
      "state": Self.state(of: review, words), "hasPictures": !review.pictures.isEmpty,
      "pictures": review.pictures.map { key -> Model in
        ["large": "/media/\(key)", "alt": words.phrase("reviews.picture", ["name": review.maskedAuthor])]
      },
    ]
    if let product = row.product {
      model["product"] =
        [
          "title": product.content.title[words.language],
          "address": Addresses.product(product.id, product.handle) + "#reviews",
          "othersURL": Addresses.with(
            [("part", "all"), ("product", product.id.description)], Addresses.goodsReviewsDesk),
        ] as Model
    }
    if let merchant { model["merchantName"] = merchant.name[words.language] }
    let choice = review.choice[words.language]
    if !choice.isEmpty { model["choice"] = choice }
    if WorkCustomers.opens(to: staff), review.author.raw > 1 { model["authorURL"] = Addresses.customer(review.author) }
    if review.state == .hidden, !review.reason.isEmpty { model["hiddenReason"] = review.reason }
    if let reply = review.reply {
      model["reply"] = ["replyText": reply.text, "repliedAt": format.dateTime(reply.at)] as Model
    }
    return model
  }

  func reports(_ reports: [ReviewReport]) -> [Model] {
    reports.map { report in
      var model: Model = [
        "cause": words["goodsReviews.causes.\(report.cause?.rawValue ?? "merchant")"] ?? "",
        "at": format.dateTime(report.at), "atISO": report.at.description,
      ]
      if !report.text.isEmpty { model["said"] = report.text }
      return model
    }
  }
}
