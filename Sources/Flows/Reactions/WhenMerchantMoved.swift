import Catalog
import Mail
import Merchants
import Messages
import Values

/// What follows when somebody may sell here, and when a merchant's goods come and go.
public struct WhenMerchantMoved: Sendable {
  private let contexts: Contexts
  private let furnish: FurnishMerchant
  private let letters: WriteLetters

  init(_ contexts: Contexts, furnish: FurnishMerchant, letters: WriteLetters) {
    self.contexts = contexts
    self.furnish = furnish
    self.letters = letters
  }

  /// What is needed to sell, and the letter with the way in. A password is only in the letter, so whoever repeats this
  /// makes another one, as long as nobody has logged in.
  public func admitted(_ event: MerchantAdmitted) async throws {
    guard let merchant = try await contexts.merchants.merchant(event.merchant),
      let application = try await contexts.merchants.application(event.application)
    else { return }
    let password = try await furnish.run(merchant, for: application)
    try await letters.admitted(merchant, application, password: password)
  }

  /// The flow that moved it has done so already, unless it was broken off.
  public func run(_ event: MerchantMoved) async throws {
    try await contexts.catalog.withhold(event.merchant, event.state != .open, version: event.number)
  }
}

extension WriteLetters {
  func admitted(_ merchant: Merchant, _ application: MerchantApplication, password: String?) async throws {
    try await send(.admitted(merchant, application, password: password))
  }

  public func whenMerchantMoved(_ event: MerchantMoved) async throws {
    guard let merchant = try await contexts.merchants.merchant(event.merchant) else { return }
    try await send(.moved(merchant, event.state, number: event.number))
  }

  /// Of what is approved the letter with the way in tells, and of what was withdrawn there is nothing to say; nor of what
  /// waits since the letter before was opened.
  public func whenApplicationMoved(_ event: ApplicationMoved) async throws {
    guard event.state != .approved, event.state != .withdrawn,
      event.state != .waiting || event.number != MerchantApplication.confirmedRevision,
      let application = try await contexts.merchants.application(event.application)
    else { return }
    try await send(.application(application, event.state, number: event.number))
  }

  private func send(_ news: MerchantNews) async throws {
    if let reader = news.reader, let message = try letters.message(news) {
      try await contexts.messages.keep(message, in: .merchant(reader))
    }
    if let letter = try letters.letter(news) { try await mailer.send(letter) }
  }
}
