import Accounts
import Configuration
import EventsRabbitMQ
import Flows
import Foundation
import Logging
import StorageMySQL
import SystemPackage
import Values

/// Every setting, each with a default that works. A key `section.name` is read from the argument `--section-name`, then the
/// variable `MARTLET_SECTION_NAME`, then the same variable in the file `.env`.
struct Settings: Sendable {
  /// The folder that holds `Themes` and `Demo`.
  var home: URL
  /// Where the shop keeps what it must not lose: database, pictures, letters.
  var dataFolder: URL
  var database: DatabaseSection
  /// Where `martlet move` takes the data from and where to, as its options say it; empty where nothing is said.
  var move: (from: String, to: String)
  var host: String
  /// 0 lets the system choose.
  var port: Int
  /// Where letters are put, to be read by any mail program.
  var mailFolder: URL { dataFolder.appending(path: "mail") }
  /// Where processes keep their search indexes.
  var searchFolder: URL { ownSearchFolder ?? dataFolder.appending(path: "search") }
  /// Nil for the one in the data folder.
  var ownSearchFolder: URL?
  /// How the shop is reached from outside, without a slash at the end.
  var publicURL: String
  /// The certificate with which the program serves HTTPS by itself; nil means plain HTTP.
  var tls: CertificateFiles?
  /// A proxy in front states the client in `X-Forwarded-For`.
  var trustsProxy: Bool
  /// Seconds after which a request is ended; ten times as many for uploads.
  var deadlineSeconds: Int
  var theme: String
  var currency: Currency
  /// Whom shoppers may write to; shown on the page of help.
  var contact: String
  /// The address that letters come from.
  var mailSender: String
  /// Minutes that an order may stay unpaid.
  var payWithinMinutes: Int
  /// How long a call to a payment provider may take, in seconds: 1…10.
  var providerSeconds: Int
  /// Orders up to this amount pass review by themselves unless something about them is odd; nil means that none does.
  var autoPassUpTo: Money?
  /// What makes an order odd, and how changes of orders are paid.
  var review: ReviewSection
  /// An item is low with so many free units or fewer, unless staff said otherwise of it.
  var stockLowAt: Int
  /// What buyers may ask back.
  var refunds: RefundSection
  /// What points are worth.
  var points: PointSection
  /// How accounts at payment providers are kept.
  var payments: PaymentsSection
  /// How the platform settles with merchants.
  var settlement: SettlementSection
  /// Days after which a delivered order is completed without its buyer's word; 0 means never.
  var confirmAfterDays: Int
  /// Whether reviews wait until staff of the platform let them in.
  var moderatesReviews: Bool
  /// Product pages ask to log in before they show anything.
  var gatesProducts: Bool
  /// Which products of merchants the platform looks at before shoppers see them.
  var moderation: WorkCatalog.Moderation
  /// Cost of hashing a password as a power of two: 10…20.
  var passwordCost: Int
  /// Log-ins that one network address may try in a minute.
  var logInsPerMinute: Int
  /// What log-ins of staff need.
  var staff: StaffSection
  /// Whether pictures that an import names are fetched.
  var fetchesPictures: Bool
  /// The broker over which processes share events; nil means that this process is the only one.
  var broker: BrokerAddress?
  /// How the parts of the program find one another.
  var registry: RegistrySection
  /// Where goods are found.
  var openSearch: OpenSearchSection
  /// How they speak with one another.
  var parts: PartsSection
  var logLevel: Logger.Level
  var logFormat: LogFormat
  var server: ServerSection
  var sandbox: SandboxSection
  var tracking: TrackingSection
  /// How buyers pay without a provider.
  var ownMethods: OwnMethodSection

  struct SandboxSection: Sendable {
    var isOffered: Bool
    var host: String
    var port: Int
    /// Where the shop reaches the sandbox.
    var url: String
    var merchant: String
    var secret: String {
      get throws { try setSecret ?? SandboxSecret.kept(in: folder) }
    }
    /// Nil means one that is made once and kept in the folder.
    var setSecret: String?
    var folder: URL
    /// Divides the waiting times between notices.
    var timeFactor: Int
    /// Allows faults on demand; empty forbids them.
    var controlKey: String
    /// A PEM file of authorities that the sandbox trusts beside the system's.
    var authorities: String?
    /// Keys that the sandbox uses instead of those that it makes, by name.
    var keys: [String: String]
  }

