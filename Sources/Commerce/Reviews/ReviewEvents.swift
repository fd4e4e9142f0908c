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
