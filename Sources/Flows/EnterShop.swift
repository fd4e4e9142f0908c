import Accounts
import Carts
import Events
import Mail
import Values

/// Registration and log-in, with what the visitor carried: the device's cart and history become the account's.
public struct EnterShop: Sendable {
  private let contexts: Contexts
  private let letters: any LetterWriter
  private let mailer: any Mailer

  public init(_ contexts: Contexts, letters: any LetterWriter, mailer: any Mailer) {
    self.contexts = contexts
    self.letters = letters
    self.mailer = mailer
  }

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
    }
    return session
  }

  /// Sends a letter with the way to a new password, if someone has the address; the caller can't tell.
  /// - Parameter link: makes the address of the page that takes the token.
  public func sendPasswordReset(
    to email: String, client: String, link: @Sendable (String) -> String
  ) async throws {
    guard let reset = try await contexts.accounts.startPasswordReset(email: email, client: client) else { return }
    if let letter = try letters.letter(.passwordReset(link: link(reset.token)), to: reset.account) {
      try await mailer.send(letter)
    }
  }
}
