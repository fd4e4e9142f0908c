import Accounts
import Carts
import Search
import Values

/// Registration and log-in, with what the visitor carried: the device's cart and history become the account's.
public struct EnterShop: Sendable {
  private let contexts: Contexts

  public init(_ contexts: Contexts) { self.contexts = contexts }

  public func register(_ registration: Registration, device: DeviceToken?, client: String) async throws -> Session {
    try await bring(device, to: contexts.accounts.register(registration, client: client))
  }

  public func logIn(email: String, password: String, device: DeviceToken?, client: String) async throws -> Session {
    try await bring(device, to: contexts.accounts.logIn(email: email, password: password, client: client))
  }

  private func bring(_ device: DeviceToken?, to session: Session) async throws -> Session {
    if let device {
      _ = try await contexts.carts.merge(device: device.rawValue, into: session.account.id)
      try await contexts.browsing.adopt(device: device, by: session.account.id)
      try await contexts.searchLedger.adoptClicks(
        of: Visitor.device(device).searchKey, by: Visitor.account(session.account.id).searchKey)
    }
    return session
  }
}
