import Foundation

/// How the sandbox payment platform is set up. It serves one merchant.
public struct SandboxSettings: Sendable {
  /// The address to listen on; loopback unless told otherwise.
  public var host: String
  /// 0 lets the system choose a free port.
  public var port: Int
  /// How buyers' browsers reach the platform, without a slash at the end. Nil means `http://host:port`.
  public var publicURL: String?
  /// The account that the shop signs with.
  public var merchant: String
  /// What the cashier page calls the shop.
  public var merchantName: String
  /// Shared with the shop; signs every message in both directions.
  public var secret: String
  /// Where payments, refunds and undelivered notices are kept; nil keeps them in memory only.
  public var storeFile: URL?
  /// Divides the waits between attempts to deliver a notice; 1 is the pace of a real platform.
  public var noticeTimeFactor: Int
  /// Opens the control API, which plays the buyer and causes faults. Empty keeps it shut.
  public var controlKey: String
  /// A PEM file of authorities that are trusted beside the system's when the shop is told over HTTPS.
  public var authorities: String?
  /// Keys and secrets that are used instead of those that are made at the first start, by name: `alipay.platform`.
  public var keys: [String: String]

  public init(
    host: String = "127.0.0.1", port: Int = 0, publicURL: String? = nil, merchant: String, merchantName: String,
    secret: String, storeFile: URL? = nil, noticeTimeFactor: Int = 1, controlKey: String = "",
    authorities: String? = nil, keys: [String: String] = [:]
  ) {
    self.host = host
    self.port = port
    self.publicURL = publicURL
    self.merchant = merchant
    self.merchantName = merchantName
    self.secret = secret
    self.storeFile = storeFile
    self.noticeTimeFactor = max(1, noticeTimeFactor)
    self.controlKey = controlKey
    self.authorities = authorities
    self.keys = keys
  }

  /// Where the trades of providers are kept, and the keys that were made.
  var tradesFile: URL? { storeFile.map { $0.deletingLastPathComponent().appending(path: "sandbox-trades.jsonl") } }
  var keysFile: URL? { storeFile.map { $0.deletingLastPathComponent().appending(path: "sandbox-keys.json") } }

  /// Where buyers find the platform once it listens on `boundPort`.
  func address(boundPort: Int) -> String {
    if let publicURL, !publicURL.isEmpty {
      return publicURL.hasSuffix("/") ? String(publicURL.dropLast()) : publicURL
    }
    // An address that means "every interface" is none that a browser can go to.
    let reachable = ["0.0.0.0": "127.0.0.1", "::": "[::1]"][host] ?? (host.contains(":") ? "[\(host)]" : host)
    return "http://\(reachable):\(boundPort)"
  }
}

/// What keeps the platform from starting.
public enum SandboxFault: Error, Hashable, Sendable {
  /// The merchant or the secret is empty.
  case incompleteSettings
  /// The file of authorities can't be read or holds none.
  case unreadableAuthorities(file: String)
  /// A line of the store file, counted from 1, isn't one the platform wrote.
  case unreadableStore(line: Int)
  /// The file of keys isn't one that the platform wrote.
  case unreadableKeys(file: String)
  /// A key that was given or kept under this name isn't one.
  case unreadableKey(name: String)
}
