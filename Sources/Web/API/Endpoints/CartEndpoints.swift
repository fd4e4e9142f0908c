import Carts
import Catalog
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Values

/// The caller's cart: an account's, or a device's.
struct CartEndpoints: Sendable {
  private struct NewLine: Decodable {
    let variant: VariantID
    let quantity: Quantity?
  }

  private struct LineChange: Decodable {
    let quantity: Quantity?
    let isTicked: Bool?
  }

  private struct Ticks: Decodable {
    /// Nil means all.
    let lines: [CartLineID]?
    let isTicked: Bool
  }

  private let parts: APIParts
  private var carts: any CartService { parts.contexts.carts }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [cart, addLine, changeLine, removeLine, tick] }

  private var cart: Endpoint {
    Endpoint(
      APIDescription(.get, "/cart", .cart, "The cart with prices and stock of now", access: .visitor, with: "Cart")
        .worded().refusing("noDevice")
    ) { call in
      try Answer(CartAnswer(try await parts.flows.viewCart.run(try call.cartOwner()), call.words))
    }
  }

  private var addLine: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/cart/lines", .cart, "Puts a variant into the cart", access: .visitor, answers: .created, with: "Cart"
      ).taking("NewCartLine").worded()
        .refusing("soldOut", "noLongerSold", "notForSale", "tooManyCartLines", "tooManyUnits", "logInToBuy")
    ) { call in
      let line: NewLine = try call.decoded()
      let cart = try await parts.flows.addToCart.run(line.variant, line.quantity ?? .one, to: try call.cartOwner())
      return try await answer(cart, call, status: .created)
    }
  }

  private var changeLine: Endpoint {
    Endpoint(
      APIDescription(
        .patch, "/cart/lines/{id}", .cart, "Changes the quantity or the tick of a line", access: .visitor, with: "Cart"
      ).taking("CartLineChange").worded().refusing("unknownCartLine", "soldOut")
    ) { call in
      let change: LineChange = try call.decoded()
      let owner = try call.cartOwner()
      let id: CartLineID = try call.id("id", or: CartRefusal.unknownLine)
      var cart = try await carts.cart(of: owner)
      guard cart.lines.contains(where: { $0.id == id }) else { throw CartRefusal.unknownLine }
      if let quantity = change.quantity { cart = try await parts.flows.addToCart.change(id, to: quantity, in: owner) }
      if let isTicked = change.isTicked { cart = try await carts.tick([id], isTicked, in: owner) }
      return try await answer(cart, call)
    }
  }

  private var removeLine: Endpoint {
    Endpoint(
      APIDescription(
        .delete, "/cart/lines/{id}", .cart, "Takes a line out; harmless when it is gone", access: .visitor,
        with: "Cart"
      ).worded().refusing("unknownCartLine")
    ) { call in
      let id: CartLineID = try call.id("id", or: CartRefusal.unknownLine)
      return try await answer(try await carts.remove(id, from: try call.cartOwner()), call)
    }
  }

  private var tick: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/cart/ticks", .cart, "Ticks or unticks lines, or all of them", access: .visitor, with: "Cart"
      ).taking("CartTicks").worded()
    ) { call in
      let ticks: Ticks = try call.decoded()
      return try await answer(
        try await carts.tick(ticks.lines, ticks.isTicked, in: try call.cartOwner()), call)
    }
  }

  private func answer(_ cart: Cart, _ call: APICall, status: HTTPResponse.Status = .ok) async throws -> Answer {
    try Answer(status: status, CartAnswer(try await parts.flows.viewCart.view(cart), call.words))
  }
}
