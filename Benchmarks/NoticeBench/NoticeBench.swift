import Events
import Foundation
import Hummingbird
import Logging
import Pages
import Payments
import Signatures
import Storage
import StorageSQLite
import Storefront
import Values

/// What it takes to hear of money: so many payments that wait at Alipay, each with a notice that is signed as Alipay signs, and
/// the shop's own address for notices over HTTP, on an embedded database whose commits are on the disk. Who asks posts the lines
/// of `notices.txt`, each once. Before it serves it says how many signatures a second both cores verify with nothing else to do.
///
///     NoticeBench FOLDER COUNT PORT
@main
struct NoticeBench {
  private static let atOnce = 64
  private static let verifyingFor = Duration.seconds(3)

  private let payments: StoredPayments
  private let platform: RSAPrivateKey
  private let ids: IDGenerator
  private let clock = WallClock.system

  static func main() async throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard arguments.count == 3, let count = Int(arguments[1]), let port = Int(arguments[2]) else {
      say("usage: NoticeBench FOLDER COUNT PORT")
      Foundation.exit(64)
    }
    let folder = URL(fileURLWithPath: arguments[0])
    let bench = try await NoticeBench(in: folder)
    let notices = try await bench.notices(of: try await bench.opened(count))
    try Data(notices.joined(separator: "\n").utf8).write(to: folder.appending(path: "notices.txt"))
    say("notices \(notices.count)")
    say("rsa_verifications_per_second \(try await bench.verifications())")
    let router = Router(context: ShopRequestContext.self)
    ProviderNoticeRoutes(payments: bench.payments).addRoutes(to: router)
    let application = Application(
      router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)),
      onServerRunning: { _ in say("ready \(port)") }, logger: quiet)
    try await application.runService()
  }

  /// At once, whoever reads it.
  private static func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

  /// As talkative as a shop is that nobody asked for more.
  private static var quiet: Logger {
    var logger = Logger(label: "notices")
    logger.logLevel = .notice
    return logger
  }

  private init(in folder: URL) async throws {
    let database = try SQLiteDatabase(path: folder.appending(path: "notices.db").path)
    try await Migrator(Outbox.migrations + StoredPayments.migrations).run(on: database, now: clock.now)
    ids = IDGenerator(clock: clock, node: 1)
    platform = try RSAPrivateKey.generated()
    let alipay = AlipayConfiguration(
      appID: Self.application, sellerID: Self.seller, privateKey: try RSAPrivateKey.generated(),
      trust: .publicKey(platform.publicKey))
    payments = StoredPayments(
      database: database, outbox: Outbox(ids: ids, clock: clock), ids: ids, clock: clock,
      providers: [AlipayProvider(alipay, http: ProviderHTTPClient(), clock: clock)],
      addresses: PaymentAddresses(publicURL: "https://shop.example"), logger: Self.quiet)
  }

  private static let application = "2021000000000001"
  private static let seller = "2088000000000002"

  /// Works on all of them, some at once, in no order.
  private func each<Item: Sendable, Outcome: Sendable>(
    _ items: [Item], _ work: @escaping @Sendable (Item) async throws -> Outcome
  ) async throws -> [Outcome] {
    try await withThrowingTaskGroup(of: [Outcome].self) { group in
      for worker in 0..<Self.atOnce {
        group.addTask {
          var done: [Outcome] = []
          for index in stride(from: worker, to: items.count, by: Self.atOnce) {
            done.append(try await work(items[index]))
          }
          return done
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
  }

  /// Payments as buyers have begun them: each is a page's address at Alipay, which hears of it from the browser.
  private func opened(_ count: Int) async throws -> [PaymentID] {
    try await each(Array(0..<count)) { [payments, ids, clock] _ in
      let (payer, order): (AccountID, OrderID) = (ids.next(), ids.next())
      let request = OpenPayment(
        method: AlipayProvider.name, payer: payer,
        shares: [OpenPayment.Share(order: order, amount: Money(minor: 8800, currency: .cny))], subject: "Teapot",
        language: .en, expiresAt: clock.now.adding(.hours(1)))
      return try await payments.open(request).payment.id
    }
  }

  private func notices(of opened: [PaymentID]) async throws -> [String] {
    try await each(opened) { [platform, clock] id in
      var fields = Self.fields(of: id, at: clock.now)
      fields.append(("sign", try platform.signature(of: Self.canonical(fields))))
      fields.append(("sign_type", "RSA2"))
      return FormText.joined(fields)
    }
  }

  private static func fields(of id: PaymentID, at now: Timestamp) -> [(name: String, value: String)] {
    [
      ("app_id", application), ("auth_app_id", application), ("buyer_id", "2088000000000099"),
      ("buyer_pay_amount", "88.00"), ("charset", "utf-8"), ("gmt_create", now.chineseText),
      ("gmt_payment", now.chineseText), ("invoice_amount", "88.00"), ("notify_id", "N\(id)"),
      ("notify_time", now.chineseText), ("notify_type", "trade_status_sync"), ("out_trade_no", "\(id)"),
      ("point_amount", "0.00"), ("receipt_amount", "88.00"), ("seller_id", seller), ("subject", "Teapot"),
      ("total_amount", "88.00"), ("trade_no", "T\(id)"), ("trade_status", "TRADE_SUCCESS"), ("version", "1.0"),
    ]
  }

  /// The names are in order already.
  private static func canonical(_ fields: [(name: String, value: String)]) -> Data {
    Data(fields.map { "\($0.name)=\($0.value)" }.joined(separator: "&").utf8)
  }

  /// The signature of one notice, again and again on every core.
  private func verifications() async throws -> Int {
    let message = Self.canonical(Self.fields(of: ids.next(), at: clock.now))
    let signature = try platform.signature(of: message)
    let key = platform.publicKey
    let end = ContinuousClock.now + Self.verifyingFor
    let count = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<ProcessInfo.processInfo.activeProcessorCount {
        group.addTask {
          var count = 0
          while ContinuousClock.now < end, key.isValid(signature, of: message) { count += 1 }
          return count
        }
      }
      return await group.reduce(0, +)
    }
    return count / Int(Self.verifyingFor.components.seconds)
  }
}
