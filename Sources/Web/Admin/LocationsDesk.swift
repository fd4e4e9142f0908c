import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Inventory
import Merchants
import Pages
import Values

/// `/admin/locations`: where a merchant's goods lie, in the order in which they are taken from there.
struct LocationsDesk: Desk {
  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }
  private var work: WorkStock { maker.flows.workStock }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/locations") { request, context in
      let staff = try context.visit.requireStaff()
      try staff.require(.stockAdjust)
      let merchant = try await MerchantChoice(maker).merchant(Form(query: request)["merchant"], for: staff)
      return try await show(merchant, staff, nil, Form(), nil, request, context)
    }
    router.post("/admin/locations") { request, context in
      let staff = try context.visit.requireStaff()
      try staff.require(.stockAdjust)
      let form = try await Form(body: request, context: context)
      guard let merchant = try await MerchantChoice(maker).merchant(form["merchant"], for: staff) else {
        throw InventoryRefusal.unknownLocation
      }
      do {
        _ = try await work.addLocation(form["name"] ?? "", of: merchant.id, by: staff)
        return maker.go(back(merchant, staff), saying: Flash(.good, "locationAdded"))
      } catch let faults as FieldFaults {
        return try await show(merchant, staff, nil, form, faults, request, context)
      }
    }
    router.post("/admin/locations/:id") { request, context in
      try await change(try context.visit.requireStaff(), request, context)
    }
  }

  private func change(_ staff: Staff, _ request: Request, _ context: ShopRequestContext) async throws -> Response {
    guard let id = context.parameters.get("id").flatMap({ LocationID($0) }) else {
      throw InventoryRefusal.unknownLocation
    }
    let location = try await work.location(id, for: staff)
    let form = try await Form(body: request, context: context)
    let merchant = try await maker.contexts.merchants.merchant(location.merchant)
    do {
      switch form["do"] {
      case "rename": try await work.renameLocation(id, to: form["name"] ?? "", by: staff)
      case "up": try await work.moveLocation(id, up: true, by: staff)
      case "down": try await work.moveLocation(id, up: false, by: staff)
      case "close": try await work.closeLocation(id, by: staff)
      case "reopen": try await work.reopenLocation(id, by: staff)
      default: throw HTTPError(.badRequest)
      }
      return maker.go(back(merchant, staff), saying: Flash(.good, "saved"))
    } catch let faults as FieldFaults {
      return try await show(merchant, staff, id, form, faults, request, context)
    } catch let refusal as InventoryRefusal where refusal.kind == .conflict {
      return maker.go(back(merchant, staff), saying: Flash(.bad, refusal.code))
    }
  }

  private func back(_ merchant: Merchant?, _ staff: Staff) -> String {
    MerchantChoice.address(Addresses.locationsDesk, merchant, for: staff)
  }

  /// - Parameter renamed: whose row the form is of; nil for the form that adds one.
  private func show(
    _ merchant: Merchant?, _ staff: Staff, _ renamed: LocationID?, _ form: Form, _ faults: FieldFaults?,
    _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let links = try await MerchantChoice(maker).links(
      to: Addresses.locationsDesk, chosen: merchant, for: staff, words)
    var fields = RefusedForm(renamed == nil ? form : Form(), renamed == nil ? faults : nil, words).model(["name"])
    var model: Model = [
      "merchants": links, "isChoosing": !links.isEmpty, "canAdd": merchant != nil, "action": Addresses.locationsDesk,
      "backURL": Addresses.stockDesk, "hasPlaces": false,
    ]
    if let merchant {
      let rooms = try await work.stockrooms(of: merchant.id, for: staff)
      let open = rooms.filter { !$0.location.isClosed }
      model["merchantName"] = merchant.name[words.language]
      fields["merchant"] = merchant.slug.rawValue
      model["hasPlaces"] = !rooms.isEmpty
      model["places"] = rooms.map { room -> Model in
        let isOwn = room.location.id == renamed
        let own = FormModel(
          isOwn ? form : Form(), faults: isOwn ? faults ?? FieldFaults() : FieldFaults(), words: words)
        return row(
          room, own.field("name", initial: room.location.name), isFirst: room.location.id == open.first?.location.id,
          isLast: room.location.id == open.last?.location.id, words)
      }
    }
    model["form"] = fields
    return try await frame.page(
      "locations", title: words["locations.heading"] ?? "", desk: Addresses.stockDesk, model, request, context,
      status: faults?.status ?? .ok)
  }

  private func row(_ room: Stockroom, _ field: Model, isFirst: Bool, isLast: Bool, _ words: Words) -> Model {
    let isClosed = room.location.isClosed
    return [
      "placeID": room.location.id.description, "placeName": room.location.name,
      "placeAction": Addresses.desk(room.location.id), "field": field, "isClosed": isClosed, "isOpen": !isClosed,
      "canUp": !isClosed && !isFirst, "canDown": !isClosed && !isLast, "canClose": !isClosed && room.isEmpty,
      "lying": words.phrase(
        "stockroom.lying", ["items": String(room.items), "count": String(room.onHand), "held": String(room.held)]),
    ]
  }
}
