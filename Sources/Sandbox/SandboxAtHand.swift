import Values

/// The payment platform and the tracking service within the program that uses them, for who plays days that are over. They
/// say, sign and keep what the server would; nothing goes over the network, and nothing happens by itself.
public struct SandboxAtHand: Sendable {
  public struct Answer: Sendable {
    public let status: Int
    /// Names in lower case.
    public let headers: [String: String]
    public let body: [UInt8]
  }

  /// What the platform tells of a payment without being asked.
  public struct Notice: Sendable {
    /// Names in lower case.
    public let headers: [String: String]
    public let body: [UInt8]
  }

  /// What the tracking service tells of a parcel: the fields of a form, and where it goes.
  public struct Push: Sendable {
    public let callback: String
    public let param: String
    public let sign: String
  }

  /// A word of the carrier's, as the tracking service has it.
  public struct Movement: Sendable {
    /// A code of the service: 0 is on its way, 1 collected, 3 signed for, 5 out for delivery.
    public let state: String
    public let text: String
    public let place: String

    public init(state: String, text: String, place: String) {
      self.state = state
      self.text = text
      self.place = place
    }
  }

  private let gateway: Gateway
  private let signing: Signing
  private let desk: MerchantDesk
  private let book: ParcelBook
  private let tracking: TrackingEndpoints
  private let clock: WallClock

  /// Reads the store file, which no server may be using. Throws as `SandboxServer` does.
  public init(_ settings: SandboxSettings, clock: WallClock) throws {
    guard !settings.merchant.isEmpty, !settings.secret.isEmpty else { throw SandboxFault.incompleteSettings }
    self.clock = clock
    gateway = try Gateway(settings, clock: clock)
    signing = Signing(merchant: settings.merchant, secret: settings.secret)
    desk = MerchantDesk(
      gateway: gateway, signing: signing, address: PublicAddress(settings.address(boundPort: settings.port)),
      clock: clock)
    book = ParcelBook(clock: clock)
    tracking = TrackingEndpoints(book: book, customer: settings.merchant, key: settings.secret)
  }

  // MARK: What the shop asks

  /// - Parameter headers: names in lower case.
  public func answer(method: String, path: String, headers: [String: String], body: [UInt8]) async throws -> Answer {
    let answer = try await desk.answer(
      MerchantDesk.Call(method: method, path: path, body: body) { headers[$0] })
    return Answer(
      status: answer.status,
      headers: Dictionary(answer.headers.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first }),
      body: answer.body)
  }

  /// - Parameter path: `/kuaidi100/poll` or `/kuaidi100/poll/query.do`; nothing else is answered.
  public func track(_ form: [UInt8], at path: String) async throws -> [UInt8] {
    path.hasSuffix("/query.do") ? try await tracking.question(form) : try await tracking.subscription(form)
  }

  // MARK: What others do

  /// The buyer decides at the cashier's page, and the shop hears of it.
  /// - Parameter tell: whether the shop acknowledged; what it didn't is told again by the server that opens the store next.
  public func decide(
    _ number: String, pays: Bool, tell: (Notice) async throws -> Bool
  ) async throws {
    let token = try await gateway.payment(number).token
    try await self.tell(of: gateway.decide(pays ? .paid : .refused, token: token), tell)
  }

  /// The buyer was at the cashier when the shop closed the payment, and pays all the same; the shop hears of it.
  /// - Parameter tell: as above.
  public func payLate(_ number: String, tell: (Notice) async throws -> Bool) async throws {
    try await self.tell(of: gateway.pay(number: number, evenIfClosed: true), tell)
  }

  /// Somebody gives money back at the platform's own desk, and what the platform tells of it is lost: the shop learns of it from
  /// the day's bill.
  /// - Parameter amount: minor units.
  public func giveBackUnheard(_ number: String, amount: Int64) async throws {
    let heard = Set(await gateway.memory.notices(of: number).map(\.id))
    _ = try await gateway.refundUnasked(payment: number, amount: amount)
    for var notice in await gateway.memory.notices(of: number) where !heard.contains(notice.id) {
      notice.outcome = .delivered
      try await gateway.keep(notice)
    }
  }

  private func tell(of payment: SandboxPayment, _ tell: (Notice) async throws -> Bool) async throws {
    for var notice in await gateway.memory.notices(of: payment.number) where notice.outcome == .waiting {
      let body = try Message.encode(Message.State(notice, of: payment, merchant: signing.merchant))
      let headers = signing.headers(purpose: "notice", body: body, now: clock.now)
      let isKnown = try await tell(
        Notice(
          headers: Dictionary(headers.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first }),
          body: body))
      if isKnown { notice.outcome = .delivered }
      try await gateway.keep(notice)
    }
  }

  /// The carrier moves a parcel. Nil where nobody wants to be told of it.
  public func move(_ number: String, of company: String, _ movement: Movement) async throws -> Push? {
    let parcel = try await book.move(
      ParcelBook.Key(company: company, number: number),
      ParcelMove(state: movement.state, text: movement.text, place: movement.place, isSilent: true))
    guard let subscription = parcel.subscription else { return nil }
    let param = String(decoding: try Message.encode(ParcelPush(parcel)), as: UTF8.self)
    return Push(
      callback: subscription.callback, param: param, sign: ParcelForm.digest(param + subscription.salt))
  }
}
