import Storage
import Values

/// Finds a page of a list without reading much more of the books than the page, however many orders there are. A filter that
/// few orders meet is asked first, and those are looked at one by one; where many meet each of them, the list is walked in
/// its own order until the page is full.
struct OrderFinder {
  struct Bounds: Sendable {
    /// So many orders can be looked at one by one.
    var few = 2000
    /// So many names are looked up; more of them stand on so many orders that walking finds some soon.
    var names = 1000
    /// So many names' orders are merged in the order of the list; four times as many where nothing else of them is asked.
    var merged = 48
  }

  let scope: OrderScope
  let filter: OrderFilter
  let after: Cursor?
  /// Rows to find.
  let limit: Int
  var bounds = Bounds()

  private var isAscending: Bool { filter.isOldestFirst }
  private var name: String? { filter.productName?.trimmed.nonEmpty }
  private var number: String? { filter.number?.trimmed.nonEmpty }

  /// Throws `FieldFaults` for a cursor of another list.
  func ids(in transaction: any ReadTransaction) throws -> [OrderID] {
    let place = try after.map { try OrderPlace($0) }
    return try transaction.rows(query(place, in: transaction) ?? "SELECT id FROM order_head WHERE 1 = 0")
      .map { try $0["id"] }
  }

  /// Nil where nothing can match.
  private func query(_ place: OrderPlace?, in transaction: any ReadTransaction) throws -> SQL? {
    // A buyer's orders are few.
    if case .buyer = scope { return walk(place, by: nil) }
    if let number, OrderNumber(rawValue: number) == nil { return nil }
    var names: [Int64]?
    // While orders from before are brought along, names don't find all of them, and lines are looked at.
    if let name, try OrderNameRows.isComplete(in: transaction) {
      let found = try self.names(holding: ProductNameFold.fold(name), in: transaction)
      if found.isEmpty { return nil }
      names = found.count > bounds.names ? nil : found
    }
    if let least = filter.paidFrom, let most = filter.dueTo, least.isPositive, least.minor > most.minor { return nil }
    if let chosen = try fewest(probes(names), in: transaction) ?? fewest(togetherProbes, in: transaction) {
      return looked(at: chosen, place)
    }
    if let names, names.count <= (asksOfHeads ? bounds.merged : 4 * bounds.merged) { return merged(names, place) }
    return walk(place, by: number)
  }

  private func names(holding text: String, in transaction: any ReadTransaction) throws -> [Int64] {
    var conditions: [SQL] = ["INSTR(search_text, \(text)) > 0"]
    if case .merchant(let merchant) = scope { conditions.append("merchant_id = \(merchant)") }
    return try transaction.rows(
      "SELECT id FROM order_name WHERE \(SQL.all(conditions)) LIMIT \(bounds.names + 1)"
    ).map { try $0["id"] }
  }
}

// MARK: Few

extension OrderFinder {
  private struct Probe {
    /// Answers `found_id`, each order once, one more than are few at most.
    let orders: SQL
    let isByName: Bool
  }

  private func probes(_ names: [Int64]?) -> [Probe] {
    var probes: [Probe] = []
    if let names {
      let orders: SQL = "SELECT DISTINCT order_id AS found_id FROM order_named WHERE name_id IN \(list: names)"
      probes.append(probe(orders, isByName: true))
    }
    var conditions = [range("due", filter.dueFrom, filter.dueTo), range("paid", filter.paidFrom, filter.paidTo)]
    if let number { conditions.append([Self.condition(numberPrefix: number)]) }
    return probes
      + conditions.compactMap(\.self).map { probe("SELECT id AS found_id FROM order_head WHERE \(SQL.all($0))") }
  }

  /// Where many orders were due for so much and many paid so much, few may meet both. Nobody pays more than is due.
  private var togetherProbes: [Probe] {
    guard let paid = range("paid", filter.paidFrom, filter.paidTo),
      let due = range("due", filter.dueFrom, filter.dueTo)
    else { return [] }
    var conditions = paid + due
    if let least = filter.paidFrom, least.isPositive { conditions.append("due >= \(least.minor)") }
    return [probe("SELECT id AS found_id FROM order_head WHERE \(SQL.all(conditions))")]
  }

