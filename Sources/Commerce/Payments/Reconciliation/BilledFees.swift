import Values

/// What a bill says that its provider kept of payments, or gave back of that.
public struct BilledFees: Sendable {
  public struct Fee: Hashable, Sendable {
    /// Names it for good, 40 characters at most.
    public let key: String
    public let payment: PaymentID
    /// Of a refund whose it was; nil for all orders of the payment.
    public let order: OrderID?
    /// Negative where it came back.
    public let amount: Money
    public let at: Timestamp
  }

  public let method: PaymentMethod
  public let day: ProviderDay
  public let fees: [Fee]
  let take: BillTakeID
  /// Lines of the bill that are through with these.
  let lines: Int
}
