import Events
import Values

public struct OrderPlaced: Event {
  public static let name = "orders.orderPlaced"
  public let order: OrderID
  public let checkout: String
  public let buyer: AccountID
  public let merchant: MerchantID
  public let due: Money
  public var subject: String { order.description }

  public init(order: OrderID, checkout: String, buyer: AccountID, merchant: MerchantID, due: Money) {
    self.order = order
    self.checkout = checkout
    self.buyer = buyer
    self.merchant = merchant
    self.due = due
  }
}

public struct OrderPaid: Event {
  public static let name = "orders.orderPaid"
  public let order: OrderID
  public let payment: PaymentID
  public let buyer: AccountID
  public let merchant: MerchantID
  public let products: [ProductID]
  public var subject: String { order.description }

  public init(order: OrderID, payment: PaymentID, buyer: AccountID, merchant: MerchantID, products: [ProductID]) {
    self.order = order
    self.payment = payment
    self.buyer = buyer
    self.merchant = merchant
    self.products = products
  }
}

/// The order has taken what a change of it asked for on top.
public struct OrderDifferencePaid: Event {
  public static let name = "orders.orderDifferencePaid"
  public let order: OrderID
  public let payment: PaymentID
  public let amount: Money
  public var subject: String { order.description }

  public init(order: OrderID, payment: PaymentID, amount: Money) {
    self.order = order
    self.payment = payment
    self.amount = amount
  }
}

/// The buyer pays at the door; the goods are sold, and the order goes on as if it were paid.
public struct OrderPromised: Event {
  public static let name = "orders.orderPromised"
  public let order: OrderID
  public let payment: PaymentID
  public let buyer: AccountID
  public let merchant: MerchantID
  public var subject: String { order.description }

  public init(order: OrderID, payment: PaymentID, buyer: AccountID, merchant: MerchantID) {
    self.order = order
    self.payment = payment
    self.buyer = buyer
    self.merchant = merchant
  }
}

public struct OrderCancelled: Event {
  public static let name = "orders.orderCancelled"
  public let order: OrderID
  public let buyer: AccountID
  public let reason: CancelReason
  public var subject: String { order.description }

  public init(order: OrderID, buyer: AccountID, reason: CancelReason) {
    self.order = order
    self.buyer = buyer
    self.reason = reason
  }
}

/// Every unit of the order was taken back.
public struct OrderRefunded: Event {
  public static let name = "orders.orderRefunded"
  public let order: OrderID
  public let buyer: AccountID
  public var subject: String { order.description }

  public init(order: OrderID, buyer: AccountID) {
    self.order = order
    self.buyer = buyer
  }
}

public struct OrderShipped: Event {
  public static let name = "orders.orderShipped"
  public let order: OrderID
  public let buyer: AccountID
  public let carrier: String
  public let trackingNumber: String
  public var subject: String { order.description }

  public init(order: OrderID, buyer: AccountID, carrier: String, trackingNumber: String) {
    self.order = order
    self.buyer = buyer
    self.carrier = carrier
    self.trackingNumber = trackingNumber
  }
}

public struct OrderCompleted: Event {
  public static let name = "orders.orderCompleted"
  public let order: OrderID
  public let buyer: AccountID
  public var subject: String { order.description }

  public init(order: OrderID, buyer: AccountID) {
    self.order = order
    self.buyer = buyer
  }
}

/// Staff changed an order that waits for review.
public struct OrderEdited: Event {
  public static let name = "orders.orderEdited"
  public let order: OrderID
  public let edit: OrderEditID
  public let buyer: AccountID
  /// The order's, from then on.
  public let revision: Int
  /// What goes back to the buyer; zero where nothing does.
  public let refund: Money
  /// What the buyer has to pay on top; zero where nothing is.
  public let difference: Money
  public var subject: String { order.description }

  public init(
    order: OrderID, edit: OrderEditID, buyer: AccountID, revision: Int, refund: Money, difference: Money
  ) {
    self.order = order
    self.edit = edit
    self.buyer = buyer
    self.revision = revision
    self.refund = refund
    self.difference = difference
  }
}

/// The merchant's people want something changed before the order is passed. What it is may say where the buyer lives, so
/// it's told to whoever may read it alone.
public struct OrderEditAsked: Event {
  public static let name = "orders.orderEditAsked"
  public let order: OrderID
  public let merchant: MerchantID
  public let staff: StaffID
  public var subject: String { order.description }

  public init(order: OrderID, merchant: MerchantID, staff: StaffID) {
    self.order = order
    self.merchant = merchant
    self.staff = staff
  }
}

/// What was asked for won't be made, or isn't wanted any more.
public struct OrderEditDismissed: Event {
  public static let name = "orders.orderEditDismissed"
  public let order: OrderID
  public let merchant: MerchantID
  public let staff: StaffID
  /// Tells this from others of the order.
  public let number: String
  public var subject: String { order.description }

  public init(order: OrderID, merchant: MerchantID, staff: StaffID, number: String) {
    self.order = order
    self.merchant = merchant
    self.staff = staff
    self.number = number
  }
}
