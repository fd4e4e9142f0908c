import Flows
import Fulfilment
import Orders
import Pages
import Values

/// An order as the desk of shipping shows it, with what is known of its parcels.
struct ShippingRow: Sendable {
  let order: Order
  let consignment: Consignment?
}

extension Contexts {
  /// One page of orders on their way, in as many statements whatever their number.
  func shippingRows(_ scope: OrderScope, _ filter: OrderFilter, _ page: PageRequest) async throws -> Page<ShippingRow> {
    let found = try await orders.orders(scope, matching: filter, page)
    let consignments = try await fulfilment.consignments(of: found.items.map(\.id))
    return found.map { ShippingRow(order: $0, consignment: consignments[$0.id]) }
  }
}

/// The columns of the parts of the shipping desk.
enum ShippingColumns {
  static let all: [ListColumn<ShippingRow>] = [
    ListColumn(name: "number", word: "orders.number", place: .first) { row, _ in
      .link(row.order.number.rawValue, to: Addresses.shipping(row.order.number))
    },
    ListColumn(name: "names", word: "orders.product") { row, words in
      .names(OrderSummary.productNames(row.order, words), more: OrderSummary.unitsText(row.order, words))
    },
    ListColumn(name: "placed", word: "orders.date", sorts: (OrderColumns.newest, OrderColumns.oldest, true)) {
      row, _ in .time(row.order.placedAt)
    },
    ListColumn(name: "due", word: "cart.due") { row, _ in .amount(row.order.amounts.due) },
    ListColumn(name: "paid", word: "order.paid") { row, _ in .amount(row.order.amounts.paid) },
    ListColumn(name: "latest", word: "shipping.latest") { row, words in latest(row, words) },
    ListColumn(name: "state", word: "admin.state") { row, words in
      let model = StateModel.of(row.order.state, isDesk: true, words)
      return .state(model["text"] as? String ?? row.order.state.rawValue, model)
    },
    ListColumn(name: "region", word: "lists.region", place: .onRequest) { row, words in
      .text(row.order.destination.regionName[words.language])
    },
    ListColumn(name: "note", word: "lists.note", place: .onRequest) { row, _ in .text(row.order.note) },
  ]

  /// How much of it is sent, and what was heard last of any of its parcels.
  private static func latest(_ row: ShippingRow, _ words: Words) -> ListCell {
    let parcels = row.consignment?.parcels ?? []
    let sent = row.consignment?.sent.values.reduce(0, +) ?? 0
    let all = row.order.lines.reduce(0) { $0 + $1.kept }
    var texts: [String] = []
    if row.order.state == .awaitingShipment, sent > 0 {
      texts.append(words.phrase("parcel.part", ["sent": String(sent), "all": String(all)]))
    }
    let trace = parcels.compactMap(\.latest).max { $0.at < $1.at }
    if let trace {
      texts.append(trace.text)
    } else if let state = parcels.last?.state {
      texts.append(words["parcelState.\(state.rawValue)"] ?? state.rawValue)
    }
    guard !texts.isEmpty else { return .nothing }
    return .names(
      texts.joined(separator: " · "), more: trace.map { Format(words.language).dateTime($0.at) } ?? "")
  }
}
