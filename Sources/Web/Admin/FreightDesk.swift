import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Merchants
import Pages
import Pricing
import Values

/// `/admin/freight`: what a merchant asks for sending, zone by zone. Staff of the platform choose the merchant.
struct FreightDesk: Desk {
  private let frame: DeskFrame
  private let currency: Currency
  private let regions: RegionDirectory
  private var maker: PageMaker { frame.maker }
  private var work: WorkCarriers { maker.flows.workCarriers }

  /// - Parameter currency: what the fees are in.
  init(_ maker: PageMaker, currency: Currency, regions: RegionDirectory) {
    frame = DeskFrame(maker)
    self.currency = currency
    self.regions = regions
  }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/freight") { request, context in
      let staff = try context.visit.requireStaff()
      guard let merchant = try await merchant(Form(query: request)["merchant"], staff) else {
        return try await choose(request, context)
      }
      let template = try await work.freight(of: merchant.id, for: staff)
      let form = FreightForm(template, currency: currency)
      return try await show(form, merchant, staff, nil, request, context)
    }
    router.post("/admin/freight") { request, context in
      let staff = try context.visit.requireStaff()
      let sent = try await Form(body: request, context: context)
      guard let merchant = try await merchant(sent["merchant"], staff) else { throw FreightRefusal.unknownMerchant }
      _ = try await work.freight(of: merchant.id, for: staff)
      var form = FreightForm(sent, currency: currency)
      if form.changeRows(sent) { return try await show(form, merchant, staff, nil, request, context) }
      do {
        try await work.saveFreight(try form.template(of: merchant, regions: regions), by: staff)
        return maker.go(Self.address(merchant, staff), saying: Flash(.good, "saved"))
      } catch let faults as FieldFaults {
        return try await show(form, merchant, staff, faults, request, context)
      }
    }
  }

  private static func address(_ merchant: Merchant, _ staff: Staff) -> String {
    Addresses.with(staff.merchant == nil ? [("merchant", merchant.slug.rawValue)] : [], Addresses.freightDesk)
  }

  /// The staff's own, or the one that is named to staff of the platform; nil when none is named.
  private func merchant(_ slug: String?, _ staff: Staff) async throws -> Merchant? {
    if let own = staff.merchant {
      guard let merchant = try await maker.contexts.merchants.merchant(own) else {
        throw FreightRefusal.unknownMerchant
      }
      return merchant
    }
    guard let slug, !slug.isEmpty else { return nil }
    guard let known = Slug(rawValue: slug), let merchant = try await maker.contexts.merchants.merchant(slug: known)
    else { throw FreightRefusal.unknownMerchant }
    return merchant
  }

  private func choose(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let words = frame.words(context)
    let merchants = try await maker.contexts.merchants.merchants().map { merchant -> Model in
      [
        "name": merchant.name[words.language],
        "address": Addresses.with([("merchant", merchant.slug.rawValue)], Addresses.freightDesk),
      ]
    }
    return try await frame.page(
      "freight", title: words["desks.freight"] ?? "", desk: Addresses.freightDesk,
      ["merchants": merchants, "isChoosing": true], request, context)
  }

  private func show(
    _ form: FreightForm, _ merchant: Merchant, _ staff: Staff, _ faults: FieldFaults?, _ request: Request,
    _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    var model: Model = [
      "isChoosing": false, "form": form.model(faults ?? FieldFaults(), regions: regions, words: words),
      "action": Addresses.freightDesk, "merchantName": merchant.name[words.language],
      "merchant": merchant.slug.rawValue,
    ]
    if staff.merchant == nil { model["backURL"] = Addresses.freightDesk }
    return try await frame.page(
      "freight", title: words["desks.freight"] ?? "", desk: Addresses.freightDesk, model, request, context,
      status: faults?.status ?? .ok)
  }
}
