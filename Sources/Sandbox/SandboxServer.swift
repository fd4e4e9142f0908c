import AsyncHTTPClient
import Hummingbird
import Logging
import NIOCore
import NIOSSL
import Values

/// A payment platform and a tracking service for tests and demonstrations, which the shop reaches over the network like any other.
public struct SandboxServer: Sendable {
  private let settings: SandboxSettings
  private let clock: WallClock
  private let logger: Logger
  private let gateway: Gateway
  private let address: PublicAddress
  private let parcels: ParcelBook
  private let faults = FaultPlan()
  private let accounts: [any SandboxAccount]
  private let core: SandboxCore

  /// Reads the store file. Throws `SandboxFault`, or what the file system says.
  public init(_ settings: SandboxSettings, clock: WallClock, logger: Logger) throws {
    guard !settings.merchant.isEmpty, !settings.secret.isEmpty else { throw SandboxFault.incompleteSettings }
    self.settings = settings
    self.clock = clock
    self.logger = logger
    gateway = try Gateway(settings, clock: clock)
    parcels = ParcelBook(clock: clock)
    address = PublicAddress(settings.address(boundPort: settings.port))
    var keys = try KeyRing(file: settings.keysFile, given: settings.keys)
    accounts = try SandboxAccounts.open(&keys)
    core = SandboxCore(
      book: try TradeBook(file: settings.tradesFile, world: clock, voices: accounts.map(\.voice)), faults: FaultDesk(),
      address: address, merchantName: settings.merchantName, logger: logger)
  }

  /// Serves until the task is cancelled or told to shut down gracefully, and then returns. Throws when it can't listen.
  /// To be called once. `onReady` gets the port.
  public func run(onReady: @escaping @Sendable (Int) async -> Void) async throws {
    let client = HTTPClient(
      eventLoopGroupProvider: .singleton,
      configuration: HTTPClient.Configuration(tlsConfiguration: try trust(), redirectConfiguration: .disallow))
    let sender = NoticeSender(
      gateway: gateway, signing: signing, faults: faults, client: client, timeFactor: settings.noticeTimeFactor,
      clock: clock, logger: logger)
    let pushes = PushSender(
      book: parcels, client: client, timeFactor: settings.noticeTimeFactor, logger: logger)
    let telling = TradeNoticeSender(
      book: core.book, faults: core.faults, client: client, timeFactor: settings.noticeTimeFactor, logger: logger)
    let application = application(onReady: onReady)
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await sender.run() }
        group.addTask { await pushes.run() }
        group.addTask { await telling.run() }
        group.addTask { await closeExpired() }
        // In the body of the group, so that its end is the end of the others.
        defer { group.cancelAll() }
        try await application.run()
      }
    } catch {
      try? await client.shutdown()
      if !Task.isCancelled { throw error }
      return
    }
    try? await client.shutdown()
  }

  private func trust() throws -> TLSConfiguration {
    var tls = TLSConfiguration.makeClientConfiguration()
    guard let file = settings.authorities else { return tls }
    guard let roots = try? NIOSSLCertificate.fromPEMFile(file), !roots.isEmpty else {
      throw SandboxFault.unreadableAuthorities(file: file)
    }
    tls.additionalTrustRoots = [.certificates(roots)]
    return tls
  }

  private var signing: Signing { Signing(merchant: settings.merchant, secret: settings.secret) }

  private func application(
    onReady: @escaping @Sendable (Int) async -> Void
  ) -> some ApplicationProtocol {
    let router = Router()
    MerchantEndpoints(
      desk: MerchantDesk(gateway: gateway, signing: signing, address: address, clock: clock)
    ).add(to: router)
    CashierPages(gateway: gateway, merchantName: settings.merchantName).add(to: router)
    ControlEndpoints(
      gateway: gateway, faults: faults, address: address, merchant: settings.merchant, controlKey: settings.controlKey
    ).add(to: router)
    TrackingEndpoints(book: parcels, customer: settings.merchant, key: settings.secret).add(to: router)
    TradeCashier(core: core).add(to: router)
    for account in accounts { account.add(to: router, core) }
    let control = TradeControl(core: core, controlKey: settings.controlKey)
    control.add(to: router)
    ControlPages(control: control).add(to: router)
    ParcelControl(book: parcels, controlKey: settings.controlKey).add(to: router)
    let (settings, address) = (settings, address)
    return Application(
      router: router,
      configuration: ApplicationConfiguration(address: .hostname(settings.host, port: settings.port)),
      onServerRunning: { channel in
        let port = channel.localAddress?.port ?? settings.port
        address.set(settings.address(boundPort: port))
        await onReady(port)
      }, logger: logger)
  }

  /// Closes payments whose time is over and settles refunds, so that the shop hears of it without asking.
  private func closeExpired() async {
    while !Task.isCancelled {
      do {
        try await gateway.closeExpired()
        try await core.book.work()
        try await Task.sleep(for: max(.milliseconds(10), .seconds(1) / settings.noticeTimeFactor))
      } catch is CancellationError {
        return
      } catch {
        logger.error("Expired payments can't be closed", metadata: ["error": "\(error)"])
        try? await Task.sleep(for: .seconds(5))
      }
    }
  }
}
