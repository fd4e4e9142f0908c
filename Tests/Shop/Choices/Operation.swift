import NIOHTTP1
import Testing

/// A row of the table of choices in docs/governance.md, by its words, with the proof that the shop keeps to it. A row
/// without one, and one without a row, fail `ChoiceTests`.
enum Operation: String, CaseIterable {
  case look = "look at goods, lists, search"
  case priceAndStock = "price and stock in the cart and the confirmation"
  case place = "hold stock, place an order"
  case openPayment = "open a payment"
  case takeNotice = "take in a notice of payment"
  case cart = "cart, favourites, addresses"
  case history = "history of views and searches"
  case logIn = "log in, sessions"
  case facts = "facts to subscribers (mail, search, figures)"
  case limits = "rate limits, load shedding"
  case switches = "switches"

  enum Choice: String {
    /// Done on what is at hand, and put right later.
    case availability
    /// Refused rather than done on what may be wrong.
    case consistency
  }

  var proof: (choice: Choice, run: @Sendable () async throws -> Void) {
    switch self {
    case .look: (.availability, Availability.look)
    case .priceAndStock: (.consistency, Consistency.priceAndStock)
    case .place: (.consistency, Consistency.place)
    case .openPayment: (.consistency, Consistency.openPayment)
    case .takeNotice: (.consistency, Consistency.takeNotice)
    case .cart: (.consistency, Consistency.cart)
    case .history: (.availability, Availability.history)
    case .logIn: (.consistency, Consistency.logIn)
    case .facts: (.availability, Availability.facts)
    case .limits: (.availability, Availability.limits)
    case .switches: (.availability, Availability.switches)
    }
  }
}

/// Fails the test unless the answer asks to come back: nothing was done, and it isn't said that something is broken.
func expectRefusal(
  _ answer: Browser.Answer, _ what: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(answer.status == 503, "\(what): \(answer.body.prefix(300))", sourceLocation: sourceLocation)
  #expect(answer.headers.first(name: "retry-after") == "3", "\(what)", sourceLocation: sourceLocation)
}
