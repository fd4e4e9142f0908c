import Accounts
import Mail
import Merchants
import Orders
import Values

/// The letters that follow a fact, to the buyer and to the merchant. A letter's key is its fact, so a repeat is harmless.
public struct WriteLetters: Sendable {
  private let contexts: Contexts
  private let letters: any LetterWriter
  private let mailer: any Mailer

  public init(_ contexts: Contexts, letters: any LetterWriter, mailer: any Mailer) {
    self.contexts = contexts
    self.letters = letters
    self.mailer = mailer
  }

  public func whenAccountRegistered(_ event: AccountRegistered) async throws {
    try await send(.welcome, to: event.account)
  }

  public func whenOrderPlaced(_ event: OrderPlaced) async throws {
    guard let order = try await contexts.orders.order(event.order) else { return }
    try await send(.orderPlaced(order), to: event.buyer)
  }

  public func whenOrderPaid(_ event: OrderPaid) async throws {
    guard let order = try await contexts.orders.order(event.order) else { return }
    try await send(.orderPaid(order), to: event.buyer)
    if let merchant = try await contexts.merchants.merchant(event.merchant),
      let letter = try letters.letter(.orderPaid(order), to: merchant)
    {
      try await mailer.send(letter)
    }
  }

  public func whenOrderCancelled(_ event: OrderCancelled) async throws {
    guard let order = try await contexts.orders.order(event.order) else { return }
    try await send(.orderCancelled(order), to: event.buyer)
  }

  public func whenOrderShipped(_ event: OrderShipped) async throws {
    guard let order = try await contexts.orders.order(event.order) else { return }
    try await send(.orderShipped(order), to: event.buyer)
  }

  private func send(_ occasion: Occasion, to buyer: AccountID) async throws {
    guard let account = try await contexts.accounts.account(buyer),
      let letter = try letters.letter(occasion, to: account)
    else { return }
    try await mailer.send(letter)
  }
}
