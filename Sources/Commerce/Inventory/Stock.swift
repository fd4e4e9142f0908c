import Values

public struct Location: Hashable, Codable, Sendable {
  public let id: LocationID
  public let merchant: MerchantID
  public let name: String
  public let position: Int
  /// Nothing new is laid there. What lies there still is sold all the same.
  public let isClosed: Bool

  public init(id: LocationID, merchant: MerchantID, name: String, position: Int, isClosed: Bool = false) {
    self.id = id
    self.merchant = merchant
    self.name = name
    self.position = position
    self.isClosed = isClosed
  }
}

/// Units of one variant.
public struct StockLevel: Hashable, Codable, Sendable {
  public static let none = StockLevel(onHand: 0, held: 0, isUnlimited: false)
  public let onHand: Int
  public let held: Int
  /// Sold without counting, such as made-to-order goods.
  public let isUnlimited: Bool

  public init(onHand: Int, held: Int, isUnlimited: Bool) {
    self.onHand = onHand
    self.held = held
    self.isUnlimited = isUnlimited
  }

  /// What can still be bought.
  public var free: Int { isUnlimited ? Quantity.range.upperBound : max(0, onHand - held) }
}

public struct LocatedStock: Hashable, Codable, Sendable {
  public let location: Location
  public let level: StockLevel

  public init(location: Location, level: StockLevel) {
    self.location = location
    self.level = level
  }
}

public struct StockCount: Hashable, Sendable {
  public var variant: VariantID
  public var location: LocationID
  /// 0…1,000,000,000; nil makes the variant unlimited.
  public var onHand: Int?

  public init(variant: VariantID, location: LocationID, onHand: Int?) {
    self.variant = variant
    self.location = location
    self.onHand = onHand
  }
}

/// Units of one variant that came back from buyers, after somebody looked at them.
public struct ReturnedLine: Hashable, Sendable {
  public var variant: VariantID
  /// Can be sold again.
  public var restocked: Int
  /// Can't.
  public var writtenOff: Int

  public init(variant: VariantID, restocked: Int, writtenOff: Int = 0) {
    self.variant = variant
    self.restocked = restocked
    self.writtenOff = writtenOff
  }
}

/// One movement in the books of stock.
public struct StockEntry: Hashable, Codable, Sendable {
  public enum Reason: String, Codable, Sendable {
    case counted, held, released, expired, confirmed, putBack, returned, writtenOff
    /// By staff; see `AdjustmentReason`.
    case received, found, corrected, damaged, lost, sample
    case movedOut, movedIn
  }

  public let id: Int64
  public let variant: VariantID
  public let location: LocationID
  public let reason: Reason
  public let onHandChange: Int
  public let heldChange: Int
  /// The hold, count or request that caused it.
  public let cause: String
  /// What staff wrote to it.
  public let note: String
  public let actor: Actor
  public let at: Timestamp

  public init(
    id: Int64, variant: VariantID, location: LocationID, reason: Reason, onHandChange: Int, heldChange: Int,
    cause: String, note: String = "",
    actor: Actor, at: Timestamp
  ) {
    self.id = id
    self.variant = variant
    self.location = location
    self.reason = reason
    self.onHandChange = onHandChange
    self.heldChange = heldChange
    self.cause = cause
    self.note = note
    self.actor = actor
    self.at = at
  }
}
