import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Orders
import Pages
import Values

/// `/admin/shipping/{number}/address`: another place for goods that haven't arrived.
struct ReaddressDesk: Sendable {
  private let frame: DeskFrame
  private let regions: RegionDirectory
  private var maker: PageMaker { frame.maker }
  private var work: WorkShipping { maker.flows.workShipping }

  init(_ maker: PageMaker, regions: RegionDirectory) {
    frame = DeskFrame(maker)
    self.regions = regions
  }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/shipping/:number/address") { request, context in
      let (order, staff) = try await frame.ownOrder(context)
      return try await show(try await work.order(order.id, by: staff), Form(), nil, request, context)
    }
    router.post("/admin/shipping/:number/address") { request, context in
      let (seen, staff) = try await frame.ownOrder(context)
      let order = try await work.order(seen.id, by: staff)
      let form = try await Form(body: request, context: context)
      guard form["chooseRegion"] == nil else { return try await show(order, form, nil, request, context) }
      let draft = AddressForm(form: form, regions: regions, words: frame.words(context)).draft
      do {
        _ = try await work.readdress(order.id, to: draft, by: staff)
        return maker.go(Addresses.shipping(order.number), saying: Flash(.good, "saved"))
      } catch let faults as FieldFaults {
        return try await show(order, form, faults, request, context)
      } catch let refusal as OrderRefusal {
        return maker.go(Addresses.shipping(order.number), saying: Flash(.bad, refusal.code, refusal.details))
      }
    }
  }

  private func show(
    _ order: Order, _ form: Form, _ faults: FieldFaults?, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let place = order.destination
    let standing = Address(
      id: AddressID(raw: 0), recipient: place.recipient, phone: place.phone, region: place.region,
      street: place.street, postcode: place.postcode, isDefault: false)
    let address = Addresses.shipping(order.number)
    let fields = AddressForm(form: form, regions: regions, words: words).model(
      faults: faults ?? FieldFaults(), address: standing)
    return try await frame.page(
      "readdress", title: words["shipping.readdress"] ?? "", desk: Addresses.shippingDesk,
      [
        "form": fields, "action": "\(address)/address", "backURL": address,
        "backText": words.phrase("shipping.title", ["number": order.number.rawValue]),
      ], request, context, status: faults?.status ?? .ok)
  }
}
