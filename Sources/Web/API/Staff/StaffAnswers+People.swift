import Accounts
import Flows
import Orders
import Payments
import Reviews
import Values

/// A review as staff read it.
struct StaffReviewAnswer: Encodable, Sendable {
  struct Reply: Encodable, Sendable {
    let text: String
    let at: String
  }

  let id: String
  let product: String
  let author: String
  /// As the author chose to be named; empty for one without a name.
  let authorName: String
  let stars: Int
  let text: String
  let pictures: [String]
  let choice: LocalizedText
  let state: String
  /// Why it is hidden; empty otherwise.
  let reason: String
  let wantsLook: Bool
  @OrNull var reply: Reply?
  let writtenAt: String

  init(_ review: Review) {
    id = review.id.description
    product = review.product.description
    author = review.author.description
    authorName = review.authorName
    stars = review.stars
    text = review.text
    pictures = review.pictures.map { "/media/\($0)" }
    choice = review.choice
    state = review.state.rawValue
    reason = review.reason
    wantsLook = review.wantsLook
    _reply = OrNull(wrappedValue: review.reply.map { Reply(text: $0.text, at: $0.at.description) })
    writtenAt = review.writtenAt.description
  }
}

/// A customer as staff know one.
struct CustomerAnswer: Encodable, Sendable {
  let id: String
  let name: String
  let email: String
  let phone: String
  let language: String
  let tags: [String]
  /// All that were placed, whatever became of them.
  let orders: Int
  /// An amount for each currency.
  let paid: [MoneyAnswer]
  @OrNull var lastPlacedAt: String?
  let registeredAt: String
  let isBlocked: Bool
  /// Nobody is behind it any more.
  let isErased: Bool

  init(_ row: CustomerRow, for staff: Staff) {
    let account = row.account
    let profile = account.profile
    id = account.id.description
    name = account.isErased ? "" : BuyerContact.name(profile.name, for: staff)
    email = account.isErased ? "" : BuyerContact.email(account.email, for: staff)
    phone = account.isErased ? "" : BuyerContact.phone(profile.phone, for: staff)
    language = profile.language.rawValue
    tags = row.tags
    orders = row.purchases?.orders ?? 0
    paid = (row.purchases?.paid ?? []).map(MoneyAnswer.init)
    _lastPlacedAt = OrNull(wrappedValue: row.purchases.map { $0.lastPlacedAt.description })
    registeredAt = account.registeredAt.description
    isBlocked = account.isBlocked
    isErased = account.isErased
  }
}

/// A payment, or the part of it that is a merchant's.
struct TransactionAnswer: Encodable, Sendable {
  struct Share: Encodable, Sendable {
    let order: String
    @OrNull var number: String?
    @OrNull var merchant: String?
    let amount: MoneyAnswer
  }

  let id: String
  let method: String
  let state: String
  let payer: String
  @OrNull var providerNumber: String?
  let amount: MoneyAnswer
  /// Of the whole payment; nothing where it is a merchant's part that is told.
  let fromBalance: MoneyAnswer
  let refunded: MoneyAnswer
  let shares: [Share]
  let openedAt: String
  @OrNull var capturedAt: String?

  init(_ seen: SeenPayment) {
    let payment = seen.payment
    id = payment.id.description
    method = payment.method.rawValue
    state = payment.state.rawValue
    payer = payment.payer.description
    _providerNumber = OrNull(wrappedValue: payment.providerNumber)
    amount = MoneyAnswer(seen.amount)
    let isPart = seen.shares.count < payment.shares.count
    fromBalance = MoneyAnswer(isPart ? .zero(payment.amount.currency) : payment.fromBalance)
    refunded = MoneyAnswer(seen.refunded)
    shares = seen.shares.map { share in
      Share(
        order: share.order.description, number: seen.orders[share.order]?.number.rawValue,
        merchant: share.merchant?.description, amount: MoneyAnswer(share.amount))
    }
    openedAt = payment.openedAt.description
    _capturedAt = OrNull(wrappedValue: payment.capturedAt?.description)
  }
}
