import Accounts
import Insight
import Merchants
import Orders
import Payments
import Values

/// How the shop takes money. Staff of the platform with a right of its own set methods up and switch them for the whole
/// shop; a merchant's staff, who may change its settings, switch them for its goods.
public struct WorkPaymentMethods: Sendable {
  private let contexts: Contexts
  private let accounts: any PaymentAccountService

  public init(_ contexts: Contexts, accounts: any PaymentAccountService) {
    self.contexts = contexts
    self.accounts = accounts
  }

  public static func opens(to staff: Staff) -> Bool { staff.rights.contains(right(of: staff)) }
  public static func opensNotices(to staff: Staff) -> Bool {
    staff.merchant == nil && staff.rights.contains(.paymentsView)
  }

  /// Whether there is a key for secrets: without one methods that have some can't be set up.
  public var canSeal: Bool { accounts.canSeal }

  /// Whether nobody said that the shop takes real money, though buyers could believe it does: by a provider, or with the
  /// sandbox's.
  public func looksReal(_ methods: [SeenMethod]) -> Bool {
    !accounts.isProduction && methods.contains { $0.account != nil || ($0.isOfStart && $0.isOn && !$0.method.isOwn) }
  }

  /// Every method that there is or could be, in the order in which they are offered, those that aren't set up last; of a
  /// merchant's staff those alone that the shop offers. Throws `StaffRefusal.notAllowed`, as everything below does.
  public func methods(for staff: Staff) async throws -> [SeenMethod] {
    try staff.require(Self.right(of: staff))
    let all = try await methods(seenBy: staff, of: staff.merchant)
    return staff.merchant == nil ? all : all.filter(\.isOn)
  }

  /// As they stand for goods of one merchant, those alone that are set up, for those who set them up. Throws
  /// `MerchantRefusal.unknownMerchant`.
  public func methods(of merchant: MerchantID, for staff: Staff) async throws -> [SeenMethod] {
    try allowAll(staff)
    guard try await contexts.merchants.merchant(merchant) != nil else { throw MerchantRefusal.unknownMerchant }
    return try await methods(seenBy: staff, of: merchant).filter(\.isSetUp)
  }

  private func methods(seenBy staff: Staff, of merchant: MerchantID?) async throws -> [SeenMethod] {
    let current = try await accounts.accounts().filter(\.isCurrent)
    let off = try await accounts.switchedOff()
    func seen(_ method: PaymentMethod, _ account: PaymentAccount?, isOfStart: Bool = false, isOn: Bool) -> SeenMethod {
      SeenMethod(
        method, account, terms: account?.terms ?? accounts.termsOfStart(method), isOfStart: isOfStart, isOn: isOn,
        SeenSwitches(off: off, merchant: merchant), showsAgreement: staff.merchant == nil)
    }
    let started = accounts.methodsOfStart().map { method in
      seen(method, nil, isOfStart: true, isOn: !off.contains(PaymentSwitchedOff(.shop, method)))
    }
    let all = started + current.map { seen($0.method, $0, isOn: $0.terms.isOn) }
    let missing = PaymentMethod.setUp.filter { method in !all.contains { $0.method == method } }
    return all + missing.map { seen($0, nil, isOn: false) }
  }

  /// Where the shop has sold, the main channel first, then where one of the methods is off, though nothing was sold there
  /// yet; for those who set methods up.
  public func channels(of methods: [SeenMethod], for staff: Staff) async throws -> [Channel] {
    try allowAll(staff)
    let sold = try await contexts.insight.channels(of: nil)
    let off = Set(methods.flatMap(\.channelsOff)).subtracting(sold)
    return sold + off.sorted { $0.rawValue < $1.rawValue }
  }

  /// The account of a method, for those who set it up; nil where it isn't set up yet.
  /// Throws `PaymentAccountRefusal.unknownAccount` for a method that can't be.
  public func account(of method: PaymentMethod, for staff: Staff) async throws -> PaymentAccount? {
    try allowAll(staff)
    guard method.accountFields != nil else { throw PaymentAccountRefusal.unknownAccount }
    return try await accounts.accounts().first { $0.isCurrent && $0.method == method }
  }

  /// Accounts whose place another identity took, the newest first: their payments can still be asked for and given back.
  public func retired(of method: PaymentMethod, for staff: Staff) async throws -> [PaymentAccount] {
    try allowAll(staff)
    return try await accounts.accounts().filter { !$0.isCurrent && $0.method == method }
  }

  public func save(_ draft: PaymentAccountDraft, by staff: Staff) async throws -> PaymentAccount {
    try allowAll(staff)
    return try await accounts.save(draft, by: staff.id)
  }

  /// For the whole shop, or for goods of the staff's own merchant.
  public func turn(_ method: PaymentMethod, on: Bool, by staff: Staff) async throws {
    try staff.require(Self.right(of: staff))
    let owner: PaymentSwitchOwner = staff.merchant.map(PaymentSwitchOwner.merchant) ?? .shop
    try await accounts.turn(method, on: on, of: owner, by: staff.id)
  }

  /// The same for what is sold in a channel.
  public func turn(_ method: PaymentMethod, on: Bool, in channel: Channel, by staff: Staff) async throws {
    try allowAll(staff)
    try await accounts.turn(method, on: on, of: .channel(channel), by: staff.id)
  }

