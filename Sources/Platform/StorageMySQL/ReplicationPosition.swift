import Storage

/// How far a server has come in what it writes or follows: the number of the last transaction, for each replication domain
/// (MariaDB's global transaction ids, `domain-server-number`).
struct ReplicationPosition: Hashable, Sendable {
  private let last: [Substring: UInt64]

  /// Nil for a server that has no position, or tells it in another form.
  init?(_ text: String) {
    var last: [Substring: UInt64] = [:]
    for id in text.split(separator: ",") {
      let parts = id.drop(while: \.isWhitespace).split(separator: "-")
      guard parts.count == 3, let number = UInt64(parts[2]) else { return nil }
      last[parts[0]] = max(number, last[parts[0]] ?? 0)
    }
    guard !last.isEmpty else { return nil }
    self.last = last
  }

  /// Whether all that had happened there has happened here.
  func reaches(_ other: ReplicationPosition) -> Bool {
    other.last.allSatisfy { domain, number in last[domain].map { $0 >= number } ?? false }
  }
}

/// What a server tells of its part in replication. Every login may ask.
struct ReplicationStatus: Sendable {
  let isReadOnly: Bool
  /// How far its own binary log has come. Nil where there is none, and in a cluster whose servers count for themselves: what
  /// one of them calls 7 isn't what another does.
  let written: ReplicationPosition?
  /// How far it has followed another server.
  let applied: ReplicationPosition?

  init(in transaction: any ReadTransaction) throws {
    var values: [String: String] = [:]
    for row in try transaction.rows(
      """
      SHOW GLOBAL VARIABLES WHERE Variable_name IN
        ('read_only', 'gtid_binlog_pos', 'gtid_slave_pos', 'wsrep_on', 'wsrep_gtid_mode')
      """)
    {
      values[try row["Variable_name"]] = try row["Value"]
    }
    isReadOnly = values["read_only"].map { $0 != "OFF" } ?? false
    let countsAlone = values["wsrep_on"] == "ON" && values["wsrep_gtid_mode"] != "ON"
    written = countsAlone ? nil : values["gtid_binlog_pos"].flatMap(ReplicationPosition.init)
    applied = values["gtid_slave_pos"].flatMap(ReplicationPosition.init)
  }
}