  /// - Parameters:
  ///   - arguments: without the program's name and the command.
  ///   - environment: nil means the process's own.
  init(arguments: [String], environment: [String: String]? = nil) async throws {
    let reader = try await Self.reader(arguments, environment)
    let variables = environment ?? ProcessInfo.processInfo.environment
    home = URL(fileURLWithPath: reader.string(forKey: "home.folder", default: Self.defaultHome()))
    dataFolder = URL(fileURLWithPath: reader.string(forKey: "data.folder", default: home.appending(path: "var").path))
    ownSearchFolder = reader.string(forKey: "search.folder").map { URL(fileURLWithPath: $0) }
    database = try Self.database(reader, dataFolder: dataFolder)
    move = (
      reader.string(forKey: "move.from", isSecret: true, default: ""),
      reader.string(forKey: "move.to", isSecret: true, default: "")
    )
    host = reader.string(forKey: "http.host", default: "127.0.0.1")
    let port = try Self.number(reader, "http.port", default: try Self.usualPort(variables), in: 0...65535)
    self.port = port
    tls = try CertificateFiles(reader)
    publicURL = try Self.publicURL(reader, port: port, isEncrypted: tls != nil)
    trustsProxy = try Self.flag(reader, "http.trustsProxy", default: false)
    deadlineSeconds = try Self.number(reader, "http.deadlineSeconds", default: 30, in: 1...600)
    theme = reader.string(forKey: "theme.name", default: "classic")
    let currencyCode = reader.string(forKey: "shop.currency", default: "CNY")
    guard let currency = Currency(currencyCode), Locale.commonISOCurrencyCodes.contains(currency.code) else {
      throw SettingFault(key: "shop.currency", value: currencyCode, expected: "an ISO 4217 code")
    }
    self.currency = currency
    mailSender = try Self.mailAddress(reader, "mail.sender", default: "shop@martlet.example")
    contact = try Self.mailAddress(reader, "shop.contact", default: mailSender)
    payWithinMinutes = try Self.number(reader, "orders.payWithinMinutes", default: 30, in: 1...10_080)
    providerSeconds = try Self.number(reader, "provider.seconds", default: 10, in: 1...10)
    autoPassUpTo = try Self.money(reader, "orders.autoPassUpTo", currency)
    review = try ReviewSection(reader)
    stockLowAt = try Self.number(reader, "stock.lowAt", default: 5, in: 0...1_000_000)
    refunds = try RefundSection(reader)
    points = try PointSection(reader)
    payments = try PaymentsSection(reader)
    settlement = try SettlementSection(reader)
    confirmAfterDays = try Self.number(reader, "orders.confirmAfterDays", default: 10, in: 0...365)
    moderatesReviews = try Self.flag(reader, "reviews.moderates", default: false)
    gatesProducts = try Self.flag(reader, "catalog.gatesProducts", default: false)
    moderation = try Self.choice(reader, "catalog.moderates", default: .never)
    passwordCost = try Self.number(reader, "accounts.passwordCost", default: 14, in: 10...20)
    logInsPerMinute = try Self.number(
      reader, "accounts.logInsPerMinute", default: LogInThrottle.usual, in: 1...1_000_000)
    staff = try StaffSection(reader)
    fetchesPictures = try Self.flag(reader, "catalog.fetchesPictures", default: true)
    ownMethods = try OwnMethodSection(reader, currency: currency)
    broker = try Self.broker(reader)
    registry = try RegistrySection(reader)
    openSearch = try OpenSearchSection(reader)
    parts = try PartsSection(reader)
    logLevel = try Self.choice(reader, "log.level", default: .notice)
    logFormat = try Self.choice(reader, "log.format", default: .text)
    server = try ServerSection(reader)
    sandbox = try Self.sandbox(
      reader, dataFolder: dataFolder, shopPort: port, isOffered: !payments.isProduction)
    tracking = try TrackingSection(reader)
    try checkProduction()
  }

