import Storage
import Values

extension StoredInsight {
  private static let books: [FigureKind] = FigureKind.allCases.filter { !$0.isSeen }
  /// For how long one that broke off keeps others from pruning.
  private static let buildMemory: Duration = .days(2)
  private static let builds = "build "

  public func isBuilt() async throws -> Bool {
    try await database.read { try FigureRows.mark("built", in: $0) != nil }
  }

  public func firstUnbuiltDay() async throws -> ShopDay? {
    let first = Self.comparedFrom(clock.now)
    return try await database.read { transaction in
      guard try FigureRows.mark("built", in: transaction) != nil else { return ShopDay(rawValue: 0) }
      return try FigureRows.mark("stretches", in: transaction) == nil ? first : nil
    }
  }

  /// The first day with which today is compared before it is over.
  private static func comparedFrom(_ now: Timestamp) -> ShopDay { ShopDay(now).adding(-7) }

  public func finishBuilding(_ build: FigureBuild) async throws {
    let first = Self.comparedFrom(clock.now)
    try await database.write { transaction in
      if build.day <= first { try FigureRows.setMark("stretches", 1, in: transaction) }
      if build.isWhole { try FigureRows.setMark("built", 1, in: transaction) }
      try transaction.execute("DELETE FROM figure_mark WHERE name = \(build.name)")
    }
  }

  public func beginAnew(from day: ShopDay) async throws -> FigureBuild {
    let build = FigureBuild(
      name: Self.builds + String(UInt64.random(in: 0...UInt64.max), radix: 36), day: day)
    let now = clock.now
    let days: Set<ShopDay> = try await database.write { transaction in
      let horizon = try FigureRows.heldHorizon(in: transaction)
      try FigureRows.setMark(build.name, Int(now.milliseconds), in: transaction)
      if day < horizon { try FigureRows.setMark("horizon", day.rawValue, in: transaction) }
      let rows =
        try transaction.rows("SELECT DISTINCT day FROM daily_figure WHERE day >= \(day)")
        + transaction.rows("SELECT DISTINCT day FROM figure_entry WHERE day >= \(day)")
      return Set(try rows.map { try $0["day"] })
    }
    // A day at a time, so that nobody waits long.
    for day in days.sorted() {
      try Task.checkCancellation()
      try await database.write { transaction in
        try FigureRows.hold([day], in: transaction)
        try transaction.execute("DELETE FROM figure_entry WHERE day = \(day)")
        try transaction.execute("DELETE FROM goods_figure WHERE day = \(day)")
        try transaction.execute("DELETE FROM channel_goods WHERE day = \(day)")
        try transaction.execute("DELETE FROM channel_figure WHERE day = \(day)")
        for table: SQL in ["daily_figure", "stretch_figure"] {
          try transaction.execute("DELETE FROM \(table) WHERE day = \(day) AND kind IN \(list: Self.books)")
        }
      }
    }
    return build
  }

  public func prune(before day: ShopDay) async throws -> Bool {
    let now = clock.now
    return try await database.write { transaction in
      // Held until the end, so that nobody begins to build meanwhile.
      let horizon = try FigureRows.heldHorizon(in: transaction)
      guard try Self.isAtRest(at: now, in: transaction) else { return false }
      let oldest: ShopDay? = try transaction.value(
        "SELECT day FROM figure_entry WHERE day < \(day) ORDER BY day LIMIT 1")
      guard let oldest else { return false }
      try FigureRows.hold([oldest], in: transaction)
      // From here on nothing is noted of it: what is in its figures couldn't be told from what isn't.
      if horizon <= oldest {
        try FigureRows.setMark("horizon", oldest.adding(1).rawValue, in: transaction)
      }
      try transaction.execute("DELETE FROM figure_entry WHERE day = \(oldest)")
      try transaction.execute("DELETE FROM stretch_figure WHERE day <= \(oldest)")
      return true
    }
  }

  /// Whether all that the books held was noted once, and nobody notes it anew.
  private static func isAtRest(at now: Timestamp, in transaction: any Transaction) throws -> Bool {
    guard try FigureRows.mark("built", in: transaction) != nil else { return false }
    let forgotten = now.adding(.zero - buildMemory).milliseconds
    let under: SQL = "name LIKE \(builds + "%")"
    try transaction.execute("DELETE FROM figure_mark WHERE \(under) AND value <= \(forgotten)")
    return try transaction.row("SELECT name FROM figure_mark WHERE \(under) LIMIT 1") == nil
  }
}
