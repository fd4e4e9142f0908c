import Storage
import Values

/// What is looked for in the log. Nil matches all.
public struct DeedFilter: Hashable, Sendable {
  /// An identifier of staff, `visitor`, `command` or `program`, or the name as entries have it.
  public var who: String?
  public var verb: String?
  /// An identifier, or what people call it.
  public var subject: String?
  public var merchant: MerchantID?
  public var from: Timestamp?
  /// Exclusive.
  public var until: Timestamp?

  public init(
    who: String? = nil, verb: String? = nil, subject: String? = nil, merchant: MerchantID? = nil,
    from: Timestamp? = nil, until: Timestamp? = nil
  ) {
    self.who = who
    self.verb = verb
    self.subject = subject
    self.merchant = merchant
    self.from = from
    self.until = until
  }

  var conditions: [SQL] {
    var conditions: [SQL] = []
    if let merchant { conditions.append("merchant_id = \(merchant)") }
    if let who { conditions.append(AuditActor.Who(who) == nil ? "who_name = \(who)" : "who = \(who)") }
    if let verb { conditions.append("verb = \(verb)") }
    if let subject { conditions.append(Self.isID(subject) ? "subject = \(subject)" : "subject_name = \(subject)") }
    if let from { conditions.append("happened_at >= \(from)") }
    if let until { conditions.append("happened_at < \(until)") }
    return conditions
  }

  /// `ord_` and 13 characters of base 32.
  private static func isID(_ text: String) -> Bool {
    let parts = text.split(separator: "_", omittingEmptySubsequences: false)
    return parts.count == 2 && parts[0].utf8.count == 3 && parts[1].utf8.count == 13
      && parts[1].utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0) }
  }
}

/// Where an entry stands in the list of the newest.
public struct DeedPlace: Hashable, Sendable {
  public let at: Timestamp
  public let number: Int64

  public init(at: Timestamp, number: Int64) {
    self.at = at
    self.number = number
  }
}

extension DeedLog {
  /// The newest first, by the clocks of those who noted them.
  /// - Parameter place: only entries before this one; nil from the newest on.
  public func entries(matching filter: DeedFilter, before place: DeedPlace?, limit: Int) async throws -> [DeedEntry] {
    var conditions = filter.conditions
    if let place {
      conditions.append("happened_at <= \(place.at)")
      conditions.append("happened_at < \(place.at) OR number < \(place.number)")
    }
    let query: SQL = """
      SELECT * FROM deed WHERE \(SQL.all(conditions)) ORDER BY happened_at DESC, number DESC LIMIT \(limit)
      """
    return try await database.read { try $0.rows(query).map(DeedRows.entry) }
  }

  /// The oldest first, in the order of the chain.
  /// - Parameter number: only entries after this one; 0 from the first on.
  public func entries(matching filter: DeedFilter, after number: Int64, limit: Int) async throws -> [DeedEntry] {
    var conditions = filter.conditions
    conditions.append("number > \(number)")
    let query: SQL = "SELECT * FROM deed WHERE \(SQL.all(conditions)) ORDER BY number LIMIT \(limit)"
    return try await database.read { try $0.rows(query).map(DeedRows.entry) }
  }

  public func entry(_ number: Int64) async throws -> DeedEntry? {
    try await database.read { transaction in
      try transaction.row("SELECT * FROM deed WHERE number = \(number)").map(DeedRows.entry)
    }
  }

  /// The newest entry, to be written down elsewhere; nil while there is none.
  public func head() async throws -> DeedMark? { try await database.read { try DeedRows.head(in: $0) } }
}
