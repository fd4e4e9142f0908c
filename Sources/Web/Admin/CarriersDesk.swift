import Accounts
import Flows
import Fulfilment
import HTTPTypes
import Hummingbird
import Pages
import Values

/// `/admin/carriers`: who carries goods, for staff of the platform: names, pages to follow parcels at, on and off.
struct CarriersDesk: Desk {
  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }
  private var work: WorkCarriers { maker.flows.workCarriers }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/carriers") { request, context in
      let staff = try context.visit.requireStaff()
      let carriers = CarrierBook(try await work.carriers(for: staff))
      let chosen = Form(query: request)["code"].flatMap { carriers[$0] }
      return try await show(carriers, chosen, Form(), nil, request, context)
    }
    router.post("/admin/carriers") { request, context in
      let staff = try context.visit.requireStaff()
      let carriers = CarrierBook(try await work.carriers(for: staff))
      let form = try await Form(body: request, context: context)
      do {
        try await work.save(Self.carrier(form), by: staff)
        return maker.go(Addresses.carriersDesk, saying: Flash(.good, "saved"))
      } catch let faults as FieldFaults {
        return try await show(carriers, form["code"].flatMap { carriers[$0] }, form, faults, request, context)
      }
    }
  }

  private static func carrier(_ form: Form) -> Carrier {
    Carrier(
      code: form["code"] ?? "", name: LocalizedText(en: form["nameEn"] ?? "", zhHans: form["nameZh"] ?? ""),
      isOn: form["isOn"] == "1", trackingAddress: form["trackingAddress"] ?? "", isTracked: form["isTracked"] == "1",
      asksForPhone: form["asksForPhone"] == "1")
  }

  private func show(
    _ carriers: CarrierBook, _ chosen: Carrier?, _ form: Form, _ faults: FieldFaults?, _ request: Request,
    _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let isTyped = faults != nil
    var fields = RefusedForm(form, faults, words, open: ["code"]).model(
      ["code", "nameEn", "nameZh", "trackingAddress"],
      initial: [
        "code": chosen?.code ?? "", "nameEn": chosen?.name.en ?? "", "nameZh": chosen?.name.zhHans ?? "",
        "trackingAddress": chosen?.trackingAddress ?? "",
      ])
    fields["isOn"] = isTyped ? form["isOn"] == "1" : chosen?.isOn ?? true
    fields["isTracked"] = isTyped ? form["isTracked"] == "1" : chosen?.isTracked ?? true
    fields["asksForPhone"] = isTyped ? form["asksForPhone"] == "1" : chosen?.asksForPhone ?? false
    var model: Model = [
      "carriers": carriers.all.map { row($0, words) }, "form": fields, "action": Addresses.carriersDesk,
      "isNew": chosen == nil,
      "heading": chosen.map { words.phrase("carriers.change", ["name": $0.name[words.language]]) }
        ?? words["carriers.add"] ?? "",
    ]
    if chosen != nil { model["newURL"] = Addresses.carriersDesk }
    return try await frame.page(
      "carriers", title: words["desks.carriers"] ?? "", desk: Addresses.carriersDesk, model, request, context,
      status: faults?.status ?? .ok)
  }

  private func row(_ carrier: Carrier, _ words: Words) -> Model {
    [
      "code": carrier.code, "name": carrier.name[words.language],
      "other": carrier.name[words.language == .en ? .zhHans : .en],
      "address": Addresses.with([("code", carrier.code)], Addresses.carriersDesk),
      "state": [
        "kind": carrier.isOn ? "green" : "grey", "icon": carrier.isOn ? "check" : "cross",
        "text": words[carrier.isOn ? "carriers.on" : "carriers.off"] ?? "",
      ] as Model,
    ]
  }
}
