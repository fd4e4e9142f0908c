import Values

/// An order with a change made to it: its lines and amounts from then on, and what differs. Pure, so that it can be shown
/// before it is made.
struct EditedOrder {
  private static let mostLines = 100
  /// Minor units: 100,000,000.00.
  private static let mostMinor: Int64 = 10_000_000_000

  let lines: [OrderLine]
  let amounts: OrderAmounts
  let destination: Destination
  let note: String
  let differences: [OrderEdit.Difference]

  /// Throws `FieldFaults`: `quantity.LINE`, `unit.LINE`, `freight`, `lines` when none would be left.
  init(_ order: Order, _ change: OrderChange, newLine: () -> OrderLineID) throws {
    let currency = order.amounts.due.currency
    var faults = FieldFaults()
    var found: [OrderEdit.Difference] = []
    let wanted = Dictionary(change.lines.map { ($0.line, $0) }, uniquingKeysWith: { _, later in later })
    for line in wanted.keys where !order.lines.contains(where: { $0.id == line }) { faults.add("lines", "unknown") }
    var lines: [OrderLine] = []
    for line in order.lines {
      guard let new = wanted[line.id] else {
        lines.append(line)
        continue
      }
      if let changed = try Self.changed(line, new, currency, &faults, &found) { lines.append(changed) }
    }
    for new in change.added {
      let line = try Self.added(new, currency, id: newLine(), &faults)
      found.append(.init(.added, sku: line.sku, before: "0", after: line.quantity.description))
      lines.append(line)
    }
    if lines.isEmpty { faults.add("lines", "missing") }
    if lines.count > Self.mostLines { faults.add("lines", "tooMany", ["max": String(Self.mostLines)]) }
    let freight = change.freight ?? order.amounts.freight
    if !Self.isFit(freight, currency) { faults.add("freight", "outOfRange", Self.bounds) }
    try faults.throwIfAny()
    if freight != order.amounts.freight {
      found.append(.init(.freight, before: order.amounts.freight.decimalText, after: freight.decimalText))
    }
    let destination = change.destination ?? order.destination
    found += Self.differences(order.destination, destination)
    let note = change.note ?? order.note
    if note != order.note { found.append(.init(.note, before: order.note, after: note)) }
    self.lines = lines
    self.destination = destination
    self.note = note
    amounts = try Self.amounts(lines, freight: freight, paid: order.amounts.paid)
    differences = found
  }

  /// Nil when the line goes.
  private static func changed(
    _ line: OrderLine, _ new: OrderChange.Line, _ currency: Currency, _ faults: inout FieldFaults,
    _ found: inout [OrderEdit.Difference]
  ) throws -> OrderLine? {
    if new.quantity == 0 {
      found.append(.init(.removed, sku: line.sku, before: line.quantity.description, after: "0"))
      return nil
    }
    if !isFit(new.unit, currency) { faults.add("unit.\(line.id)", "outOfRange", bounds) }
    guard let quantity = Quantity(new.quantity) else {
      faults.add("quantity.\(line.id)", "outOfRange", ["min": "0", "max": String(Quantity.range.upperBound)])
      return line
    }
    guard isFit(new.unit, currency) else { return line }
    if quantity != line.quantity {
      found.append(
        .init(.quantity, sku: line.sku, before: line.quantity.description, after: quantity.description))
    }
    if new.unit != line.unit {
      found.append(.init(.unit, sku: line.sku, before: line.unit.decimalText, after: new.unit.decimalText))
    }
    let gross = try new.unit.times(quantity.count)
    // Of what was given for all units, those that go take their part along.
    let kept = min(quantity.count, line.quantity.count)
    let share = try line.discount.spread(over: [Int64(kept), Int64(line.quantity.count - kept)])[0]
    let discount = share.minor > gross.minor ? gross : share
    return OrderLine(
      id: line.id, variant: line.variant, product: line.product, title: line.title, choice: line.choice,
      sku: line.sku, picture: line.picture, unit: new.unit, quantity: quantity, discount: discount,
      due: try gross.subtracting(discount), shares: try shares(of: line, within: discount))
  }

  /// Each offer's part goes along in proportion.
  private static func shares(of line: OrderLine, within discount: Money) throws -> [DiscountShare] {
    let parts = try discount.spread(over: line.shares.map(\.amount.minor))
    return zip(line.shares, parts).map { DiscountShare(offer: $0.offer, bearer: $0.bearer, amount: $1) }
      .filter(\.amount.isPositive)
  }

  private static func added(
    _ new: CheckoutOrders.NewLine, _ currency: Currency, id: OrderLineID, _ faults: inout FieldFaults
  ) throws -> OrderLine {
    if !isFit(new.unit, currency) || !new.discount.isZero { faults.add("lines", "outOfRange", bounds) }
    return OrderLine(
      id: id, variant: new.variant, product: new.product, title: new.title, choice: new.choice, sku: new.sku,
      picture: new.picture, unit: new.unit, quantity: new.quantity, discount: .zero(currency),
      due: try new.unit.times(new.quantity.count))
  }

  private static func amounts(_ lines: [OrderLine], freight: Money, paid: Money) throws -> OrderAmounts {
    let currency = freight.currency
    let goods = try Money.sum(try lines.map { try $0.unit.times($0.quantity.count) }, currency: currency)
    let discount = try Money.sum(lines.map(\.discount), currency: currency)
    let due = try goods.subtracting(discount).adding(freight)
    // What is above goes back.
    return OrderAmounts(goods: goods, discount: discount, freight: freight, due: due, paid: paid < due ? paid : due)
  }

  private static func differences(_ before: Destination, _ after: Destination) -> [OrderEdit.Difference] {
    let pairs: [(OrderEdit.Difference.What, String, String)] = [
      (.recipient, before.recipient, after.recipient), (.phone, before.phone, after.phone),
      (.region, before.region.rawValue, after.region.rawValue), (.street, before.street, after.street),
      (.postcode, before.postcode, after.postcode),
    ]
    return pairs.filter { $0.1 != $0.2 }.map { OrderEdit.Difference($0.0, before: $0.1, after: $0.2) }
  }

  private static func isFit(_ amount: Money, _ currency: Currency) -> Bool {
    amount.currency == currency && (0...mostMinor).contains(amount.minor)
  }

  private static let bounds = ["min": "0.00", "max": "100000000.00"]
}
