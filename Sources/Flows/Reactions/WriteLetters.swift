import Accounts
import Catalog
import Fulfilment
import Mail
import Merchants
import Orders
import Refunds
import Reviews
import Values

/// The letters that follow a fact, to the buyer and to the merchant. A letter's key is its fact, so a repeat is harmless.
public struct WriteLetters: Sendable {
  let contexts: Contexts
  let letters: any LetterWriter
  let mailer: any Mailer

  public init(_ contexts: Contexts, letters: any LetterWriter, mailer: any Mailer) {
    self.contexts = contexts
    self.letters = letters
    self.mailer = mailer
  }

  public func whenAccountRegistered(_ event: AccountRegistered) async throws {
    try await send(.welcome, to: event.account)
  }

  /// Nobody hears whether anyone has the address but who reads its letters.
  public func whenPasswordResetAsked(_ event: PasswordResetAsked) async throws {
    guard let reset = try await contexts.accounts.startPasswordReset(email: event.email),
      let letter = try letters.letter(.passwordReset(token: reset.token), to: reset.account)
    else { return }
    try await mailer.send(letter)
  }

  public func whenOrderPlaced(_ event: OrderPlaced) async throws {
    try await send(event.order, to: event.buyer) { .orderPlaced($0, of: $1) }
  }

  public func whenOrderPaid(_ event: OrderPaid) async throws {
    guard let (order, merchant) = try await find(event.order) else { return }
    let occasion = Occasion.orderPaid(order, of: merchant)
    try await send(occasion, to: event.buyer)
    if let letter = try letters.letter(occasion, to: merchant) { try await mailer.send(letter) }
  }

  public func whenOrderCancelled(_ event: OrderCancelled) async throws {
    try await send(event.order, to: event.buyer) { .orderCancelled($0, of: $1, reason: event.reason) }
  }

  public func whenOrderEdited(_ event: OrderEdited) async throws {
    try await send(event.order, to: event.buyer) { order, merchant in
      .orderEdited(
        order, of: merchant, revision: event.revision, refund: event.refund, difference: event.difference)
    }
  }

  public func whenOrderShipped(_ event: OrderShipped) async throws {
    let parcels = try await parcels(of: event)
    try await send(event.order, to: event.buyer) { .orderShipped($0, of: $1, parcels) }
  }

  /// Where nothing is known of parcels, the one that the fact itself tells of.
  private func parcels(of event: OrderShipped) async throws -> [SentParcel] {
    let carriers = try await contexts.carrierBook()
    let sent = try await contexts.fulfilment.consignment(of: event.order)?.parcels.compactMap(\.label) ?? []
    let told = ShippingLabel(carrier: event.carrier, trackingNumber: event.trackingNumber)
    return (sent.isEmpty ? [told] : sent).map { label in
      SentParcel(
        carrier: carriers.name(label.carrier), trackingNumber: label.trackingNumber,
        address: carriers[label.carrier]?.address(of: label.trackingNumber))
    }
  }

  public func whenOrderCompleted(_ event: OrderCompleted) async throws {
    try await send(event.order, to: event.buyer) { .orderCompleted($0, of: $1) }
  }

  /// To both sides, each with what is for it to know or to do.
  public func whenRefundMoved(_ event: RefundMoved) async throws {
    guard let refund = try await contexts.refunds.refundCase(event.refundCase),
      let (order, merchant) = try await find(event.order)
    else { return }
    let occasion = Occasion.refundMoved(
      RefundNews(step: event.step, number: event.number, refund: refund, order: order, merchant: merchant))
    try await send(occasion, to: event.buyer)
    if let letter = try letters.letter(occasion, to: merchant) { try await mailer.send(letter) }
  }

  public func whenProductJudged(_ event: ProductJudged) async throws {
    guard let product = try await contexts.catalog.product(event.product),
      let merchant = try await contexts.merchants.merchant(event.merchant),
      let letter = try letters.letter(.productJudged(event, product), to: merchant)
    else { return }
    try await mailer.send(letter)
  }

  /// As the reply stands when the letter is written; none where it was taken back.
  public func whenReviewAnswered(_ event: ReviewAnswered) async throws {
    guard let review = try await contexts.reviews.review(event.review), review.reply != nil,
      review.state == .shown, let product = try await contexts.catalog.product(event.product),
      let merchant = try await contexts.merchants.merchant(product.merchant)
    else { return }
    try await send(.reviewAnswered(ReviewNews(review: review, product: product, merchant: merchant)), to: event.author)
  }

  private func find(_ id: OrderID) async throws -> (Order, Merchant)? {
    guard let order = try await contexts.orders.order(id),
      let merchant = try await contexts.merchants.merchant(order.merchant)
    else { return nil }
    return (order, merchant)
  }

  private func send(
    _ order: OrderID, to buyer: AccountID, because occasion: (Order, Merchant) -> Occasion
  ) async throws {
    guard let (order, merchant) = try await find(order) else { return }
    try await send(occasion(order, merchant), to: buyer)
  }

  private func send(_ occasion: Occasion, to buyer: AccountID) async throws {
    // Nobody reads what is written to one who was erased.
    guard let account = try await contexts.accounts.account(buyer), !account.isErased,
      let letter = try letters.letter(occasion, to: account)
    else { return }
    try await mailer.send(letter)
  }
}
