import Orders
import Payments
import Refunds
import Storage
import Values

/// Where payments, refunds, orders and cases stood at the last look.
struct StateWatch: Sendable {
  struct Place: Hashable, Sendable {
    let table: String
    let id: Int64
  }

  /// All of it in one statement, since it's looked at after each step.
  private static let query: SQL = """
    SELECT 'payment' AS kind, id, state FROM payment UNION ALL SELECT 'refund', id, state FROM refund
    UNION ALL SELECT 'order', id, state FROM order_head UNION ALL SELECT 'case', id, state FROM refund_request
    """
  /// Which states may follow which, as the contexts say.
  private static let allowed = [
    "payment": texts(PaymentState.allowed), "refund": texts(RefundState.allowed), "order": texts(OrderState.allowed),
    "case": texts(RefundCase.State.allowed),
  ]

  private var states: [Place: String] = [:]

  private static func texts<State: RawRepresentable & Hashable>(
    _ allowed: [State: Set<State>]
  ) -> [String: Set<String>] where State.RawValue == String {
    Dictionary(
      allowed.map { ($0.key.rawValue, Set($0.value.map(\.rawValue))) }, uniquingKeysWith: { first, _ in first })
  }

  static func look(_ storage: WorldStorage) throws -> [(Place, String)] {
    try storage.read { transaction in
      try transaction.rows(query).map { row in
        (Place(table: try row["kind"], id: try row["id"]), try row["state"])
      }
    }
  }

  /// What has come to a state that doesn't follow from the one before, over however many steps.
  func turnedBack(_ seen: [(Place, String)]) -> [String] {
    seen.compactMap { place, state in
      guard let before = states[place], !Self.leads(before, to: state, in: place.table) else { return nil }
      return "\(place.table) \(place.id) went from \(before) to \(state)"
    }
  }

  mutating func take(_ seen: [(Place, String)]) {
    for (place, state) in seen { states[place] = state }
  }

  private static func leads(_ from: String, to state: String, in table: String) -> Bool {
    guard from != state else { return true }
    let allowed = Self.allowed[table] ?? [:]
    var reached: Set<String> = [from]
    var open = [from]
    while let next = open.popLast() {
      for following in allowed[next] ?? [] where reached.insert(following).inserted { open.append(following) }
    }
    return reached.contains(state)
  }
}
