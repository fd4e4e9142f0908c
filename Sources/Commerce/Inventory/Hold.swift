import Values

/// The business key of a hold: the order it is for, so that a step that runs again finds its own hold.
public struct HoldKey: RawRepresentable, Hashable, Codable, Sendable {
  /// Up to 80 characters.
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }
}

public struct HoldLine: Hashable, Codable, Sendable {
  public let variant: VariantID
  public let quantity: Quantity

  public init(variant: VariantID, quantity: Quantity) {
    self.variant = variant
    self.quantity = quantity
  }
}

public struct Hold: Hashable, Codable, Sendable {
  public enum State: String, Codable, Sendable { case standing, confirmed, released, expired, putBack }
  public let id: HoldID
  public let key: HoldKey
  public let state: State
  public let lines: [HoldLine]
  public let until: Timestamp

  public init(id: HoldID, key: HoldKey, state: State, lines: [HoldLine], until: Timestamp) {
    self.id = id
    self.key = key
    self.state = state
    self.lines = lines
    self.until = until
  }
}

/// Every way in which Inventory says no.
public enum InventoryRefusal: Refusal, Hashable {
  case soldOut(VariantID, left: Int)
  case holdEnded(HoldKey)
  case heldStock(VariantID, held: Int)
  /// The key's hold is of other units than those asked for.
  case otherGoods(HoldKey)
  /// Sold without counting there, so that nothing can be added or taken off.
  case notCounted(VariantID)
  /// Fewer lie free at a place than are to leave it.
  case tooFewThere(VariantID, left: Int)
  case unknownItem
  case unknownLocation
  case locationNotEmpty
  case lastLocation
  case unknownCount
  case countEnded
  case nothingCounted

  public var code: String {
    switch self {
    case .soldOut: "soldOut"
    case .holdEnded: "holdEnded"
    case .heldStock: "heldStock"
    case .otherGoods: "otherGoodsHeld"
    case .notCounted: "notCounted"
    case .tooFewThere: "tooFewThere"
    case .unknownItem: "unknownItem"
    case .unknownLocation: "unknownLocation"
    case .locationNotEmpty: "locationNotEmpty"
    case .lastLocation: "lastLocation"
    case .unknownCount: "unknownCount"
    case .countEnded: "countEnded"
    case .nothingCounted: "nothingCounted"
    }
  }

  public var details: [String: String] {
    switch self {
    case .soldOut(let variant, let left): ["variant": variant.description, "left": String(left)]
    case .holdEnded(let key), .otherGoods(let key): ["key": key.rawValue]
    case .heldStock(let variant, let held): ["variant": variant.description, "held": String(held)]
    case .notCounted(let variant): ["variant": variant.description]
    case .tooFewThere(let variant, let left): ["variant": variant.description, "left": String(left)]
    case .unknownItem, .unknownLocation, .locationNotEmpty, .lastLocation, .unknownCount, .countEnded, .nothingCounted:
      [:]
    }
  }

  public var kind: RefusalKind {
    switch self {
    case .unknownItem, .unknownLocation, .unknownCount: .notFound
    default: .conflict
    }
  }
}
