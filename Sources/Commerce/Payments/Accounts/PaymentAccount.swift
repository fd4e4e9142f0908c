import Signatures
import Values

public enum PaymentAccountTag: Identified { public static let prefix = "pac" }
public typealias PaymentAccountID = ID<PaymentAccountTag>

/// How a method is set up: what the shop is at its provider, and on which terms it is offered. Secrets are never part of
/// it, only which of them are there. A method has one account through which payments are opened; older ones stay for the
/// payments that were opened under them.
public struct PaymentAccount: Hashable, Codable, Sendable {
  public let id: PaymentAccountID
  public let method: PaymentMethod
  /// What isn't secret, by the names of `PaymentAccountField`; empty fields are left out.
  public let fields: [String: String]
  /// The names of the secrets that are kept.
  public let secrets: Set<String>
  public let terms: PaymentTerms
  /// Counts the changes; who saves says which one they saw.
  public let version: Int
  public let changedAt: Timestamp
  /// Since when another identity took its place; nil for the account that is used.
  public let retiredAt: Timestamp?
  /// Whether its secrets open with the key that this process has.
  public let isReadable: Bool

  public var isCurrent: Bool { retiredAt == nil }
}

/// On which terms a method is offered.
public struct PaymentTerms: Hashable, Codable, Sendable {
  public var isOn: Bool
  /// Of the amount, in hundredths of a percent: 60 is 0.6 %. 0…10,000.
  public var feePoints: Int
  /// For each payment, on top.
  public var feeFixed: Money
  /// What a payment may be; nil bounds nothing.
  public var least: Money?
  public var most: Money?
  /// Where it stands among the methods, the smallest first: 0…999.
  public var place: Int

  public init(
    isOn: Bool, feePoints: Int, feeFixed: Money, least: Money? = nil, most: Money? = nil, place: Int = 100
  ) {
    self.isOn = isOn
    self.feePoints = feePoints
    self.feeFixed = feeFixed
    self.least = least
    self.most = most
    self.place = place
  }

  /// Whether a payment of that much is within the bounds.
  public func allows(_ amount: Money) -> Bool {
    if let least, least.currency != amount.currency || amount.minor < least.minor { return false }
    if let most, most.currency != amount.currency || amount.minor > most.minor { return false }
    return true
  }
}

/// A secret of an account on its way to where it is sealed, or from there to its provider.
public struct PaymentSecret: Hashable, Sendable, Unprintable {
  public let text: String
  public init(_ text: String) { self.text = text }
}

/// An account as it was typed.
public struct PaymentAccountDraft: Sendable {
  public var method: PaymentMethod
  public var fields: [String: String]
  /// Those that were typed anew; the others stay as they are.
  public var secrets: [String: PaymentSecret]
  /// Secrets to be forgotten: those that the method needs can't be.
  public var forgotten: Set<String>
  public var terms: PaymentTerms
  /// As it was seen; nil where there was none.
  public var version: Int?

  public init(
    method: PaymentMethod, fields: [String: String], secrets: [String: PaymentSecret] = [:],
    forgotten: Set<String> = [], terms: PaymentTerms, version: Int?
  ) {
    self.method = method
    self.fields = fields
    self.secrets = secrets
    self.forgotten = forgotten
    self.terms = terms
    self.version = version
  }
}

/// Who switches a method off, each for what is theirs.
public enum PaymentSwitchOwner: Hashable, Codable, Sendable {
  /// Of methods that are set up at the start and have no account.
  case shop
  case merchant(MerchantID)
  /// The platform, for goods of one merchant, who can't undo it.
  case platform(MerchantID)
  case channel(Channel)

  /// As it is stored.
  var name: String {
    switch self {
    case .shop: "shop"
    case .merchant(let id): "merchant:\(id)"
    case .platform(let id): "platform:\(id)"
    case .channel(let channel): "\(Self.channelsBegin)\(channel.rawValue)"
    }
  }
  static let channelsBegin = "channel:"
}

/// A method that somebody has switched off.
public struct PaymentSwitchedOff: Hashable, Codable, Sendable {
  public let owner: String
  public let method: PaymentMethod

  public init(_ owner: PaymentSwitchOwner, _ method: PaymentMethod) {
    self.owner = owner.name
    self.method = method
  }

  init(owner: String, method: PaymentMethod) {
    self.owner = owner
    self.method = method
  }

  /// Where it is off; nil for what isn't about a channel.
  public var channel: Channel? {
    guard owner.hasPrefix(PaymentSwitchOwner.channelsBegin) else { return nil }
    return Channel(rawValue: String(owner.dropFirst(PaymentSwitchOwner.channelsBegin.count)))
  }
}

/// What a checkout is, as far as it decides how it can be paid.
public struct PaymentBasis: Hashable, Codable, Sendable {
  public var channel: Channel
  /// Whose goods are paid: what one of them doesn't take isn't offered.
  public var merchants: [MerchantID]
  /// What the provider would be asked for: without what the balance gives. Nil while it isn't known yet: then limits rule
  /// nothing out.
  public var amount: Money?

  public init(channel: Channel = .main, merchants: [MerchantID], amount: Money? = nil) {
    self.channel = channel
    self.merchants = merchants
    self.amount = amount
  }
}
