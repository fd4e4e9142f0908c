import Storage
import Values

/// Views of lists over a database.
public struct StoredDeskViews: DeskViewService {
  private static let most = 20

  private let database: any Database
  private let ids: IDGenerator

  public init(database: any Database, ids: IDGenerator) {
    self.database = database
    self.ids = ids
  }

  public func views(of staff: StaffID, list: String) async throws -> [DeskView] {
    try await database.read { transaction in
      try transaction.rows(
        """
        SELECT id, name, query FROM desk_view WHERE staff_id = \(staff) AND list = \(list)
        ORDER BY name, id LIMIT \(Self.most)
        """
      ).map { DeskView(id: try $0["id"], list: list, name: try $0["name"], query: try $0["query"]) }
    }
  }

  public func keep(_ query: String, as name: String, list: String, of staff: StaffID) async throws -> DeskView {
    var faults = FieldFaults()
    let name = faults.text(name, "viewName", max: 40)
    if query.utf8.count > 2000 {
      faults.add("viewQuery", "tooLong", ["max": "2000"])
    } else if !query.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) {
      faults.add("viewQuery", "invalid")
    }
    if !(1...40).contains(list.utf8.count) || !list.utf8.allSatisfy({ (97...122).contains($0) }) {
      faults.add("list", "unknownValue")
    }
    try faults.throwIfAny()
    let fresh: DeskViewID = ids.next()
    return try await database.write { transaction in
      // Whoever keeps two at once does so one after the other, so that both are counted.
      let _: StaffID? = try transaction.value(
        "SELECT id FROM staff WHERE id = \(staff)\(transaction.dialect.forUpdate)")
      let known: DeskViewID? = try transaction.value(
        "SELECT id FROM desk_view WHERE staff_id = \(staff) AND list = \(list) AND name = \(name)")
      if let known {
        try transaction.execute("UPDATE desk_view SET query = \(query) WHERE id = \(known)")
        return DeskView(id: known, list: list, name: name, query: query)
      }
      let count: Int =
        try transaction.value("SELECT COUNT(*) FROM desk_view WHERE staff_id = \(staff) AND list = \(list)") ?? 0
      guard count < Self.most else { throw DeskViewRefusal.tooManyViews(most: Self.most) }
      try transaction.execute(
        """
        INSERT INTO desk_view (id, staff_id, list, name, query)
        VALUES (\(fresh), \(staff), \(list), \(name), \(query))
        """)
      return DeskView(id: fresh, list: list, name: name, query: query)
    }
  }

  public func forget(_ view: DeskViewID, of staff: StaffID) async throws {
    try await database.write { transaction in
      _ = try transaction.execute("DELETE FROM desk_view WHERE id = \(view) AND staff_id = \(staff)")
    }
  }

  public static let migrations = [
    Migration("desk_views", 1, "001_CreateDeskView") { transaction in
      try transaction.create(
        TableDefinition(
          "desk_view",
          [
            .integer("id"), .integer("staff_id"), .text("list", 40), .text("name", 40), .text("query", 2000),
          ],
          unique: [["staff_id", "list", "name"]]))
    }
  ]
}