  private func probe(_ orders: SQL, isByName: Bool = false) -> Probe {
    Probe(orders: orders + " LIMIT \(bounds.few + 1)", isByName: isByName)
  }

  /// Nil without bounds.
  private func range(_ column: StaticString, _ from: Money?, _ to: Money?) -> [SQL]? {
    var conditions: [SQL] = []
    if let from { conditions.append("\(name: column) >= \(from.minor)") }
    if let to { conditions.append("\(name: column) <= \(to.minor)") }
    return conditions.isEmpty ? nil : conditions
  }

  /// The filter that the fewest orders meet, where those are few; one statement for all of them.
  private func fewest(_ probes: [Probe], in transaction: any ReadTransaction) throws -> Probe? {
    guard !probes.isEmpty else { return nil }
    let counts = probes.enumerated().map { index, probe -> SQL in
      "(SELECT COUNT(*) FROM (" + probe.orders + SQL(text: ") AS probe\(index)) AS count\(index)")
    }
    let query: SQL = counts.dropFirst().reduce("SELECT " + counts[0]) { $0 + ", " + $1 }
    guard let row = try transaction.row(query) else { return nil }
    let found = try probes.indices.map { (try row["count\($0)"] as Int, $0) }.min { $0.0 < $1.0 }
    guard let (count, index) = found, count <= bounds.few else { return nil }
    return probes[index]
  }

  private func looked(at probe: Probe, _ place: OrderPlace?) -> SQL {
    // The left side of a CROSS JOIN is read first.
    """
    SELECT order_head.id AS id FROM (\(probe.orders)) AS few CROSS JOIN order_head ON order_head.id = few.found_id
    WHERE \(SQL.all(conditions(place, withName: !probe.isByName))) ORDER BY \(order) LIMIT \(limit)
    """
  }
}

// MARK: Many

extension OrderFinder {
  private var order: SQL { isAscending ? "placed_at, id" : "placed_at DESC, id DESC" }

  /// Along the list; of a number's beginning the days are known in which such orders were placed.
  private func walk(_ place: OrderPlace?, by number: String?) -> SQL {
    var conditions = conditions(place, withName: true)
    if let number, let days = OrderNumbering.span(ofPrefix: number) {
      conditions += ["placed_at >= \(days.lowerBound)", "placed_at < \(days.upperBound)"]
    }
    return "SELECT id FROM order_head WHERE \(SQL.all(conditions)) ORDER BY \(order) LIMIT \(limit)"
  }

  /// Whether more is asked of orders than their names and days; names are a merchant's own.
  private var asksOfHeads: Bool {
    number != nil || !filter.states.isEmpty || range("due", filter.dueFrom, filter.dueTo) != nil
      || range("paid", filter.paidFrom, filter.paidTo) != nil
  }

  /// The first of each name's orders, of which the first of all are the page.
  private func merged(_ names: [Int64], _ place: OrderPlace?) -> SQL {
    var places: [SQL] = []
    if let place { places.append(place.condition(isAscending: isAscending, at: "named_at", id: "order_id")) }
    if let from = filter.placedFrom { places.append("named_at >= \(from)") }
    if let before = filter.placedBefore { places.append("named_at < \(before)") }
    let heads = asksOfHeads ? conditions(nil, withName: false) : []
    let join: SQL = asksOfHeads ? "CROSS JOIN order_head ON order_head.id = order_named.order_id" : ""
    let order: SQL = isAscending ? "named_at, order_id" : "named_at DESC, order_id DESC"
    let branches = names.enumerated().map { index, name -> SQL in
      let part: SQL = """
        SELECT order_id, named_at FROM order_named \(join)
        WHERE \(SQL.all(["name_id = \(name)"] + places + heads)) ORDER BY \(order) LIMIT \(limit)
        """
      return "SELECT order_id, named_at FROM (" + part + SQL(text: ") AS part\(index)")
    }
    let union = branches.dropFirst().reduce(branches[0]) { $0 + " UNION " + $1 }
    return "SELECT order_id AS id FROM (\(union)) AS named ORDER BY \(order) LIMIT \(limit)"
  }
}

