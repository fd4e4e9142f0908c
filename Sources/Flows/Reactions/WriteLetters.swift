import Accounts
import Catalog
import Fulfilment
import Mail
import Merchants
import Messages
import Orders
import Refunds
import Reviews
import Values

/// The letters that follow a fact, to the buyer and to the merchant. A letter's key is its fact, so a repeat is harmless.
/// What a letter says is kept in its reader's box of messages first, whatever the post does.
public struct WriteLetters: Sendable {
  let contexts: Contexts
  let letters: any LetterWriter
  let mailer: any Mailer
  let terms: ReturnTerms
  let clock: WallClock

  public init(
    _ contexts: Contexts, letters: any LetterWriter, mailer: any Mailer, terms: ReturnTerms, clock: WallClock = .system
  ) {
    self.contexts = contexts
    self.letters = letters
    self.mailer = mailer
    self.terms = terms
    self.clock = clock
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
    // What was paid at the door is packed and gone.
    let isAtDoor = try await contexts.orders.timeline(of: order.id).contains { $0.kind == .promised }
    let occasion =
      isAtDoor ? Occasion.paidAtDoor(order, of: merchant) : Occasion.orderPaid(order, of: merchant)
    try await send(occasion, to: event.buyer, and: merchant)
  }

  public func whenOrderCancelled(_ event: OrderCancelled) async throws {
    guard let (order, merchant) = try await find(event.order) else { return }
    let occasion = Occasion.orderCancelled(order, of: merchant, reason: event.reason)
    let rejection =
      event.reason == .rejected
      ? try await contexts.orders.edits(of: order.id).last { $0.kind == .rejected } : nil
    let tellsMerchant = if let rejection { try await isOfPlatform(rejection.actor) } else { false }
    try await send(occasion, to: event.buyer, and: tellsMerchant ? merchant : nil)
  }

  public func whenOrderEdited(_ event: OrderEdited) async throws {
    guard let (order, merchant) = try await find(event.order) else { return }
    let occasion = Occasion.orderEdited(
      order, of: merchant, revision: event.revision, refund: event.refund, difference: event.difference)
    let edit = try await contexts.orders.edit(event.edit)
    let tellsMerchant = if let edit { try await isOfPlatform(edit.actor) } else { false }
    try await send(occasion, to: event.buyer, and: tellsMerchant ? merchant : nil)
  }

  public func whenOrderEditDismissed(_ event: OrderEditDismissed) async throws {
    guard try await isOfPlatform(.staff(event.staff)), let (order, merchant) = try await find(event.order) else {
      return
    }
    try await send(.orderEditDismissed(order, of: merchant, number: event.number), to: merchant)
  }

  /// What a merchant's own people did to an order, the merchant knows.
  private func isOfPlatform(_ actor: Actor) async throws -> Bool {
    guard case .staff(let id) = actor, let staff = try await contexts.staff.staff(id) else { return false }
    return staff.merchant == nil
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
    return (sent.isEmpty ? [told] : sent).map { SentParcel($0, carriers) }
  }

  /// The merchant is told where the buyer confirmed it.
  public func whenOrderCompleted(_ event: OrderCompleted) async throws {
    guard let (order, merchant) = try await find(event.order) else { return }
    // Where the merchant signed for it, the letters of its parcels say so.
    if try await tellSignedFor(order, of: merchant) { return }
    let completion = try await contexts.orders.timeline(of: order.id).last { $0.kind == .completed }
    let isByBuyer = if case .buyer = completion?.actor { true } else { false }
    try await send(.orderCompleted(order, of: merchant), to: event.buyer, and: isByBuyer ? merchant : nil)
  }

  /// To both sides, each with what is for it to know or to do.
  public func whenRefundMoved(_ event: RefundMoved) async throws {
    guard let refund = try await contexts.refunds.refundCase(event.refundCase),
      let (order, merchant) = try await find(event.order)
    else { return }
    let occasion = Occasion.refundMoved(
      RefundNews(step: event.step, number: event.number, refund: refund, order: order, merchant: merchant))
    try await send(occasion, to: event.buyer, and: merchant)
  }

  public func whenProductJudged(_ event: ProductJudged) async throws {
    guard let product = try await contexts.catalog.product(event.product),
      let merchant = try await contexts.merchants.merchant(event.merchant)
    else { return }
    try await send(.productJudged(event, product), to: merchant)
  }

  /// As the reply stands when the letter is written; none where it was taken back.
  public func whenReviewAnswered(_ event: ReviewAnswered) async throws {
    guard let review = try await contexts.reviews.review(event.review), review.reply != nil,
      review.state == .shown, let product = try await contexts.catalog.product(event.product),
      let merchant = try await contexts.merchants.merchant(product.merchant)
    else { return }
    try await send(.reviewAnswered(ReviewNews(review: review, product: product, merchant: merchant)), to: event.author)
  }

  func find(_ id: OrderID) async throws -> (Order, Merchant)? {
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

  func send(_ occasion: Occasion, to merchant: Merchant) async throws {
    try await keep(occasion, for: merchant)
    try await mail(occasion, to: merchant)
  }

  /// Both have their messages before the post is asked for anything.
  /// - Parameter merchant: nil where the buyer alone is told.
  func send(_ occasion: Occasion, to buyer: AccountID, and merchant: Merchant? = nil) async throws {
    let reader = try await keep(occasion, for: buyer)
    if let merchant { try await keep(occasion, for: merchant) }
    if let reader, let letter = try letters.letter(occasion, to: reader) { try await mailer.send(letter) }
    if let merchant { try await mail(occasion, to: merchant) }
  }

  /// Answers who reads it; nil where nobody does, since the account was erased.
  private func keep(_ occasion: Occasion, for buyer: AccountID) async throws -> Account? {
    guard let reader = try await self.reader(buyer) else { return nil }
    guard let message = try letters.message(occasion, to: reader) else { return reader }
    try await contexts.messages.keep(message, in: .account(buyer))
    // Whoever erased it meanwhile may have emptied the box before this came in.
    guard let stillReader = try await self.reader(buyer) else {
      try await contexts.messages.forget(buyer)
      return nil
    }
    return stillReader
  }

  private func reader(_ buyer: AccountID) async throws -> Account? {
    guard let account = try await contexts.accounts.account(buyer), !account.isErased else { return nil }
    return account
  }

  private func keep(_ occasion: Occasion, for merchant: Merchant) async throws {
    guard let message = try letters.message(occasion, to: merchant) else { return }
    try await contexts.messages.keep(message, in: .merchant(merchant.id))
  }

  private func mail(_ occasion: Occasion, to merchant: Merchant) async throws {
    if let letter = try letters.letter(occasion, to: merchant) { try await mailer.send(letter) }
  }
}
