import Accounts
import Files
import Flows
import Fulfilment
import HTTPTypes
import Hummingbird
import Merchants
import Orders
import Pages
import Values

/// `/admin/shipping/{number}`: one order's goods on their way: pack, send, mend, sign for.
struct ParcelsDesk: Desk {
  private let frame: DeskFrame
  private let regions: RegionDirectory
  private var maker: PageMaker { frame.maker }
  private var work: WorkShipping { maker.flows.workShipping }

  init(_ maker: PageMaker, regions: RegionDirectory) {
    frame = DeskFrame(maker)
    self.regions = regions
  }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/shipping/:number") { request, context in
      let (order, staff) = try await own(context)
      return try await show(order, staff, ParcelsModel.Typed(), request, context)
    }
    router.post("/admin/shipping/:number/parcels") { request, context in
      try await act(request, context) { order, staff, form in
        let draft = try PackForm(form).draft(order)
        guard form["then"] == "pack" else {
          _ = try await work.send(order.id, draft, try LabelForm(form).label, by: staff)
          return "parcelSent"
        }
        _ = try await work.pack(order.id, draft, by: staff)
        return "parcelPacked"
      }
    }
    router.post("/admin/shipping/:number/parcels/:parcel") { request, context in
      let parcel = try Self.parcel(context)
      return try await act(about: parcel, request, context) { order, staff, form in
        _ = try await work.label(parcel, of: order.id, try LabelForm(form).label, by: staff)
        return "saved"
      }
    }
    router.post("/admin/shipping/:number/parcels/:parcel/remove") { request, context in
      let parcel = try Self.parcel(context)
      return try await act(about: parcel, request, context) { order, staff, _ in
        try await work.unpack(parcel, of: order.id, by: staff)
        return "parcelUnpacked"
      }
    }
    router.post("/admin/shipping/:number/method") { request, context in
      try await act(request, context) { order, staff, form in
        guard let method = form["method"].flatMap(DeliveryMethod.init(rawValue:)) else {
          throw FieldFaults(field: "method", code: "unknownValue")
        }
        try await work.choose(method, for: order.id, by: staff)
        return "saved"
      }
    }
    router.get("/admin/shipping/:number/proofs/:proof") { _, context in
      let staff = try context.visit.requireStaff()
      return Response.picture(
        try await maker.flows.keepEvidence.proof(
          context.parameters.get("proof").flatMap { Int($0) },
          of: context.parameters.get("number").flatMap(OrderNumber.init(rawValue:)), for: staff))
    }
    router.post("/admin/shipping/:number/complete") { request, context in
      try await complete(request, context)
    }
    ReaddressDesk(maker, regions: regions).addRoutes(to: router)
  }

  private static func parcel(_ context: ShopRequestContext) throws -> ParcelID {
    guard let parcel = context.parameters.get("parcel").flatMap({ ParcelID($0) }) else {
      throw FulfilmentRefusal.unknownParcel
    }
    return parcel
  }

  private func own(_ context: ShopRequestContext) async throws -> (Order, Staff) {
    try await frame.ownOrder(context)
  }

  /// Faulty input shows the form again. What someone else moved on meanwhile shows as it is now, with a word.
  private func act(
    about parcel: ParcelID? = nil, _ request: Request, _ context: ShopRequestContext,
    _ body: (Order, Staff, Form) async throws -> String
  ) async throws -> Response {
    let (order, staff) = try await own(context)
    _ = try await work.order(order.id, by: staff)
    let form = try await Form(body: request, context: context)
    return try await answer(order) {
      try await body(order, staff, form)
    } faulty: { faults in
      try await show(order, staff, ParcelsModel.Typed(form, faults, parcel: parcel), request, context)
    }
  }

  private func complete(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let (order, staff) = try await own(context)
    _ = try await work.order(order.id, by: staff)
    let sent = try await MultipartForm(body: request, limits: Self.proofLimits)
    return try await answer(order) {
      // Before a picture is stored for nothing.
      try await work.expectCompletable(order.id, by: staff)
      _ = try await maker.flows.keepEvidence.keeping(try Self.pictures(sent)) { kept in
        try await work.complete(
          order.id, ProofDraft(text: sent.form["proof"] ?? "", picture: kept.first), by: staff)
      }
      return "completed"
    } faulty: { faults in
      try await show(order, staff, ParcelsModel.Typed(sent.form, faults), request, context)
    }
  }

  private static let proofLimits = MultipartForm.Limits(files: 1, fileMegabytes: 5, totalBytes: 6 << 20)

  /// One or none.
  private static func pictures(_ sent: MultipartForm) throws -> [KeepEvidence.Sent] {
    try sent.faults.throwIfAny()
    guard let file = sent.files.first(where: { $0.field == "picture" }) else { return [] }
    do { return [try UploadPolicy.pictures.taken(file.bytes)] } catch { throw error.beside("picture") }
  }

  private func answer(
    _ order: Order, _ body: () async throws -> String, faulty: (FieldFaults) async throws -> Response
  ) async throws -> Response {
    do {
      return maker.go(Addresses.shipping(order.number), saying: Flash(.good, try await body()))
    } catch let faults as FieldFaults {
      return try await faulty(faults)
    } catch FulfilmentRefusal.notLeft(let line, let left) {
      return try await faulty(
        FieldFaults(field: "units.\(line)", code: "outOfRange", details: ["min": "0", "max": String(left)]))
    } catch let refusal as any Refusal where refusal.kind == .conflict || refusal is FulfilmentRefusal {
      return maker.go(Addresses.shipping(order.number), saying: Flash(.bad, refusal.code, refusal.details))
    }
  }

  private func show(
    _ order: Order, _ staff: Staff, _ typed: ParcelsModel.Typed, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let builder = ParcelsModel(
      order, staff, try await maker.contexts.track(of: order.id), try await maker.contexts.carrierBook(), typed,
      words: words)
    var model = builder.model(
      merchant: try await maker.contexts.merchants.merchant(order.merchant),
      proofs: try await maker.contexts.fulfilment.proofs(of: order.id))
    let buyer = try await maker.contexts.accounts.account(order.buyer)
    model["buyer"] = ["name": BuyerContact.name(buyer?.profile.name ?? "", for: staff)] as Model
    return try await frame.page(
      "parcels", title: words.phrase("shipping.title", ["number": order.number.rawValue]),
      desk: Addresses.shippingDesk, ["order": model, "form": builder.form], request, context,
      status: typed.faults.isEmpty ? .ok : typed.faults.status)
  }
}

