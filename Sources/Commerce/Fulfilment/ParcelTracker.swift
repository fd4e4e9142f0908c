import Values

/// A service that knows where the parcels of many carriers are.
public protocol ParcelTracker: Sendable {
  /// Asks to be told of a parcel. Throws `TrackerFault`.
  func subscribe(_ wish: TrackingWish) async throws
  /// Where the parcel has been; nil while nothing is known of it. Throws `TrackerFault`.
  func query(_ wish: TrackingWish) async throws -> TrackingReport?
  /// What a push says. Throws `TrackerFault.untrue` when its signature isn't that of the salt, or it can't be read.
  func report(_ push: RawPush, salt: String) throws -> TrackingReport
  /// What the tracker wants to hear of a push that was taken in.
  var acknowledgement: PushAnswer { get }
}

public struct TrackingWish: Hashable, Sendable {
  public let label: ShippingLabel
  /// The end of the recipient's number; empty for carriers that don't ask for it.
  public let phoneEnd: String
  /// Where pushes go, and what they are signed with.
  public let callback: String
  public let salt: String

  public init(label: ShippingLabel, phoneEnd: String, callback: String, salt: String) {
    self.label = label
    self.phoneEnd = phoneEnd
    self.callback = callback
    self.salt = salt
  }
}

public struct TrackingReport: Hashable, Sendable {
  public let trackingNumber: String
  /// Of one moment, the latest first; otherwise in any order.
  public let traces: [Trace]
  /// The tracker won't tell more by itself.
  public let isLast: Bool
  /// The tracker stopped without knowing how it ended.
  public let isGivenUp: Bool

  public init(trackingNumber: String, traces: [Trace], isLast: Bool, isGivenUp: Bool) {
    self.trackingNumber = trackingNumber
    self.traces = traces
    self.isLast = isLast
    self.isGivenUp = isGivenUp
  }
}

/// A push as it came: fields of a form.
public struct RawPush: Hashable, Codable, Sendable {
  public let param: String
  public let sign: String

  public init(param: String, sign: String) {
    self.param = param
    self.sign = sign
  }
}

public struct PushAnswer: Hashable, Codable, Sendable {
  public let contentType: String
  public let body: String

  public init(contentType: String, body: String) {
    self.contentType = contentType
    self.body = body
  }
}

/// What can go wrong in speaking to a tracker.
public enum TrackerFault: Error, Hashable, Sendable {
  /// It didn't answer, or with something that can't be read.
  case unreachable(String)
  /// It won't, whatever the parcel: a key that is wrong or used up.
  case notAllowed(code: String)
  /// It won't for this parcel: a carrier or number that it doesn't take.
  case declined(code: String)
  case untrue(String)
}

/// Where the shop is told of parcels.
public struct TrackingAddresses: Sendable {
  public static let path = "/logistics/kuaidi100"
  private let publicURL: String

  /// - Parameter publicURL: without a slash at the end.
  public init(publicURL: String) { self.publicURL = publicURL }

  func callback(of parcel: ParcelID) -> String { "\(publicURL)\(Self.path)/\(parcel)" }
}
