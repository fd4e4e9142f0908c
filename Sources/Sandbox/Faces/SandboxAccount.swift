import Hummingbird

/// The shop as one provider knows it: the account, its keys, and the face that the provider turns to it. A provider is added by
/// a type of this kind in `SandboxAccounts.all`.
protocol SandboxAccount: Sendable {
  static var brand: Brand { get }
  /// Takes what it needs from the ring, under names that begin with the brand's.
  init(_ keys: inout KeyRing) throws
  var voice: any ProviderVoice { get }
  /// What the shop's adapter is set up with, by the names that its configuration has.
  /// - Parameter address: of the sandbox, without a slash at its end.
  func settings(at address: String) -> [String: String]
  func add(to router: Router<BasicRequestContext>, _ core: SandboxCore)
}

enum SandboxAccounts {
  static let all: [any SandboxAccount.Type] = [
    AlipayAccount.self,
    WeChatFace.self,
    StripeAccount.self,
  ]

  static func open(_ keys: inout KeyRing) throws -> [any SandboxAccount] {
    let accounts = try all.map { try $0.init(&keys) }
    try keys.save()
    return accounts
  }
}