/// What the form of a new parcel says.
struct PackForm {
  private let form: Form

  init(_ form: Form) { self.form = form }

  /// Without any number of units, all that is left is meant. Throws `FieldFaults`.
  func draft(_ order: Order) throws -> ParcelDraft {
    var faults = FieldFaults()
    var lines: [ParcelLine] = []
    var isAll = true
    for line in order.lines {
      let name = "units.\(line.id)"
      guard let text = form[name] else { continue }
      isAll = false
      let count = text.isEmpty ? 0 : Int(text)
      guard let count, (0...line.kept).contains(count) else {
        faults.add(name, "outOfRange", ["min": "0", "max": String(line.kept)])
        continue
      }
      if let quantity = Quantity(count) { lines.append(ParcelLine(line: line.id, quantity: quantity)) }
    }
    if !isAll, faults.isEmpty, lines.isEmpty { faults.add("units", "nothingPacked") }
    try faults.throwIfAny()
    return ParcelDraft(key: form["key"] ?? "", lines: isAll ? nil : lines)
  }
}

/// What stands on a parcel, as a form says it: a carrier out of the list, or another one by its name.
struct LabelForm {
  /// In the list: the carrier's name stands in the field beside.
  static let otherCarrier = "other"

  private let form: Form

  init(_ form: Form) { self.form = form }

  private var isOther: Bool { form["carrier"] == Self.otherCarrier }

  /// Throws `FieldFaults` for another carrier without a name, whose field is another one.
  var label: ShippingLabel {
    get throws {
      let name = form[isOther ? "carrierName" : "carrier"] ?? ""
      var faults = FieldFaults()
      if isOther { _ = faults.text(name, "carrierName", max: 60) }
      try faults.throwIfAny()
      return ShippingLabel(carrier: name, trackingNumber: form["trackingNumber"] ?? "")
    }
  }

  /// The carriers to choose from, with the one that a parcel has, though it may be off by now.
  static func choices(_ carriers: CarrierBook, chosen: String, _ words: Words) -> [Model] {
    let kept = carriers.all.filter { $0.isOn || $0.code == chosen }
    let isOther = chosen == otherCarrier || (!chosen.isEmpty && carriers[chosen] == nil)
    return kept.map { ["code": $0.code, "name": $0.name[words.language], "isChosen": $0.code == chosen] }
      + [["code": otherCarrier, "name": words["admin.carrierOther"] ?? "", "isChosen": isOther]]
  }
}