// MARK: Conditions

extension OrderFinder {
  static func conditions(_ scope: OrderScope) -> [SQL] {
    switch scope {
    case .buyer(let account): ["buyer_id = \(account)"]
    case .merchant(let merchant): ["merchant_id = \(merchant)"]
    case .platform: []
    }
  }

  /// Amounts are written so that no index of theirs is taken for the list's own.
  private func conditions(_ place: OrderPlace?, withName: Bool) -> [SQL] {
    var conditions = Self.conditions(scope)
    if let number { conditions.append(Self.condition(numberPrefix: number)) }
    if withName, let name {
      conditions.append(
        """
        EXISTS (SELECT 1 FROM order_line WHERE order_line.order_id = order_head.id
          AND order_line.search_text LIKE \(ProductNameFold.pattern(containing: name)) ESCAPE '!')
        """)
    }
    if let from = filter.placedFrom { conditions.append("placed_at >= \(from)") }
    if let before = filter.placedBefore { conditions.append("placed_at < \(before)") }
    if let from = filter.dueFrom { conditions.append("(due + 0) >= \(from.minor) AND currency = \(from.currency)") }
    if let to = filter.dueTo { conditions.append("(due + 0) <= \(to.minor) AND currency = \(to.currency)") }
    if let from = filter.paidFrom { conditions.append("(paid + 0) >= \(from.minor) AND currency = \(from.currency)") }
    if let to = filter.paidTo { conditions.append("(paid + 0) <= \(to.minor) AND currency = \(to.currency)") }
    if let condition = Self.condition(filter.states) { conditions.append(condition) }
    if let place { conditions.append(place.condition(isAscending: isAscending, at: "placed_at", id: "id")) }
    return conditions
  }

  /// One state has an index in the order of the list. Several would be read from it whole and sorted, however many orders
  /// that is: written so that no index serves it, the list's own does, which has the state beside.
  private static func condition(_ states: Set<OrderState>) -> SQL? {
    guard let first = states.first else { return nil }
    if states.count == 1 { return "state = \(first)" }
    return "CASE WHEN state IN \(list: states.map(\.rawValue).sorted()) THEN 1 ELSE 0 END = 1"
  }

  /// A range rather than LIKE, which the unique index serves: `:` follows `9` and `-`.
  private static func condition(numberPrefix number: String) -> SQL {
    guard OrderNumber(rawValue: number) != nil else { return "1 = 0" }
    return "number >= \(number) AND number < \(number + ":")"
  }
}

/// Where a page of a list begins.
struct OrderPlace {
  let moment: Int64
  let id: Int64

  /// Throws `FieldFaults` for a cursor of another list.
  init(_ cursor: Cursor) throws {
    guard cursor.parts.count == 2, let moment = Int64(cursor.parts[0]), let id = Int64(cursor.parts[1]) else {
      throw FieldFaults(field: "after", code: "malformed")
    }
    self.moment = moment
    self.id = id
  }

  /// The first half is what an index can seek by, so that deep pages cost no more than the first.
  func condition(isAscending: Bool, at column: StaticString, id key: StaticString) -> SQL {
    let (at, last): (SQL, SQL) = ("\(name: column)", "\(name: key)")
    if isAscending { return "\(at) >= \(moment) AND (\(at) > \(moment) OR \(last) > \(id))" }
    return "\(at) <= \(moment) AND (\(at) < \(moment) OR \(last) < \(id))"
  }
}

extension String {
  fileprivate var trimmed: String {
    String(trimmingPrefix(while: \.isWhitespace).reversed().trimmingPrefix(while: \.isWhitespace).reversed())
  }
  fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}
