import Accounts
import Carts
import Flows
import HTTPTypes
import Hummingbird
import Orders
import Pages
import Payments
import Pricing
import Values

/// From a cart to orders.
struct CheckoutEndpoints: Sendable {
  private struct NewOrder: Decodable {
    let cartVersion: Int
    let address: AddressID
    let note: String?
    /// The amount that the buyer has seen.
    let due: String?
  }

  private struct PlacedAnswer: Encodable {
    let items: [OrderAnswer]
    /// What has to be paid for all of them.
    let due: MoneyAnswer
  }

  private let parts: APIParts

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [checkout, place, methods, balance] }

  private var checkout: Endpoint {
    let description = APIDescription(
      .get, "/checkout", .orders, "What the ticked lines cost at an address", access: .account, with: "Checkout"
    ).query("address", .id("adr"), "An address of the account; else its default.").worded()
      .refusing("unknownAddress")
    return Endpoint(description) { call in
      let account = try call.account()
      var chosen: AddressID?
      if let text = call.query["address"], !text.isEmpty {
        guard let id = AddressID(text), try await parts.contexts.accounts.address(id, of: account.id) != nil else {
          throw AccountRefusal.unknownAddress
        }
        chosen = id
      }
      let view = try await parts.flows.viewCheckout.run(account.id, address: chosen)
      let words = call.words
      return try Answer(
        CheckoutAnswer(
          cart: try CartAnswer(view.cart, words),
          address: view.address.map { AddressAnswer($0, parts.regions, words) },
          quote: view.quote.map(QuoteAnswer.init),
          refusal: view.refusal.map { Problem($0).json(publicURL: parts.publicURL) },
          paymentMethods: try await offered(for: view, to: account.id).map(\.rawValue),
          discounts: CheckoutDiscountsAnswer(view.discounts, publicURL: parts.publicURL)))
    }
  }

  /// By which it can be paid, alone or with the account's balance.
  private func offered(for view: CheckoutView, to account: AccountID) async throws -> [PaymentMethod] {
    let basis = Self.basis(view)
    guard let due = basis.amount else { return try await parts.contexts.payments.methods(for: basis) }
    let balance = try await parts.contexts.payments.balance(of: account, in: due.currency)
    return try await parts.contexts.offeredMethods(for: basis, balance: balance).map(\.method)
  }

  /// Who sells what is ticked, and what it comes to. Nothing is within no method's bounds, and paid by any.
  private static func basis(_ view: CheckoutView) -> PaymentBasis {
    PaymentBasis(
      channel: view.cart.cart.channel, merchants: view.quote?.merchants.map(\.merchant) ?? [],
      amount: view.quote.flatMap { $0.due.isPositive ? $0.due : nil })
  }

  private var place: Endpoint {
    let description = APIDescription(
      .post, "/orders", .orders,
      "Orders the ticked lines, one order per merchant. The same cart version always answers the same orders",
      access: .account, answers: .created, with: "PlacedOrders"
    ).repeatable().taking("NewOrder").worded()
      .refusing(
        "cartChanged", "nothingTicked", "soldOut", "amountChanged", "noLongerSold", "notDelivered", "noAddress",
        "accountBlocked", "couponUnknown", "couponNotYet", "couponExpired", "couponSpent", "couponUsedByYou",
        "couponBelowMinimum", "couponNotForTheseGoods", "couponBringsNothing", "notEnoughPoints")
    return Endpoint(description) { call in
      let body: NewOrder = try call.decoded()
      let currency = try await parts.currency()
      let seen = try body.due.map { text in
        guard let due = Money(decimalText: text, currency: currency) else {
          throw FieldFaults(field: "due", code: "notAnAmount")
        }
        return due
      }
      let orders = try await parts.flows.placeOrder.run(
        PlaceOrder.Input(
          account: try call.account().id, cartVersion: body.cartVersion, address: body.address, note: body.note ?? "",
          dueSeen: seen))
      let words = call.words
      let answer = try Answer(
        status: .created,
        PlacedAnswer(
          items: orders.map { OrderAnswer($0, words) },
          due: MoneyAnswer(try Money.sum(orders.map(\.amounts.due), currency: currency))))
      return orders.first.map { answer.located(at: "/orders/\($0.number)") } ?? answer
    }
  }

  private var methods: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/payment-methods", .orders,
        "The payment methods, in the order in which to offer them, and the ways of each, the preferred first",
        with: "PaymentMethodList")
    ) { _ in
      let payments = parts.contexts.payments
      let ways = try await payments.ways().map { ($0.key.rawValue, $0.value.map(\.rawValue)) }
      return try Answer.shared(
        MethodsAnswer(
          items: try await payments.methods().map(\.rawValue),
          ways: Dictionary(ways, uniquingKeysWith: { first, _ in first })))
    }
  }

  private var balance: Endpoint {
    let description = APIDescription(
      .get, "/account/balance", .account, "What the shop owes the account, and how it came to be, the newest first",
      access: .account, with: "Balance"
    ).paged()
    return Endpoint(description) { call in
      let account = try call.account()
      let page = try await parts.contexts.payments.movements(of: account.id, call.page())
      let balance = try await parts.contexts.payments.balance(of: account.id, in: try await parts.currency())
      return try Answer(
        BalanceAnswer(
          balance: MoneyAnswer(balance), items: page.items.map(BalanceAnswer.Movement.init),
          next: page.next?.description)
      ).linking(to: page.next, call)
    }
  }
}
