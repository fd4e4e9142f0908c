import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Inventory
import Orders
import Pages
import Payments
import Values

/// `/admin/orders/{number}/edit`: a paid order's lines, amounts, destination and note, to be changed as the merchant asks.
struct OrderEditDesk: Desk {
  private let frame: DeskFrame
  private let regions: RegionDirectory
  private var maker: PageMaker { frame.maker }

  init(_ maker: PageMaker, regions: RegionDirectory) {
    frame = DeskFrame(maker)
    self.regions = regions
  }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/orders/:number/edit") { request, context in
      let (order, staff) = try await own(context)
      guard order.state == .awaitingReview else { return maker.go(Addresses.desk(order.number)) }
      return try await show(order, Form(), nil, staff, request, context)
    }
    router.post("/admin/orders/:number/edit") { request, context in
      let (order, staff) = try await own(context)
      let form = try await Form(body: request, context: context)
      if form["chooseRegion"] != nil { return try await show(order, form, nil, staff, request, context) }
      if form["preview"] != nil { return try await preview(order, form, staff, request, context) }
      return try await save(order, form, staff, request, context)
    }
  }

  /// Another merchant's order is as unknown as one that never was.
  private func own(_ context: ShopRequestContext) async throws -> (Order, Staff) {
    let staff = try context.visit.requireStaff()
    try staff.require(.ordersReview)
    let number = context.parameters.get("number").flatMap(OrderNumber.init(rawValue:))
    return (try await maker.flows.workOrder.order(number, for: staff), staff)
  }

  /// What the change would come to, beside what was typed.
  private func preview(
    _ order: Order, _ form: Form, _ staff: Staff, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    do {
      let amounts = try await maker.flows.reviewOrder.preview(order.id, try input(order, form, staff), by: staff)
      let words = frame.words(context)
      let format = Format(words.language)
      let (more, less) = (
        try amounts.due.subtracting(amounts.paid), try order.amounts.paid.subtracting(amounts.paid)
      )
      let due = words.phrase(
        "review.due", ["before": format.money(order.amounts.due), "after": format.money(amounts.due)])
      let money =
        more.isPositive
        ? words.phrase("review.more", ["amount": format.money(more)])
        : less.isPositive ? words.phrase("review.refund", ["amount": format.money(less)]) : words["review.same"] ?? ""
      return try await show(order, form, nil, staff, preview: "\(due). \(money)", request, context)
    } catch let refusal as any Refusal where refusal.kind != .forbidden && refusal.kind != .notFound {
      return try await show(order, form, refusal, staff, request, context)
    }
  }

  private func save(
    _ order: Order, _ form: Form, _ staff: Staff, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let address = Addresses.desk(order.number)
    do {
      let changed = try await maker.flows.reviewOrder.edit(order.id, try input(order, form, staff), by: staff)
      let flash = changed.openDifference == nil ? "orderChanged" : "orderChangedDearer"
      return maker.go(address, saying: Flash(.good, flash))
    } catch let refusal as OrderRefusal where refusal.kind == .conflict {
      // What was looked at is no longer so: it's shown as it is now.
      return maker.go(address, saying: Flash(.bad, refusal.code))
    } catch let refusal as any Refusal where refusal.kind != .forbidden && refusal.kind != .notFound {
      return try await show(order, form, refusal, staff, request, context)
    }
  }

  /// Throws `FieldFaults` for what can't be read.
  private func input(_ order: Order, _ form: Form, _ staff: Staff) throws -> ReviewOrder.Input {
    var faults = FieldFaults()
    let currency = order.amounts.due.currency
    func money(_ name: String, _ standing: Money) -> Money {
      guard let text = form[name]?.filter({ !$0.isWhitespace }) else { return standing }
      let read = Money(decimalText: text, currency: currency)
      if read == nil { faults.add(name, "notANumber") }
      return read ?? standing
    }
    func count(_ name: String, _ standing: Int) -> Int {
      guard let text = form[name]?.filter({ !$0.isWhitespace }), !text.isEmpty else { return standing }
      let read = Int(text)
      if read == nil { faults.add(name, "notANumber") }
      return read ?? standing
    }
    let lines = order.lines.map { line in
      OrderChange.Line(
        line: line.id, quantity: count("quantity.\(line.id)", line.quantity.count),
        unit: money("unit.\(line.id)", line.unit))
    }
    let input = ReviewOrder.Input(
      revision: form["revision"].flatMap { Int($0) } ?? -1, lines: lines, addedSKU: form["sku"] ?? "",
      addedQuantity: count("skuQuantity", 1), freight: money("freight", order.amounts.freight),
      address: form["recipient"] == nil || !BuyerContact.isOpen(to: staff) ? nil : draft(order, form),
      note: Self.note(order, form),
      reason: form["reason"] ?? "")
    try faults.throwIfAny()
    return input
  }

  /// A place that wasn't touched stays as it is, also where the list of regions has changed since.
  private func draft(_ order: Order, _ form: Form) -> AddressDraft? {
    let draft = AddressForm(form: form, regions: regions, words: maker.frame.words(.en)).draft
    let known = Self.draft(of: order.destination)
    let isSame =
      draft.recipient == known.recipient && draft.phone == known.phone && draft.region == known.region
      && draft.street == known.street && draft.postcode == known.postcode
    return isSame ? nil : draft
  }

  /// Browsers send line ends of their own, which are no change.
  private static func note(_ order: Order, _ form: Form) -> String? {
    let typed = form["note"]?.replacing("\r\n", with: "\n")
    return typed == order.note.replacing("\r\n", with: "\n") ? nil : typed
  }

  private static func draft(of place: Destination) -> AddressDraft {
    AddressDraft(
      recipient: place.recipient, phone: place.phone, region: place.region.rawValue, street: place.street,
      postcode: place.postcode)
  }

  private func show(
    _ order: Order, _ form: Form, _ refusal: (any Refusal)?, _ staff: Staff, preview: String? = nil,
    _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let refused = RefusedForm(form, refusal, words)
    let fields = FormModel(form, faults: refused.faults, words: words)
    // A place is changed by those who may read it.
    let seesPlace = BuyerContact.isOpen(to: staff)
    let place = AddressForm(form: form, regions: regions, words: words).model(
      faults: refused.faults, initial: seesPlace ? Self.draft(of: order.destination) : nil)
    let own = refused.model(
      ["freight", "sku", "skuQuantity", "note", "reason"],
      initial: ["freight": order.amounts.freight.decimalText, "skuQuantity": "1", "note": order.note])
    let builder = OrderModel(order, words: words)
    var model: Model = [
      "form": Model.merged(place, own), "number": order.number.rawValue,
      "action": "\(Addresses.desk(order.number))/edit",
      "backURL": Addresses.desk(order.number), "revision": form["revision"] ?? String(order.revision),
      "sign": Format(words.language).sign(of: order.amounts.due.currency),
      "seesPlace": seesPlace,
      "lines": order.lines.map { line -> Model in
        Model.merged(
          builder.line(line),
          [
            "quantityField": fields.field("quantity.\(line.id)", initial: line.quantity.description),
            "unitField": fields.field("unit.\(line.id)", initial: line.unit.decimalText),
          ])
      },
    ]
    if let preview { model["preview"] = preview }
    return refused.answer(
      try await frame.page(
        "order-edit", title: words.phrase("review.editTitle", ["number": order.number.rawValue]),
        desk: Addresses.reviewDesk, model, request, context, status: refusal?.status ?? .ok))
  }
}
