import Accounts
import Carts
import Governance
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Values

/// Who asks, in which language, from where: found once per request, before any page runs.
public struct Visit: Sendable {
  public var language: Language = .en
  public var account: Account?
  public var sessionToken: SessionToken?
  /// The browser's mark; nil until it has sent one back.
  public var device: DeviceToken?
  public var staff: Staff?
  public var staffToken: SessionToken?
  /// Nobody can say now who it is, since sessions can't be read. Such a visitor sees what all see, as a stranger, and
  /// is refused everything else.
  public var isUnknown = false
  /// What a trusted proxy says of the network address.
  var forwarded: String?
  var remoteAddress: SocketAddress?
  /// The network address, for throttling.
  public var client: String { forwarded ?? remoteAddress?.ipAddress ?? "" }

  public init() {}

  /// The same visit of somebody of whom nothing is known.
  var asUnknown: Visit {
    var visit = self
    (visit.account, visit.sessionToken, visit.staff, visit.staffToken, visit.device) = (nil, nil, nil, nil, nil)
    visit.isUnknown = true
    return visit
  }

  /// The same visit without anybody whom cookies name: of a program that says by itself whose it is.
  public var ofProgram: Visit {
    var visit = asUnknown
    visit.isUnknown = false
    return visit
  }

  /// To whom the log puts down what a program of staff does.
  public func auditActor(of bearer: StaffBearer) -> AuditActor {
    AuditActor(
      .staff(bearer.staff.id), name: "\(bearer.staff.name) (\(bearer.tokenName))", origin: client,
      trace: TraceParent.trace)
  }

  /// Throws `TemporarilyUnavailable` when nobody can say who it is.
  public func requireKnown() throws(TemporarilyUnavailable) { if isUnknown { throw TemporarilyUnavailable() } }

  /// Whose history it is; nil for a browser that keeps no cookies.
  public var visitor: Visitor? {
    if let account { return .account(account.id) }
    return device.map(Visitor.device)
  }

  public var cartOwner: CartOwner? {
    if let account { return .account(account.id) }
    return device.map { CartOwner.device($0.rawValue) }
  }

  /// To whom the log puts down what is done in the back office for this visit.
  var auditActor: AuditActor {
    AuditActor(
      staff.map { .staff($0.id) } ?? .visitor, name: staff?.name ?? "", origin: client, trace: TraceParent.trace)
  }

  /// Throws `SignInRefusal.notLoggedIn`, and `TemporarilyUnavailable` when nobody can say who it is.
  public func requireAccount() throws -> Account {
    try requireKnown()
    guard let account else { throw SignInRefusal.notLoggedIn }
    return account
  }

  /// Throws `SignInRefusal.notLoggedIn`, `StaffDutyRefusal` when they must see to their own log-in first, and
  /// `TemporarilyUnavailable` when nobody can say who it is.
  /// - Parameter evenOwing: for the page where they see to it.
  public func requireStaff(evenOwing: Bool = false) throws -> Staff {
    try requireKnown()
    guard let staff else { throw SignInRefusal.notLoggedIn }
    if let duty = staff.owes, !evenOwing { throw StaffDutyRefusal(duty: duty) }
    return staff
  }
}

/// Staff who must see to their own log-in before they are let in.
public struct StaffDutyRefusal: Refusal, Hashable {
  public let duty: StaffDuty

  public init(duty: StaffDuty) { self.duty = duty }

  public var code: String { "ownLogInFirst" }
  public var kind: RefusalKind { .forbidden }
}

public enum SignInRefusal: Refusal, Hashable {
  case notLoggedIn

  public var code: String { "notLoggedIn" }
  public var kind: RefusalKind { .unauthenticated }
}

/// What the program carries along with a request.
public struct ShopRequestContext: RequestContext, RemoteAddressRequestContext {
  public var coreContext: CoreRequestContextStorage
  public let remoteAddress: SocketAddress?
  public var visit = Visit()
  public let shownMerchant = ShownMerchant()

  public init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    remoteAddress = source.channel.remoteAddress
  }

  /// A bound on forms and JSON; uploads ask for more themselves.
  public var maxUploadSize: Int { 256 * 1024 }
}
