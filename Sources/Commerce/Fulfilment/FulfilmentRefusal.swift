import Values

/// Every way in which Fulfilment says no.
public enum FulfilmentRefusal: Refusal, Hashable {
  case unknownParcel
  case wrongParcelState(ParcelState)
  /// Fewer units of a line are left outside of parcels than were to be packed.
  case notLeft(line: OrderLineID, left: Int)
  /// Nothing is left to be packed.
  case allPacked
  /// More is in the parcel than is still to be sent.
  case overPacked
  /// Another parcel of the same order has this number.
  case numberUsed
  case carrierOff
  /// What came in a tracker's name isn't from it.
  case badPush

  public var code: String {
    switch self {
    case .unknownParcel: "unknownParcel"
    case .wrongParcelState: "wrongParcelState"
    case .notLeft: "notLeft"
    case .allPacked: "allPacked"
    case .overPacked: "parcelOverPacked"
    case .numberUsed: "trackingNumberUsed"
    case .carrierOff: "carrierOff"
    case .badPush: "badPush"
    }
  }

  public var details: [String: String] {
    switch self {
    case .wrongParcelState(let state): ["parcelState": state.rawValue]
    case .notLeft(_, let left): ["left": String(left)]
    case .unknownParcel, .allPacked, .overPacked, .numberUsed, .carrierOff, .badPush: [:]
    }
  }

  public var kind: RefusalKind {
    switch self {
    case .unknownParcel: .notFound
    case .badPush: .forbidden
    case .wrongParcelState, .notLeft, .allPacked, .overPacked, .numberUsed, .carrierOff: .conflict
    }
  }
}
