import Accounts
import Carts
import Flows
import Hummingbird
import Inventory
import Merchants
import Orders
import Pages
import Pricing
import Values

/// `/checkout`: the confirmation. What is ordered, where it goes, what has to be paid, and the button that does it.
public struct CheckoutPage: Sendable {
  private let maker: PageMaker
  private let regions: RegionDirectory
  private let deliveryPlace: DeliveryPlace
  private let payWithinMinutes: Int

  public init(_ maker: PageMaker, regions: RegionDirectory, payWithinMinutes: Int) {
    self.maker = maker
    self.regions = regions
    deliveryPlace = DeliveryPlace(maker, regions: regions)
    self.payWithinMinutes = payWithinMinutes
  }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/checkout") { request, context in
      let account = try context.visit.requireAccount()
      let chosen = Form(query: request)["address"].flatMap { AddressID($0) }
      return try await page(account, chosen: chosen, Form(), request, context)
    }
    router.post("/checkout") { request, context in
      let account = try context.visit.requireAccount()
      let form = try await Form(body: request, context: context)
      let chosen = form["address"].flatMap { AddressID($0) }
      if form["addAddress"] != nil { return try await addAddress(account, chosen: chosen, form, request, context) }
      do {
        // What was typed counts whichever button was pressed: nobody orders without the coupon they named.
        let isNew = try await DiscountForm(maker).apply(form, to: .account(account.id), account: account)
        if isNew { return try await page(account, chosen: chosen, form, request, context) }
      } catch let refusal as any Refusal {
        return try await page(account, chosen: chosen, form, refusal: refusal, request, context)
      }
      guard form["place"] != nil else { return try await page(account, chosen: chosen, form, request, context) }
      do {
        let orders = try await place(account, chosen: chosen, form)
        guard let first = orders.first else { return maker.go(Addresses.orders) }
        return maker.go("\(Addresses.order(first.number))/pay")
      } catch let refusal as any Refusal {
        return try await page(account, chosen: chosen, form, refusal: refusal, request, context)
      }
    }
  }

  private func place(_ account: Account, chosen: AddressID?, _ form: Form) async throws -> [Order] {
    guard let version = form["version"].flatMap({ Int($0) }) else { throw CartRefusal.cartChanged }
    guard let chosen else { throw CheckoutRefusal.noAddress }
    var notes: [MerchantID: String] = [:]
    for name in form.values.keys where name.hasPrefix("note.") {
      if let merchant = MerchantID(name.dropFirst("note.".count)) { notes[merchant] = form[name] }
    }
    return try await maker.flows.placeOrder.run(
      PlaceOrder.Input(
        account: account.id, cartVersion: version, address: chosen, note: "", notes: notes,
        dueSeen: Self.money(form["key"])))
  }

  /// The amount that the page showed travels along, so that nobody orders at a price he hasn't seen.
  private static func money(_ text: String?) -> Money? {
    let parts = (text ?? "").split(separator: " ")
    guard parts.count == 2, let minor = Int64(parts[0]), let currency = Currency(String(parts[1])) else { return nil }
    return Money(minor: minor, currency: currency)
  }

  private func addAddress(
    _ account: Account, chosen: AddressID?, _ form: Form, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let entry = AddressForm(form: form, regions: regions, words: maker.frame.words(context.visit.language))
    do {
      let address = try await maker.contexts.accounts.addAddress(entry.draft, to: account.id)
      return maker.go(Addresses.with([("address", address.id.description)], Addresses.checkout))
    } catch let faults as FieldFaults {
      return try await page(account, chosen: chosen, form, addressFaults: faults, request, context)
    } catch let refusal as any Refusal {
      return try await page(account, chosen: chosen, form, refusal: refusal, request, context)
    }
  }

  private func page(
    _ account: Account, chosen: AddressID?, _ form: Form, refusal: (any Refusal)? = nil,
    addressFaults: FieldFaults? = nil, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let view = try await maker.flows.viewCheckout.run(account.id, address: chosen)
    let words = maker.frame.words(context.visit.language)
    // Nothing ticked, or a line that can't be ordered: the cart says what is in the way.
    if refusal == nil, view.cart.ticked.isEmpty || !view.cart.canBeOrdered { return maker.go(Addresses.cart) }
    let builder = CheckoutModel(
      view: view, form: form, words: words, regions: regions, payWithinMinutes: payWithinMinutes)
    let said = refusal ?? view.refusal
    let model = try builder.model(refusal: said, addressFaults: addressFaults)
    let head = PageFrame.Head(title: words["confirm.heading"] ?? "")
    let status = refusal?.status ?? addressFaults.map { $0.status } ?? .ok
    var response = try await maker.page("confirm", head, model, request, context, status: status)
    // An address that was picked here is where goods go, on the pages before this one as well.
    if let chosen, let address = view.address, address.id == chosen,
      let province = deliveryPlace.province(address.region.rawValue),
      try await province != deliveryPlace.province(of: context.visit, request)
    {
      deliveryPlace.remember(province, in: &response)
    }
    return response
  }
}
