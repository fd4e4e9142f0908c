import Values

/// A variant over all its places.
public struct StockItem: Hashable, Codable, Sendable {
  public enum State: String, CaseIterable, Codable, Sendable {
    case enough
    /// As many units are free as the threshold says, or fewer.
    case low
    /// None is free.
    case out
  }

  public let variant: VariantID
  public let merchant: MerchantID
  public let level: StockLevel
  public let lowAt: Int
  /// Else the threshold is the one that is usual in the shop.
  public let hasOwnThreshold: Bool
  public let state: State

  public init(
    variant: VariantID, merchant: MerchantID, level: StockLevel, lowAt: Int, hasOwnThreshold: Bool, state: State
  ) {
    self.variant = variant
    self.merchant = merchant
    self.level = level
    self.lowAt = lowAt
    self.hasOwnThreshold = hasOwnThreshold
    self.state = state
  }
}

/// Which items a list shows; all that is said must fit.
public struct StockFilter: Hashable, Codable, Sendable {
  public var merchant: MerchantID?
  /// What lies there, or once did.
  public var location: LocationID?
  public var states: Set<StockItem.State>

  public init(merchant: MerchantID? = nil, location: LocationID? = nil, states: Set<StockItem.State> = []) {
    self.merchant = merchant
    self.location = location
    self.states = states
  }
}

public struct StockShortage: Hashable, Codable, Sendable {
  public static let most = 1000

  public let low: Int
  public let out: Int

  public init(low: Int, out: Int) {
    self.low = low
    self.out = out
  }

  public var all: Int { low + out }
}

/// Why staff change what lies on a shelf.
public enum AdjustmentReason: String, CaseIterable, Codable, Sendable {
  case received, found, damaged, lost, sample, corrected

  /// 1 where units can only come, -1 where they can only go, 0 where both may be.
  public var sign: Int {
    switch self {
    case .received, .found: 1
    case .damaged, .lost, .sample: -1
    case .corrected: 0
    }
  }

  var entry: StockEntry.Reason {
    switch self {
    case .received: .received
    case .found: .found
    case .damaged: .damaged
    case .lost: .lost
    case .sample: .sample
    case .corrected: .corrected
    }
  }
}

public struct StockAdjustment: Hashable, Codable, Sendable {
  /// Either way.
  public static let most = 1_000_000

  public var variant: VariantID
  public var location: LocationID
  /// Units that come, or go where it is below zero; never none.
  public var change: Int
  public var reason: AdjustmentReason
  public var note: String

  public init(
    variant: VariantID, location: LocationID, change: Int, reason: AdjustmentReason, note: String = ""
  ) {
    self.variant = variant
    self.location = location
    self.change = change
    self.reason = reason
    self.note = note
  }
}

public struct StockTransfer: Hashable, Codable, Sendable {
  public var variant: VariantID
  public var from: LocationID
  public var to: LocationID
  /// 1…1,000,000.
  public var units: Int
  public var note: String

  public init(variant: VariantID, from: LocationID, to: LocationID, units: Int, note: String = "") {
    self.variant = variant
    self.from = from
    self.to = to
    self.units = units
    self.note = note
  }
}

/// A row of the ledger, and what there was after it.
public struct StockMovement: Hashable, Codable, Sendable {
  public let entry: StockEntry
  public let onHand: Int
  public let held: Int

  public init(entry: StockEntry, onHand: Int, held: Int) {
    self.entry = entry
    self.onHand = onHand
    self.held = held
  }
}

/// A day of a variant.
public struct StockDay: Hashable, Codable, Sendable {
  /// When it began.
  public let day: Timestamp
  /// At its end, or now.
  public let onHand: Int

  public init(day: Timestamp, onHand: Int) {
    self.day = day
    self.onHand = onHand
  }
}

/// A place with what lies there.
public struct Stockroom: Hashable, Codable, Sendable {
  public let location: Location
  /// How many variants lie there.
  public let items: Int
  public let onHand: Int
  public let held: Int

  public init(location: Location, items: Int, onHand: Int, held: Int) {
    self.location = location
    self.items = items
    self.onHand = onHand
    self.held = held
  }

  public var isEmpty: Bool { onHand == 0 && held == 0 }
}
