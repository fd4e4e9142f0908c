import Accounts
import Flows
import Fulfilment
import HTTPTypes
import Hummingbird
import Merchants
import Orders
import Pages
import Values

/// What is printed: `/admin/shipping/picklist`, the goods of many orders in one list, and `/admin/shipping/slips`, a sheet
/// for each parcel. Of the orders that are named, or of all that are to be sent, the first hundred.
struct ShippingSheets: Sendable {
  private static let most = 100
  /// Of what isn't passed or is over there is nothing to pack, whoever names it.
  private static let packed: Set<OrderState> = [.awaitingShipment, .awaitingReceipt, .completed]

  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/shipping/picklist") { request, context in
      let staff = try context.visit.requireStaff()
      let words = frame.words(context)
      let orders = try await chosen(request, staff)
      let consignments = try await maker.contexts.fulfilment.consignments(of: orders.map(\.id))
      let rows = PickList(orders, consignments).rows.map { model($0, words) }
      return try await frame.page(
        "picklist", title: words["shipping.picklist"] ?? "", desk: Addresses.shippingDesk,
        [
          "rows": rows, "hasRows": !rows.isEmpty, "backURL": Addresses.shippingDesk,
          "ordersText": words.phrase("shipping.ofOrders", count: orders.count),
          "printedAt": Format(words.language).dateTime(maker.clock.now),
        ], request, context)
    }
    router.get("/admin/shipping/slips") { request, context in
      let staff = try context.visit.requireStaff()
      let words = frame.words(context)
      // There is nothing else on a slip that is worth printing.
      guard BuyerContact.isOpen(to: staff) else { throw StaffRefusal.notAllowed(.buyersContact) }
      let orders = try await chosen(request, staff)
      let consignments = try await maker.contexts.fulfilment.consignments(of: orders.map(\.id))
      let carriers = try await maker.contexts.carrierBook()
      let merchants = try await maker.contexts.merchants.merchants()
      let sheets = orders.flatMap { order in
        slips(
          of: order, consignments[order.id], carriers, merchants.first { $0.id == order.merchant }, words)
      }
      return try await frame.page(
        "slips", title: words["shipping.slips"] ?? "", desk: Addresses.shippingDesk,
        ["slips": sheets, "hasSlips": !sheets.isEmpty, "backURL": Addresses.shippingDesk], request, context)
    }
  }

  /// Those of others are left out, as those that there aren't and those that nothing is sent of.
  private func chosen(_ request: Request, _ staff: Staff) async throws -> [Order] {
    let numbers = Form(query: request).all("order").prefix(Self.most).compactMap(OrderNumber.init(rawValue:))
    let scope = try WorkOrder.scope(of: staff)
    guard !numbers.isEmpty else {
      return try await maker.contexts.orders.orders(
        scope, matching: OrderFilter(states: [.awaitingShipment]), PageRequest(limit: Self.most)
      ).items.reversed()
    }
    return try await maker.contexts.orders.orders(numbers: Array(numbers)).filter { order in
      (staff.merchant == nil || staff.merchant == order.merchant) && Self.packed.contains(order.state)
    }
  }

  private func model(_ row: PickList.Row, _ words: Words) -> Model {
    var model: Model = [
      "title": row.title[words.language], "sku": row.sku, "units": String(row.units),
      "orders": row.orders.map { ["text": "\($0.number) × \($0.units)"] },
    ]
    let choice = row.choice[words.language]
    if !choice.isEmpty { model["choice"] = choice }
    return model
  }

  /// A slip for each parcel, and one for what isn't in a parcel yet.
  private func slips(
    of order: Order, _ consignment: Consignment?, _ carriers: CarrierBook, _ merchant: Merchant?, _ words: Words
  ) -> [Model] {
    let packed = consignment?.packed ?? [:]
    let left = order.lines.compactMap { line in
      Quantity(max(0, line.kept - (packed[line.id] ?? 0))).map {
        ParcelLine(line: line.id, quantity: $0)
      }
    }
    let parcels = consignment?.parcels.filter { $0.state != .returned } ?? []
    var contents: [(lines: [ParcelLine], label: ShippingLabel?)] = parcels.map { ($0.lines, $0.label) }
    if !left.isEmpty { contents.append((left, nil)) }
    let count = contents.count
    return contents.enumerated().map { index, content -> Model in
      var model: Model = [
        "number": order.number.rawValue, "merchantName": merchant?.name[words.language] ?? "",
        "destination": OrderModel(order, words: words).destination,
        "lines": content.lines.compactMap { row($0, of: order, words) },
      ]
      if count > 1 {
        model["partText"] = words.phrase(
          "shipping.slipOf", ["number": String(index + 1), "all": String(count)])
      }
      if !order.note.isEmpty { model["note"] = order.note }
      if let method = consignment?.method { model["method"] = words["deliveryMethod.\(method.rawValue)"] ?? "" }
      if let label = content.label {
        model["carrier"] = carriers.name(label.carrier)[words.language]
        model["trackingNumber"] = label.trackingNumber
      }
      return model
    }
  }

  private func row(_ content: ParcelLine, of order: Order, _ words: Words) -> Model? {
    guard let line = order.lines.first(where: { $0.id == content.line }) else { return nil }
    var model: Model = [
      "title": line.title[words.language], "sku": line.sku, "units": content.quantity.description,
    ]
    let choice = line.choice[words.language]
    if !choice.isEmpty { model["choice"] = choice }
    return model
  }
}

/// The goods that are left to be packed, each once, in the order of their item numbers.
struct PickList {
  struct Row {
    let title: LocalizedText
    let choice: LocalizedText
    let sku: String
    var units: Int
    var orders: [(number: OrderNumber, units: Int)]
  }

  let rows: [Row]

  init(_ orders: [Order], _ consignments: [OrderID: Consignment]) {
    var rows: [VariantID: Row] = [:]
    for order in orders {
      let packed = consignments[order.id]?.packed ?? [:]
      for line in order.lines {
        let left = line.kept - (packed[line.id] ?? 0)
        guard left > 0 else { continue }
        var row = rows[line.variant] ?? Row(title: line.title, choice: line.choice, sku: line.sku, units: 0, orders: [])
        row.units += left
        row.orders.append((order.number, left))
        rows[line.variant] = row
      }
    }
    self.rows = rows.values.sorted { ($0.sku, $0.title.en) < ($1.sku, $1.title.en) }
  }
}
