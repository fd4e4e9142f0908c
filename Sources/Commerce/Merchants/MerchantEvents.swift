import Events
import Values

/// A merchant was opened, or says something else of itself.
public struct MerchantChanged: Event {
  public static let name = "merchants.merchantChanged"
  public let merchant: MerchantID
  public var subject: String { merchant.description }

  public init(merchant: MerchantID) { self.merchant = merchant }
}

/// A merchant was suspended, reinstated or closed.
public struct MerchantMoved: Event {
  public static let name = "merchants.merchantMoved"
  public let merchant: MerchantID
  public let state: MerchantState
  /// The merchant's version with which it was.
  public let number: Int
  public var subject: String { merchant.description }

  public init(merchant: MerchantID, state: MerchantState, number: Int) {
    self.merchant = merchant
    self.state = state
    self.number = number
  }
}

/// An application came in, was amended, asked about or decided.
public struct ApplicationMoved: Event {
  public static let name = "merchants.applicationMoved"
  public let application: MerchantApplicationID
  public let state: MerchantApplication.State
  /// The application's revision with which it did.
  public let number: Int
  public var subject: String { application.description }

  public init(application: MerchantApplicationID, state: MerchantApplication.State, number: Int) {
    self.application = application
    self.state = state
    self.number = number
  }
}

/// An application was approved, and there is a merchant.
public struct MerchantAdmitted: Event {
  public static let name = "merchants.merchantAdmitted"
  public let merchant: MerchantID
  public let application: MerchantApplicationID
  public var subject: String { merchant.description }

  public init(merchant: MerchantID, application: MerchantApplicationID) {
    self.merchant = merchant
    self.application = application
  }
}

/// Everything that changes what is known of merchants.
public enum MerchantChanges {
  public static let events: Set<String> = [
    MerchantChanged.name, MerchantMoved.name, ApplicationMoved.name, MerchantAdmitted.name,
  ]
}
