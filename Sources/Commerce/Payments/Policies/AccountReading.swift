import Foundation
import Signatures
import Values

/// Reads what a method is set up with, and notes beside each field why it can't be so.
struct AccountReading {
  /// What is asked of an account that is saved; one that was saved before must only be readable.
  struct Rules: Sendable {
    let isProduction: Bool
    let now: Timestamp
  }

  let method: PaymentMethod
  let fields: [String: String]
  let secrets: [String: PaymentSecret]
  /// Nil for what is kept already.
  let rules: Rules?
  var faults = FieldFaults()

  init(_ method: PaymentMethod, _ fields: [String: String], _ secrets: [String: PaymentSecret], rules: Rules? = nil) {
    self.method = method
    self.fields = fields
    self.secrets = secrets
    self.rules = rules
  }

  /// Nil where faults say why, and for methods without a provider.
  mutating func configuration() -> ProviderConfiguration? {
    for field in method.accountFields ?? [] where field.isRequired {
      let isThere = field.isSecret ? secrets[field.name] != nil : !(fields[field.name] ?? "").isEmpty
      if !isThere { faults.add(field.name, "missing") }
    }
    return switch method {
    case AlipayProvider.name: alipay().map(ProviderConfiguration.alipay)
    case WeChatProvider.name: weChat().map(ProviderConfiguration.weChat)
    case StripeProvider.name: stripe().map(ProviderConfiguration.stripe)
    default: nil
    }
  }

  func text(_ name: String) -> String? { fields[name].flatMap { $0.isEmpty ? nil : $0 } }

  /// Nil, with a fault, for one that a provider wouldn't have given.
  mutating func id(_ name: String, _ form: Regex<Substring>, example: String) -> String? {
    guard let text = text(name) else { return nil }
    guard text.wholeMatch(of: form) != nil else {
      faults.add(name, "notAProviderID", ["example": example])
      return nil
    }
    return text
  }

  mutating func address(orElse usual: String) -> String {
    guard let address = text("gateway") else { return usual }
    guard let parts = URLComponents(string: address), ["http", "https"].contains(parts.scheme), parts.host != nil,
      parts.user == nil, parts.query == nil, parts.fragment == nil
    else {
      faults.add("gateway", "notAProviderAddress", ["example": usual])
      return usual
    }
    if rules?.isProduction == true, !TestOnlyKeys.isReal(address, of: method) {
      faults.add("gateway", "sandboxHost", ["example": usual])
    }
    return address
  }

  // MARK: Keys

  mutating func privateKey(_ name: String = "privateKey") -> RSAPrivateKey? {
    guard let text = secrets[name]?.text else { return nil }
    if let problem = RSAPrivateKey.problem(of: text) { add(problem, name) }
    guard let key = RSAPrivateKey(text: text) else { return nil }
    refuse(key.publicKey, name)
    return key
  }

  mutating func publicKey(_ name: String = "publicKey") -> RSAPublicKey? {
    guard let text = text(name) else { return nil }
    if let problem = RSAPublicKey.problem(of: text) { add(problem, name) }
    guard let key = RSAPublicKey(text: text) else { return nil }
    refuse(key, name)
    return key
  }

  private mutating func add(_ problem: KeyProblem, _ name: String) {
    switch problem {
    case .unreadable: faults.add(name, "keyUnreadable")
    case .encrypted: faults.add(name, "keyEncrypted")
    case .isPublic: faults.add(name, "keyIsPublic")
    case .isPrivate: faults.add(name, "keyIsPrivate")
    case .tooShort(let bits): faults.add(name, "keyTooShort", ["bits": String(bits)])
    }
  }

  private mutating func refuse(_ key: RSAPublicKey, _ name: String) {
    if rules?.isProduction == true, TestOnlyKeys.contains(key) { faults.add(name, "testOnlyKey") }
  }

  mutating func refuseTestOnly(_ name: String) {
    if rules?.isProduction == true, let secret = secrets[name], TestOnlyKeys.contains(secret) {
      faults.add(name, "testOnlyKey")
    }
  }

  // MARK: Certificates

  mutating func certificate(_ name: String) -> PlatformCertificate? {
    let all = certificates(name)
    if all.count > 1 { faults.add(name, "oneCertificate") }
    return all.first
  }

  /// Those that can be read; faults where there are none, or one is over.
  mutating func certificates(_ name: String, mustBeValid: Bool = true) -> [PlatformCertificate] {
    guard let text = text(name) else { return [] }
    let all = PlatformCertificate.all(in: text)
    if all.isEmpty { faults.add(name, text.contains("KEY-----") ? "keyNoCertificate" : "certificateUnreadable") }
    guard let rules, mustBeValid else { return all }
    let now = rules.now.date
    if let over = all.first(where: { $0.validUntil < now }) {
      faults.add(name, "certificateExpired", ["date": Self.day(over.validUntil)])
    } else if let early = all.first(where: { $0.validFrom > now }) {
      faults.add(name, "certificateNotYet", ["date": Self.day(early.validFrom)])
    }
    for certificate in all { refuse(certificate.publicKey, name) }
    return all
  }

  /// `2026-11-30`, in the providers' zone.
  private static func day(_ date: Date) -> String {
    String(Timestamp(milliseconds: Int64(date.timeIntervalSince1970 * 1000)).chineseText.prefix(10))
  }
}