  /// The same for goods of one merchant, by the platform: what it keeps off the merchant's own staff can't switch on. Throws
  /// `MerchantRefusal.unknownMerchant`.
  public func turn(_ method: PaymentMethod, on: Bool, for merchant: MerchantID, by staff: Staff) async throws {
    try allowAll(staff)
    guard try await contexts.merchants.merchant(merchant) != nil else { throw MerchantRefusal.unknownMerchant }
    try await accounts.turn(method, on: on, of: .platform(merchant), by: staff.id)
  }

  public func trial(of method: PaymentMethod, by staff: Staff) async throws -> AccountTrial {
    try allowAll(staff)
    return try await accounts.trial(of: method, by: staff.id)
  }

  /// What providers told, the newest first, for staff of the platform who see payments: masked of who buyers are for those
  /// who may not know.
  public func notices(
    matching filter: NoticeFilter, _ page: PageRequest, for staff: Staff
  ) async throws -> Page<HeardNotice> {
    guard Self.opensNotices(to: staff) else { throw StaffRefusal.notAllowed(.paymentsView) }
    let showsPeople = staff.rights.contains(.buyersContact)
    return try await contexts.payments.notices(matching: filter, page).map { $0.masked(showsPeople: showsPeople) }
  }

  /// One of them, masked alike, with the orders that its payment is for; nil where there is none.
  public func notice(_ id: ID<NoticeTag>, for staff: Staff) async throws -> SeenNotice? {
    guard Self.opensNotices(to: staff) else { throw StaffRefusal.notAllowed(.paymentsView) }
    guard let heard = try await contexts.payments.notice(id) else { return nil }
    var orders: [Order] = []
    if let payment = heard.payment, let paid = try await contexts.payments.payment(payment) {
      orders = try await contexts.orders.orders(paid.shares.map(\.order))
    }
    return SeenNotice(heard: heard.masked(showsPeople: staff.rights.contains(.buyersContact)), orders: orders)
  }

  /// Where the platform's money goes is said by fewer than change its other settings.
  private static func right(of staff: Staff) -> StaffRight { staff.merchant == nil ? .paymentsSetUp : .settingsEdit }

  private func allowAll(_ staff: Staff) throws {
    guard staff.merchant == nil, Self.opens(to: staff) else { throw StaffRefusal.notAllowed(.paymentsSetUp) }
  }
}

/// A method as it stands at the desk.
public struct SeenMethod: Sendable {
  public let method: PaymentMethod
  /// Nil where it isn't set up, or is so at the start.
  public let account: PaymentAccount?
  public let isOfStart: Bool
  /// Of its account, or the bounds of one that is set up at the start; nil without either.
  public let terms: PaymentTerms?
  /// For the whole shop.
  public let isOn: Bool
  /// For goods of the merchant that is looked at; of none the same as `isOn`.
  public let isOnHere: Bool
  /// Whether the platform keeps it off for goods of that merchant, and whether the merchant itself does.
  public let isBarred: Bool
  public let isOffByMerchant: Bool
  /// Whether it is for the reader to know under which identity the platform is at the provider, and what they agreed on: a
  /// merchant's staff see the bounds alone.
  public let showsAgreement: Bool
  private let switches: SeenSwitches

  fileprivate init(
    _ method: PaymentMethod, _ account: PaymentAccount?, terms: PaymentTerms?, isOfStart: Bool, isOn: Bool,
    _ switches: SeenSwitches, showsAgreement: Bool
  ) {
    self.method = method
    self.account = account
    self.terms = terms
    self.isOfStart = isOfStart
    self.isOn = isOn
    self.switches = switches
    isBarred = switches.merchant.map { switches.isOff(method, of: .platform($0)) } ?? false
    isOffByMerchant = switches.merchant.map { switches.isOff(method, of: .merchant($0)) } ?? false
    isOnHere = isOn && !isBarred && !isOffByMerchant
    self.showsAgreement = showsAgreement
  }

  public var isOnInMainChannel: Bool { isOn(in: .main) }
  /// Whether what is sold there can be paid with it, as far as the channel goes.
  public func isOn(in channel: Channel) -> Bool { !switches.isOff(method, of: .channel(channel)) }
  fileprivate var channelsOff: [Channel] { switches.channels(without: method) }
  public var isSetUp: Bool { account != nil || isOfStart }
}

/// Who has switched methods off, seen for the goods of one merchant or of all.
private struct SeenSwitches: Sendable {
  let off: Set<PaymentSwitchedOff>
  let merchant: MerchantID?

  func isOff(_ method: PaymentMethod, of owner: PaymentSwitchOwner) -> Bool {
    off.contains(PaymentSwitchedOff(owner, method))
  }

  func channels(without method: PaymentMethod) -> [Channel] { off.filter { $0.method == method }.compactMap(\.channel) }
}

extension PaymentAccount {
  /// The end of the number by which the provider knows the shop, as people are shown it.
  public var shownIdentity: String? {
    (fields["merchantID"] ?? fields["appID"] ?? fields["accountID"]).map { "…\($0.suffix(4))" }
  }
}

/// A notice with what it is about.
public struct SeenNotice: Sendable {
  public let heard: HeardNotice
  public let orders: [Order]
}

extension HeardNotice {
  fileprivate func masked(showsPeople: Bool) -> HeardNotice {
    HeardNotice(
      id: id, method: method, payment: payment, headers: headers, notice: notice.masked(showsPeople: showsPeople))
  }
}

extension PaymentNotice {
  func masked(showsPeople: Bool) -> PaymentNotice {
    PaymentNotice(
      effect: effect, verification: verification, body: NoticeMask.masked(body, showsPeople: showsPeople),
      receivedAt: receivedAt)
  }
}
