import Accounts
import Carts
import Catalog
import Flows
import Hummingbird
import Inventory
import Merchants
import Pages
import Pricing
import Search
import Values

/// `/cart`: what someone is about to buy. One form; the button that was pressed says what to do.
public struct CartPage: Sendable {
  private let maker: PageMaker
  private let regions: RegionDirectory
  private let deliveryPlace: DeliveryPlace

  public init(_ maker: PageMaker, regions: RegionDirectory) {
    self.maker = maker
    self.regions = regions
    deliveryPlace = DeliveryPlace(maker, regions: regions)
  }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/cart") { request, context in
      let view = try await maker.flows.viewCart.run(context.visit.cartOwner)
      return try await page(view, Form(), refusal: nil, request, context)
    }
    router.post("/cart") { request, context in
      let form = try await Form(body: request, context: context)
      return form["variant"] != nil
        ? try await add(form, request, context) : try await change(form, request, context)
    }
  }

  // MARK: Adding

  /// From a product page; the visitor goes back there, or on to the confirmation.
  private func add(_ form: Form, _ request: Request, _ context: ShopRequestContext) async throws -> Response {
    guard let variant = form["variant"].flatMap({ VariantID($0) }) else {
      throw FieldFaults(field: "variant", code: "unknownValue")
    }
    let back = referer(request) ?? Addresses.cart
    guard let quantity = form["quantity"].flatMap({ Int($0) }).flatMap(Quantity.init) else {
      return maker.go(back, saying: Flash(.bad, "quantity"))
    }
    let (owner, cookies) = owner(context.visit)
    do {
      let cart = try await maker.flows.addToCart.run(variant, quantity, to: owner)
      guard form["then"] == "buy" else { return maker.go(back, saying: Flash(.good, "added"), cookies: cookies) }
      // "Buy now" is about this one: it alone stays ticked.
      let line = cart.lines.first { $0.variant == variant }?.id
      _ = try await maker.contexts.carts.tick(nil, false, in: owner)
      if let line { _ = try await maker.contexts.carts.tick([line], true, in: owner) }
      return maker.go(Addresses.checkout, cookies: cookies)
    } catch is GateRefusal {
      return maker.go(Addresses.logIn(returningTo: back))
    } catch let refusal as any Refusal {
      return maker.go(back, saying: Flash(.bad, refusal.code, refusal.details), cookies: cookies)
    }
  }

  private func owner(_ visit: Visit) -> (CartOwner, [String]) {
    if let account = visit.account { return (.account(account.id), []) }
    let (device, cookie) = maker.device(visit)
    return (.device(device.rawValue), cookie.map { [$0] } ?? [])
  }

  /// The page of this shop that the form stood on.
  private func referer(_ request: Request) -> String? {
    guard let referer = request.headers[.referer], let scheme = referer.firstRange(of: "://") else { return nil }
    let rest = referer[scheme.upperBound...]
    guard let slash = rest.firstIndex(of: "/"), String(rest[..<slash]) == request.head.authority else { return nil }
    return localAddress(String(rest[slash...]))
  }

  // MARK: Changing

  private func change(_ form: Form, _ request: Request, _ context: ShopRequestContext) async throws -> Response {
    guard let owner = context.visit.cartOwner else { return maker.go(Addresses.cart) }
    var refusal: (any Refusal)?
    do {
      try DiscountForm.check(form)
      try await setQuantities(form, owner)
      try await press(form, owner)
      _ = try await DiscountForm(maker).apply(form, to: owner, account: context.visit.account)
    } catch let caught as any Refusal {
      refusal = caught
    }
    let view = try await maker.flows.viewCart.run(owner)
    if let refusal { return try await page(view, form, refusal: refusal, request, context) }
    if form["checkout"] != nil, view.canBeOrdered { return maker.go(Addresses.checkout) }
    let removed = form["remove"] != nil
    return maker.go(Addresses.cart, saying: removed ? Flash(.good, "removed") : nil)
  }

  /// The numbers in the fields count whichever button was pressed.
  private func setQuantities(_ form: Form, _ owner: CartOwner) async throws {
    let cart = try await maker.contexts.carts.cart(of: owner)
    for line in cart.lines {
      guard let text = form["quantity.\(line.id)"], text != line.quantity.description else { continue }
      guard let quantity = Int(text).flatMap(Quantity.init) else {
        throw FieldFaults(field: "quantity.\(line.id)", code: "outOfRange", details: ["min": "1", "max": "9999"])
      }
      _ = try await maker.flows.addToCart.change(line.id, to: quantity, in: owner)
    }
  }

  private func press(_ form: Form, _ owner: CartOwner) async throws {
    let carts = maker.contexts.carts
    let cart = try await carts.cart(of: owner)
    func line(_ name: String) -> CartLine? {
      guard let id = form[name].flatMap({ CartLineID($0) }) else { return nil }
      return cart.lines.first { $0.id == id }
    }
    func lines(of name: String) -> [CartLineID]? {
      guard let merchant = form[name].flatMap({ MerchantID($0) }) else { return nil }
      return cart.lines.filter { $0.merchant == merchant }.map(\.id)
    }
    if let all = form["tickAll"] {
      let wanted = all == "1" ? try await buyable(cart, cart.lines.map(\.id)) : nil
      _ = try await carts.tick(wanted, all == "1", in: owner)
    }
    if let lines = lines(of: "tickMerchant") { _ = try await carts.tick(buyable(cart, lines), true, in: owner) }
    if let lines = lines(of: "untickMerchant") { _ = try await carts.tick(lines, false, in: owner) }
    if form["leaveOut"] != nil {
      let blocked = try await maker.flows.viewCart.view(cart).blocked.map(\.line.id)
      _ = try await carts.tick(blocked, false, in: owner)
    }
    if let line = line("tick") { _ = try await carts.tick([line.id], true, in: owner) }
    if let line = line("untick") { _ = try await carts.tick([line.id], false, in: owner) }
    if let line = line("remove") { _ = try await carts.remove(line.id, from: owner) }
    if let line = line("more"), let quantity = Quantity(line.quantity.count + 1) {
      _ = try await maker.flows.addToCart.change(line.id, to: quantity, in: owner)
    }
    if let line = line("less"), let quantity = Quantity(line.quantity.count - 1) {
      _ = try await maker.flows.addToCart.change(line.id, to: quantity, in: owner)
    }
    if let line = line("lower"), let free = try await shown(line, cart)?.free, let quantity = Quantity(free) {
      _ = try await carts.setQuantity(quantity, of: line.id, in: owner)
    }
    if let line = line("acceptPrice"), let price = try await shown(line, cart)?.price {
      _ = try await carts.acknowledgePrices([line.id: price.sale], in: owner)
    }
  }

  private func shown(_ line: CartLine, _ cart: Cart) async throws -> CartView.Line? {
    try await maker.flows.viewCart.view(cart).lines.first { $0.line.id == line.id }
  }

  /// Ticking many leaves out what is sold out: it would only stand in the way of the rest.
  private func buyable(_ cart: Cart, _ lines: [CartLineID]) async throws -> [CartLineID] {
    try await maker.flows.viewCart.view(cart).lines.filter { !$0.isOff }.map(\.line.id).filter(Set(lines).contains)
  }

  // MARK: Showing

  private func page(
    _ view: CartView, _ form: Form, refusal: (any Refusal)?, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = maker.frame.words(context.visit.language)
    let province = try await deliveryPlace.province(of: context.visit, request)
    let delivery = try await maker.flows.viewCart.delivery(
      of: view, to: province, for: context.visit.account?.id)
    let freight = FreightWords(words: words, place: regions.name(of: province)[words.language])
    var model = try await CartModel(
      view: view, delivery: delivery, freight: freight, words: words, contexts: maker.contexts, refusal: refusal,
      form: form
    ).model()
    if context.visit.account == nil, !view.lines.isEmpty {
      model["guest"] =
        [
          "loginURL": Addresses.logIn(returningTo: Addresses.cart),
          "registerURL": Addresses.register(returningTo: Addresses.cart),
        ] as Model
    }
    let head = PageFrame.Head(title: words["cart.heading"] ?? "")
    return try await maker.page("cart", head, model, request, context, status: refusal?.status ?? .ok)
  }
}
