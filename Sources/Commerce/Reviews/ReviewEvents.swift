import Events
import Values

public struct ReviewPublished: Event {
  public static let name = "reviews.reviewPublished"
  public let review: ReviewID
  public let product: ProductID
  public var subject: String { product.description }

  public init(review: ReviewID, product: ProductID) {
    self.review = review
    self.product = product
  }
}

/// What is shown of a review changed: it was hidden or shown again, or its merchant's reply did.
public struct ReviewChanged: Event {
  public static let name = "reviews.reviewChanged"
  public let review: ReviewID
  public let product: ProductID
  public var subject: String { product.description }

  public init(review: ReviewID, product: ProductID) {
    self.review = review
    self.product = product
  }
}

/// A merchant has said something to a review for the first time.
public struct ReviewAnswered: Event {
  public static let name = "reviews.reviewAnswered"
  public let review: ReviewID
  public let product: ProductID
  public let author: AccountID
  public var subject: String { product.description }

  public init(review: ReviewID, product: ProductID, author: AccountID) {
    self.review = review
    self.product = product
    self.author = author
  }
}
