import Accounts
import Catalog
import Flows
import Orders
import Refunds
import Reviews
import Values

/// An order in a few words, for those who read of whom or what it is, and needn't work on it.
struct OrderRowAnswer: Encodable, Sendable {
  let number: String
  let merchant: String
  let state: String
  /// What was bought, line by line.
  let titles: [LocalizedText]
  let due: MoneyAnswer
  let placedAt: String

  init(_ order: Order) {
    number = order.number.rawValue
    merchant = order.merchant.description
    state = order.state.rawValue
    titles = order.lines.map(\.title)
    due = MoneyAnswer(order.amounts.due)
    placedAt = order.placedAt.description
  }
}

/// A refund in a few words.
struct RefundRowAnswer: Encodable, Sendable {
  let id: String
  /// The order's number.
  let order: String
  let kind: String
  let state: String
  let reason: String
  let titles: [LocalizedText]
  /// What was agreed to, or what is asked where nothing was yet.
  let amount: MoneyAnswer
  let requestedAt: String

  init(_ refund: RefundCase, of order: Order) {
    id = refund.id.description
    self.order = order.number.rawValue
    kind = refund.kind.rawValue
    state = refund.state.rawValue
    reason = refund.reason.rawValue
    titles = refund.titles(in: order)
    amount = MoneyAnswer(refund.granted ?? refund.asked)
    requestedAt = refund.requestedAt.description
  }
}

extension RefundCase {
  /// What is asked back, line by line.
  func titles(in order: Order) -> [LocalizedText] {
    lines.compactMap { claimed in order.lines.first { $0.id == claimed.line }?.title }
  }
}

struct CustomerNoteAnswer: Encodable, Sendable {
  let id: String
  let author: String
  /// Empty for one of the staff who isn't known any more.
  let authorName: String
  let text: String
  let writtenAt: String

  init(_ note: CustomerNote) {
    id = note.id.description
    author = note.author.description
    authorName = note.authorName
    text = note.text
    writtenAt = note.writtenAt.description
  }
}

struct CustomerSessionAnswer: Encodable, Sendable {
  /// To within a day.
  let usedAt: String
  let expiresAt: String

  init(_ session: CustomerSession) {
    usedAt = session.usedAt.description
    expiresAt = session.expiresAt.description
  }
}

/// All that the page of a customer shows.
struct CustomerProfileAnswer: Encodable, Sendable {
  struct Block: Encodable, Sendable {
    let at: String
    /// For staff of the platform alone.
    @OrNull var reason: String?
  }

  struct Said: Encodable, Sendable {
    let id: String
    let product: String
    /// Nil for goods that are gone.
    @OrNull var title: LocalizedText?
    let stars: Int
    /// The beginning of it.
    let text: String
    let state: String
    let writtenAt: String

    init(_ row: ReviewRow) {
      id = row.review.id.description
      product = row.review.product.description
      _title = OrNull(wrappedValue: row.product?.content.title)
      stars = row.review.stars
      text = ReviewRow.excerpt(of: row.review.text)
      state = row.review.state.rawValue
      writtenAt = row.review.writtenAt.description
    }
  }

  let customer: CustomerAnswer
  @OrNull var block: Block?
  /// An amount for each currency.
  let refunded: [MoneyAnswer]
  let orders: PageAnswer<OrderRowAnswer>
  let refunds: [RefundRowAnswer]
  let reviews: [Said]
  let notes: PageAnswer<CustomerNoteAnswer>
  let addresses: [AddressAnswer]
  let sessions: [CustomerSessionAnswer]

  /// Masks what the staff needn't know.
  init(_ file: CustomerFile, for staff: Staff, _ regions: RegionDirectory, _ words: Wording) {
    customer = CustomerAnswer(file.row, for: staff)
    _block = OrNull(
      wrappedValue: file.row.account.block.map { block in
        Block(at: block.at.description, reason: staff.merchant == nil ? block.reason : nil)
      })
    refunded = file.refunded.map(MoneyAnswer.init)
    orders = PageAnswer(
      items: file.orders.items.map(OrderRowAnswer.init), next: file.orders.next?.description)
    refunds = file.refunds.compactMap { refund in
      file.refundedOrders[refund.order].map { RefundRowAnswer(refund, of: $0) }
    }
    reviews = file.reviews.map(Said.init)
    notes = PageAnswer(
      items: file.notes.items.map(CustomerNoteAnswer.init), next: file.notes.next?.description)
    addresses = file.addresses.map { AddressAnswer(BuyerContact.address($0, for: staff), regions, words) }
    sessions = file.sessions.map(CustomerSessionAnswer.init)
  }
}
