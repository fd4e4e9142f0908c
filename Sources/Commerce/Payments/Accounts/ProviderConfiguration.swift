import Signatures
import Values

/// An account as its adapter takes it.
enum ProviderConfiguration: Sendable, Unprintable {
  case alipay(AlipayConfiguration)
  case weChat(WeChatConfiguration)
  case stripe(StripeConfiguration)

  func provider(_ http: any ProviderHTTP, clock: WallClock) -> any PaymentProvider {
    switch self {
    case .alipay(let configuration): AlipayProvider(configuration, http: http, clock: clock)
    case .weChat(let configuration): WeChatProvider(configuration, http: http, clock: clock)
    case .stripe(let configuration): StripeProvider(configuration, http: http, clock: clock)
    }
  }
}

extension PaymentMethod {
  /// Whose bill has what an account moves: several accounts may share one.
  func billOwner(_ fields: [String: String]) -> String {
    switch self {
    case AlipayProvider.name: fields["sellerID"] ?? fields["appID"] ?? ""
    case WeChatProvider.name: fields["merchantID"] ?? ""
    case StripeProvider.name: fields["accountID"] ?? ""
    default: ""
    }
  }

  /// The field that says whose its secrets are.
  var secretsOwner: String? {
    switch self {
    case AlipayProvider.name: "appID"
    case WeChatProvider.name: "merchantID"
    case StripeProvider.name: "accountID"
    default: nil
    }
  }

  /// The secret that calls show to the provider. With the others messages are signed and opened here.
  var shownSecret: String? {
    switch self {
    case WeChatProvider.name: "appSecret"
    case StripeProvider.name: "secretKey"
    default: nil
    }
  }

  /// Who we are at the provider, as far as it may not change under an account: payments stay with the one under which
  /// they were opened. Empty for methods without a provider.
  func identity(_ fields: [String: String], _ secrets: [String: PaymentSecret]) -> String {
    switch self {
    case AlipayProvider.name: "\(fields["appID"] ?? "")/\(fields["sellerID"] ?? "")"
    case WeChatProvider.name: "\(fields["merchantID"] ?? "")/\(fields["appID"] ?? "")"
    case StripeProvider.name:
      "\(fields["accountID"] ?? "")/"
        + StripeConfiguration.merchant(
          isLive: StripeConfiguration(secretKey: secrets["secretKey"]?.text ?? "", webhookSecrets: []).isLive)
    default: ""
    }
  }
}
