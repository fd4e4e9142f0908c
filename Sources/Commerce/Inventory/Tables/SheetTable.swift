import Storage
import Values

enum SheetTable {
  static let sheet = TableDefinition(
    "stock_sheet",
    [
      .integer("id"), .integer("merchant_id"), .integer("location_id"), .text("title", 100), .text("state", 12),
      .integer("line_count"), .integer("counted_count"), .text("opened_by", 40), .integer("opened_at"),
      .text("ended_by", 40, nullable: true), .integer("ended_at", nullable: true),
    ])

  static let line = TableDefinition(
    "stock_sheet_line",
    [
      .integer("sheet_id"), .integer("variant_id"), .integer("expected", nullable: true),
      .integer("counted", nullable: true), .integer("counted_at", nullable: true),
      .text("counted_by", 40, nullable: true),
    ],
    primaryKey: ["sheet_id", "variant_id"])
}

extension CountSheet.State: SQLConvertible {}

extension CountSheet {
  init(_ row: Row) throws {
    let (openedBy, endedBy): (String, String?) = (try row["opened_by"], try row["ended_by"])
    self.init(
      id: try row["id"], merchant: try row["merchant_id"], location: try row["location_id"], title: try row["title"],
      state: try row["state"], lines: try row["line_count"], counted: try row["counted_count"],
      openedBy: Actor(openedBy) ?? .system, openedAt: try row["opened_at"],
      endedBy: endedBy.map { Actor($0) ?? .system }, endedAt: try row["ended_at"])
  }
}

extension CountLine {
  init(_ row: Row) throws {
    let actor: String? = try row["counted_by"]
    self.init(
      variant: try row["variant_id"], expected: try row["expected"], counted: try row["counted"],
      at: try row["counted_at"], actor: actor.flatMap { Actor($0) })
  }
}

extension CountPart {
  /// What of the lines it is.
  var condition: SQL {
    switch self {
    case .all: "1 = 1"
    case .open: "counted IS NULL"
    case .differing: "counted IS NOT NULL AND counted <> expected"
    }
  }
}