  private static func database(_ reader: ConfigReader, dataFolder: URL) throws -> DatabaseSection {
    let url = reader.string(forKey: "database.url", isSecret: true, default: "")
    let password = reader.string(forKey: "database.password", isSecret: true)
    var server: MySQLAddress?
    if !url.isEmpty {
      do {
        server = try MySQLAddress(url, password: password)
      } catch {
        // Without the value, which may hold a password.
        throw SettingFault(key: "database.url", value: "mysql://…", expected: "an address that \(error)")
      }
    }
    return DatabaseSection(
      file: dataFolder.appending(path: "shop.db"), server: server,
      replicas: try DatabaseSection.replicas(reader, of: server),
      limits: MySQLLimits(
        connections: try number(reader, "database.connections", default: 16, in: 1...200),
        statementSeconds: try number(reader, "database.statementSeconds", default: 10, in: 1...600)))
  }

  private static func sandbox(
    _ reader: ConfigReader, dataFolder: URL, shopPort: Int, isOffered: Bool
  ) throws -> SandboxSection {
    let port = try number(reader, "sandbox.port", default: shopPort == 0 ? 0 : min(shopPort + 10, 65535), in: 0...65535)
    let host = reader.string(forKey: "sandbox.host", default: "127.0.0.1")
    return SandboxSection(
      isOffered: try flag(reader, "sandbox.isOffered", default: isOffered), host: host, port: port,
      url: reader.string(forKey: "sandbox.url", default: "http://\(host):\(port)"),
      merchant: reader.string(forKey: "sandbox.merchant", default: "martlet-demo"),
      setSecret: reader.string(forKey: "sandbox.secret", isSecret: true), folder: dataFolder,
      timeFactor: try number(reader, "sandbox.timeFactor", default: 1, in: 1...100_000),
      controlKey: reader.string(forKey: "sandbox.controlKey", isSecret: true, default: ""),
      authorities: try authorities(reader), keys: try sandboxKeys(reader))
  }

  private static func reader(_ arguments: [String], _ environment: [String: String]?) async throws -> ConfigReader {
    let prefix = ConfigKey(["martlet"])
    let variables =
      environment.map { EnvironmentVariablesProvider(environmentVariables: $0) } ?? EnvironmentVariablesProvider()
    return ConfigReader(providers: [
      EnvironmentVariablesProvider(environmentVariables: spelledAsVariables(arguments)),
      variables.prefixKeys(with: prefix),
      try await EnvironmentVariablesProvider(environmentFilePath: ".env", allowMissing: true).prefixKeys(with: prefix),
    ])
  }

  /// `--http-port 80` and `--http-port=80` as `HTTP_PORT`. The configuration library's own reader of arguments takes a value
  /// with a comma for a list, and then for none.
  private static func spelledAsVariables(_ arguments: [String]) -> [String: String] {
    var variables: [String: String] = [:]
    var waiting: String?
    for argument in arguments {
      if argument.hasPrefix("--") {
        let halves = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = halves[0].uppercased().replacing("-", with: "_")
        waiting = halves.count == 2 ? nil : name
        if halves.count == 2 { variables[name] = String(halves[1]) }
      } else if let name = waiting {
        variables[name] = argument
        waiting = nil
      }
    }
    return variables
  }

  static func choice<Value: RawRepresentable<String>>(
    _ reader: ConfigReader, _ key: ConfigKey, default value: Value
  ) throws -> Value where Value: CaseIterable {
    guard let text = reader.string(forKey: key) else { return value }
    guard let chosen = Value(rawValue: text) else {
      let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
      throw SettingFault(key: "\(key)", value: text, expected: "one of \(known)")
    }
    return chosen
  }

  static func number(
    _ reader: ConfigReader, _ key: ConfigKey, default value: @autoclosure () throws -> Int, in range: ClosedRange<Int>
  ) throws -> Int {
    guard let text = reader.string(forKey: key) else { return try value() }
    guard let number = Int(text), range.contains(number) else {
      throw SettingFault(
        key: "\(key)", value: text, expected: "a whole number of \(range.lowerBound)…\(range.upperBound)")
    }
    return number
  }

