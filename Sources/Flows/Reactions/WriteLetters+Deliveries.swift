import Fulfilment
import Merchants
import Orders
import Refunds
import Values

/// What letters about deliveries promise: how long there is time for what.
public struct ReturnTerms: Sendable {
  let policy: any RefundPolicy
  let confirmAfterDays: Int

  /// - Parameter confirmAfterDays: after so many days the shop confirms for a buyer who says nothing; 0 means never.
  public init(policy: any RefundPolicy, confirmAfterDays: Int) {
    self.policy = policy
    self.confirmAfterDays = confirmAfterDays
  }
}

/// A parcel that is there, with what its buyer can do next.
public struct DeliveryNews: Sendable {
  /// How long something can be asked back, in days after the receipt.
  public struct Days: Sendable {
    public let ofMind: Int
    public let ofFault: Int
  }

  public enum Next: Sendable {
    /// Other parcels are still to come.
    case othersCome
    /// The buyer is to confirm; the shop does so then by itself, or never (nil).
    case confirm(byItself: Timestamp?)
    /// The merchant signed for the buyer, then.
    case signedFor(Timestamp)
  }

  public let id: ParcelID
  public let parcel: SentParcel
  public let order: Order
  public let merchant: Merchant
  public let next: Next
  public let days: Days
}

extension WriteLetters {
  /// A carrier may say so many times; the letter's key is the parcel. Whoever confirmed before has the goods in hand.
  public func whenParcelMoved(_ event: ParcelMoved) async throws {
    guard event.state == .delivered, let (order, merchant) = try await find(event.order),
      order.state == .awaitingShipment || order.state == .awaitingReceipt,
      let consignment = try await contexts.fulfilment.consignment(of: order.id),
      let parcel = consignment.parcels.first(where: { $0.id == event.parcel }), parcel.state == .delivered
    else { return }
    let next: DeliveryNews.Next =
      if let arrived = consignment.deliveredAt {
        .confirm(byItself: terms.confirmAfterDays > 0 ? arrived.adding(.days(terms.confirmAfterDays)) : nil)
      } else {
        .othersCome
      }
    try await tell(of: [parcel], of: order, merchant, next)
  }

  /// Of the parcels that nobody has told of yet. False where the buyer, or the shop by itself, completed the order.
  func tellSignedFor(_ order: Order, of merchant: Merchant) async throws -> Bool {
    let completed = try await contexts.orders.timeline(of: order.id).last { $0.kind == .completed }
    guard let completed, case .staff = completed.actor else { return false }
    let parcels = try await contexts.fulfilment.consignment(of: order.id)?.parcels ?? []
    let untold = parcels.filter { $0.state.hasLeft && $0.state != .returned }
    try await tell(of: untold, of: order, merchant, .signedFor(completed.at))
    return untold.contains { $0.state != .delivered }
  }

  private func tell(
    of parcels: [Parcel], of order: Order, _ merchant: Merchant, _ next: DeliveryNews.Next
  ) async throws {
    guard !parcels.isEmpty else { return }
    let carriers = try await contexts.carrierBook()
    let days = DeliveryNews.Days(
      ofMind: terms.policy.days(for: .changedMind), ofFault: terms.policy.days(for: .damaged))
    for parcel in parcels {
      guard let label = parcel.label else { continue }
      let news = DeliveryNews(
        id: parcel.id, parcel: SentParcel(label, carriers), order: order, merchant: merchant, next: next, days: days)
      try await send(.parcelDelivered(news), to: order.buyer)
    }
  }
}

extension SentParcel {
  init(_ label: ShippingLabel, _ carriers: CarrierBook) {
    self.init(
      carrier: carriers.name(label.carrier), trackingNumber: label.trackingNumber,
      address: carriers[label.carrier]?.address(of: label.trackingNumber))
  }
}
