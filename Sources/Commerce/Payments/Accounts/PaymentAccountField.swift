import Values

/// One thing that a method is set up with: a field of its form.
public struct PaymentAccountField: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// - longest: in characters.
    case text(longest: Int)
    case choice([String])
    /// A public key, PEM or bare base64.
    case key
    /// One certificate in PEM, or its bare base64.
    case certificate
    /// As many certificates in PEM as there are.
    case certificates
    /// A text that nobody sees again.
    case secret(longest: Int)
    /// A private key, PEM or bare base64.
    case secretKey
  }

  public let name: String
  public let kind: Kind
  public let isRequired: Bool

  init(_ name: String, _ kind: Kind, isRequired: Bool = false) {
    self.name = name
    self.kind = kind
    self.isRequired = isRequired
  }

  public var isSecret: Bool {
    switch kind {
    case .secret, .secretKey: true
    case .text, .choice, .key, .certificate, .certificates: false
    }
  }

  /// Whether it is read from a file as well.
  public var takesFile: Bool {
    switch kind {
    case .key, .certificate, .certificates, .secretKey: true
    case .text, .choice, .secret: false
    }
  }

  /// Longer files and texts are no key.
  static let longestKey = 16_384
}

extension PaymentMethod {
  /// Whether staff say themselves that its money came: there is no provider behind it.
  public var isOwn: Bool { OwnMethod.all.contains(self) }

  /// The methods that are set up at the desk, in the order in which it shows them.
  public static let setUp = [AlipayProvider.name, WeChatProvider.name, StripeProvider.name]

  /// What it is set up with, in the order of its form. Nil for methods that aren't set up at the desk.
  public var accountFields: [PaymentAccountField]? {
    switch self {
    case AlipayProvider.name: Self.alipayFields
    case WeChatProvider.name: Self.weChatFields
    case StripeProvider.name: Self.stripeFields
    default: nil
    }
  }

  private static let gateway = PaymentAccountField("gateway", .text(longest: 200))

  private static let alipayFields = [
    PaymentAccountField("appID", .text(longest: 32), isRequired: true),
    PaymentAccountField("sellerID", .text(longest: 16)),
    PaymentAccountField("privateKey", .secretKey, isRequired: true),
    PaymentAccountField("trust", .choice(["publicKey", "certificates"]), isRequired: true),
    PaymentAccountField("publicKey", .key),
    PaymentAccountField("appCertificate", .certificate),
    PaymentAccountField("platformCertificates", .certificates),
    PaymentAccountField("rootCertificates", .certificates),
    gateway,
  ]

  private static let weChatFields = [
    PaymentAccountField("merchantID", .text(longest: 32), isRequired: true),
    PaymentAccountField("appID", .text(longest: 32), isRequired: true),
    PaymentAccountField("appSecret", .secret(longest: 64)),
    PaymentAccountField("certificate", .certificate),
    PaymentAccountField("certificateSerial", .text(longest: 64)),
    PaymentAccountField("privateKey", .secretKey, isRequired: true),
    PaymentAccountField("apiKey", .secret(longest: 64), isRequired: true),
    PaymentAccountField("publicKeyID", .text(longest: 80)),
    PaymentAccountField("publicKey", .key),
    PaymentAccountField("formerPublicKeyID", .text(longest: 80)),
    PaymentAccountField("formerPublicKey", .key),
    gateway,
  ]

  private static let stripeFields = [
    PaymentAccountField("accountID", .text(longest: 64), isRequired: true),
    PaymentAccountField("secretKey", .secret(longest: 300), isRequired: true),
    PaymentAccountField("webhookSecret", .secret(longest: 300), isRequired: true),
    PaymentAccountField("formerWebhookSecret", .secret(longest: 300)),
    gateway,
  ]
}
