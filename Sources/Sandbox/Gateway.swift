import Values

/// The platform's rules. Every change is on the disk before it counts and before anyone hears of it.
actor Gateway {
  let clock: WallClock
  let merchant: String
  /// Notices to send, as they come up; after a restart, first those that were left.
  nonisolated let waitingNotices: AsyncStream<SandboxNotice>

  private(set) var memory = Memory()
  private var store: SandboxStore<SandboxChange>
  private let waiting: AsyncStream<SandboxNotice>.Continuation

  init(_ settings: SandboxSettings, clock: WallClock) throws {
    let opened = try SandboxStore<SandboxChange>.open(settings.storeFile)
    self.clock = clock
    merchant = settings.merchant
    store = opened.store
    (waitingNotices, waiting) = AsyncStream.makeStream()
    for change in opened.changes { memory.apply(change) }
    for notice in memory.waitingNotices { waiting.yield(notice) }
  }

  // MARK: What the shop asks for

  /// Opens a payment. The same number again gives the payment that there is; with another amount, `numberUsed`.
  func open(_ wish: PaymentWish) throws -> SandboxPayment {
    if memory.payments[wish.number] != nil {
      let present = try payment(wish.number)
      guard present.amount == wish.amount, present.currency == wish.currency else { throw SandboxRefusal.numberUsed }
      return present
    }
    let now = clock.now
    guard wish.expiresAt > now else { throw SandboxRefusal.paymentClosed }
    let payment = SandboxPayment(
      number: wish.number, tradeNumber: tradeNumber("P", at: now), token: Self.random(words: 2), amount: wish.amount,
      currency: wish.currency, subject: wish.subject, language: wish.language, expiresAt: wish.expiresAt,
      returnURL: wish.returnURL, noticeURL: wish.noticeURL, state: .pending, at: now)
    try record(SandboxChange(payment: payment))
    return payment
  }

  func payment(_ number: String) throws -> SandboxPayment {
    guard let payment = memory.payments[number] else { throw SandboxRefusal.unknownPayment }
    return try closedIfExpired(payment)
  }

  func payment(token: String) throws -> SandboxPayment {
    guard let payment = memory.payment(token: token) else { throw SandboxRefusal.unknownPayment }
    return try closedIfExpired(payment)
  }

  /// Closes a pending payment at the shop's wish, which needs no notice. A paid one refuses: `alreadyPaid`.
  func close(_ number: String) throws -> SandboxPayment {
    let payment = try payment(number)
    switch payment.state {
    case .pending: return try bring(payment, into: .closed, isTold: false)
    case .paid: throw SandboxRefusal.alreadyPaid
    case .refused, .closed: return payment
    }
  }

  // MARK: What the buyer does

  /// Changes nothing when the buyer decided before or the time is over; look at the state of what comes back.
  func decide(_ state: SandboxPayment.State, token: String) throws -> SandboxPayment {
    let payment = try payment(token: token)
    return payment.state == .pending ? try bring(payment, into: state, isTold: true) : payment
  }

  /// Pays without the buyer; `evenIfClosed` plays the payment that comes in after the shop gave it up.
  func pay(number: String, evenIfClosed: Bool) throws -> SandboxPayment {
    let payment = try payment(number)
    switch payment.state {
    case .paid: return payment
    case .pending: return try bring(payment, into: .paid, isTold: true)
    case .refused, .closed:
      guard evenIfClosed else { throw SandboxRefusal.paymentClosed }
      return try bring(payment, into: .paid, isTold: true)
    }
  }

  // MARK: Time and notices

  func closeExpired() throws {
    for number in memory.pending { _ = try payment(number) }
  }

  /// Sends the notice of a decided payment once more.
  func tellAgain(_ number: String) throws -> SandboxPayment {
    let payment = try payment(number)
    guard payment.state != .pending else { throw SandboxRefusal.notDecided }
    try record(SandboxChange(notice: notice(of: payment)))
    return payment
  }

  /// Keeps what came of an attempt to deliver.
  func keep(_ notice: SandboxNotice) throws {
    try record(SandboxChange(notice: notice))
  }

  // MARK: Changes

  func record(_ change: SandboxChange) throws {
    try store.append(change)
    let isNew = change.notice.map { memory.notices[$0.id] == nil } ?? false
    memory.apply(change)
    if isNew, let notice = change.notice { waiting.yield(notice) }
  }

  func tradeNumber(_ prefix: String, at moment: Timestamp) -> String {
    prefix + moment.chineseDay.filter { $0 != "-" } + Self.random(words: 1).uppercased()
  }

  private func closedIfExpired(_ payment: SandboxPayment) throws -> SandboxPayment {
    guard payment.state == .pending, clock.now >= payment.expiresAt else { return payment }
    return try bring(payment, into: .closed, isTold: true)
  }

  private func bring(
    _ payment: SandboxPayment, into state: SandboxPayment.State, isTold: Bool
  ) throws -> SandboxPayment {
    var changed = payment
    changed.state = state
    changed.at = clock.now
    try record(SandboxChange(payment: changed, notice: isTold ? notice(of: changed) : nil))
    return changed
  }

  func notice(of payment: SandboxPayment, refund: String? = nil) -> SandboxNotice {
    SandboxNotice(
      id: memory.notices.count + 1, payment: payment.number, state: payment.state, at: payment.at, refund: refund,
      failures: 0, outcome: .waiting)
  }

  /// Sixteen hex digits a word, from the system's generator, which is fit for secrets.
  private static func random(words: Int) -> String {
    (0..<words).map { _ in
      let digits = String(UInt64.random(in: .min ... .max), radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}