  /// `PORT`, by which places that run programs of all kinds say where they look for them.
  private static func usualPort(_ variables: [String: String]) throws -> Int {
    guard let text = variables["PORT"], !text.isEmpty else { return 8080 }
    guard let port = Int(text), (0...65535).contains(port) else {
      throw SettingFault(key: "PORT", value: text, expected: "a whole number of 0…65535")
    }
    return port
  }

  static func flag(_ reader: ConfigReader, _ key: ConfigKey, default value: Bool) throws -> Bool {
    guard let text = reader.string(forKey: key) else { return value }
    switch text.lowercased() {
    case "true", "yes", "on", "1": return true
    case "false", "no", "off", "0": return false
    default: throw SettingFault(key: "\(key)", value: text, expected: "true or false")
    }
  }

  private static func authorities(_ reader: ConfigReader) throws -> String? {
    let file = reader.string(forKey: "sandbox.authorities", default: "")
    if file.isEmpty { return nil }
    guard FileManager.default.isReadableFile(atPath: file) else {
      throw SettingFault(key: "sandbox.authorities", value: file, expected: "a PEM file that can be read")
    }
    return file
  }

  private static func sandboxKeys(_ reader: ConfigReader) throws -> [String: String] {
    let file = reader.string(forKey: "sandbox.keys", default: "")
    if file.isEmpty { return [:] }
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: file)),
      let keys = try? JSONDecoder().decode([String: String].self, from: data)
    else {
      throw SettingFault(key: "sandbox.keys", value: file, expected: "a JSON file of names and keys that can be read")
    }
    return keys
  }

  /// One's own domain: `https://shop.example.com`.
  private static func publicURL(_ reader: ConfigReader, port: Int, isEncrypted: Bool) throws -> String {
    let scheme = isEncrypted ? "https" : "http"
    var text = reader.string(forKey: "http.publicURL", default: "\(scheme)://127.0.0.1:\(port)")
    if text.hasSuffix("/") { text.removeLast() }
    guard text.wholeMatch(of: /https?:\/\/([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?/) != nil else {
      throw SettingFault(
        key: "http.publicURL", value: text, expected: "an address without a path, such as https://shop.example.com")
    }
    if isEncrypted, !text.hasPrefix("https://") {
      throw SettingFault(
        key: "http.publicURL", value: text,
        expected: "an https address, which tls.certificate asks for; begin it with https")
    }
    return text
  }

  private static func mailAddress(_ reader: ConfigReader, _ key: ConfigKey, default value: String) throws -> String {
    let text = reader.string(forKey: key, default: value)
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else {
      throw SettingFault(key: "\(key)", value: text, expected: "a mail address")
    }
    return text
  }

  private static func broker(_ reader: ConfigReader) throws -> BrokerAddress? {
    let text = reader.string(forKey: "events.broker", isSecret: true, default: "")
    if text.isEmpty { return nil }
    guard let address = BrokerAddress(text) else {
      // What stands before the @ may be a password.
      throw SettingFault(
        key: "events.broker", value: text.contains("@") ? "…@\(text.split(separator: "@").last ?? "")" : "…",
        expected: "amqp://user:password@host:port,host:port/vhost or amqps://…")
    }
    return address
  }

  /// Nil where it isn't set. Throws `SettingFault`.
  static func money(_ reader: ConfigReader, _ key: ConfigKey, _ currency: Currency) throws -> Money? {
    guard let text = reader.string(forKey: key), !text.isEmpty else { return nil }
    guard let money = Money(decimalText: text, currency: currency) else {
      throw SettingFault(key: "\(key)", value: text, expected: "an amount such as 200.00")
    }
    return money
  }

  /// The current folder if it holds a theme, else the nearest one above the program that does.
  private static func defaultHome() -> String {
    let manager = FileManager.default
    var folder = URL(fileURLWithPath: manager.currentDirectoryPath)
    if manager.fileExists(atPath: folder.appending(path: "Themes").path) { return folder.path }
    folder = URL(fileURLWithPath: CommandLine.arguments.first ?? "").resolvingSymlinksInPath()
    while folder.path.count > 1 {
      folder.deleteLastPathComponent()
      if manager.fileExists(atPath: folder.appending(path: "Themes").path) { return folder.path }
    }
    return manager.currentDirectoryPath
  }
}
