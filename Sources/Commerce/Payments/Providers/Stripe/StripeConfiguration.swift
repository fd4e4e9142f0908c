import Signatures

/// What an account at Stripe is set up with.
public struct StripeConfiguration: Sendable, Unprintable {
  public static let address = "https://api.stripe.com"
  /// The version of the interface that this was written for.
  static let version = "2026-10-28.endive"

  public let secretKey: String
  /// What notices are signed with, `whsec_…`; two while it is changed.
  public let webhookSecrets: [String]
  public let baseURL: String

  public init(secretKey: String, webhookSecrets: [String], baseURL: String = Self.address) {
    self.secretKey = secretKey
    self.webhookSecrets = webhookSecrets
    self.baseURL = baseURL
  }

  var isLive: Bool { secretKey.hasPrefix("sk_live_") || secretKey.hasPrefix("rk_live_") }

  static func merchant(isLive: Bool) -> String { isLive ? "live" : "test" }
}
