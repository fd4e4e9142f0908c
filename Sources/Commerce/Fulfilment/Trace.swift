import Values

/// One thing that a carrier says of a parcel.
public struct Trace: Hashable, Codable, Sendable {
  public enum Kind: String, CaseIterable, Codable, Sendable {
    case collected, inTransit, outForDelivery, delivered, problem, refused, returning, returned, forwarded, customs
  }

  public let at: Timestamp
  public let kind: Kind
  /// In the carrier's own words and language, up to 500 characters.
  public let text: String
  /// The carrier's name of the place, often none; up to 100 characters.
  public let place: String

  public init(at: Timestamp, kind: Kind, text: String, place: String = "") {
    self.at = at
    self.kind = kind
    self.text = String(String.UnicodeScalarView(text.unicodeScalars.prefix(500)))
    self.place = String(String.UnicodeScalarView(place.unicodeScalars.prefix(100)))
  }
}

extension Trace.Kind {
  /// The state of a parcel of which this is the latest.
  var state: ParcelState {
    switch self {
    case .delivered: .delivered
    case .returned: .returned
    case .collected, .inTransit, .outForDelivery, .problem, .refused, .returning, .forwarded, .customs: .inTransit
    }
  }
}
