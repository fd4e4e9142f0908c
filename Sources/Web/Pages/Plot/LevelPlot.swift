/// How full some things are: beside each name a bar from zero, which is full at the number that there should be more than.
public struct LevelPlot: Sendable {
  public struct Row: Sendable {
    public let name: String
    /// What tells it from others of the name; nil where nothing does.
    public let more: String?
    public let address: String
    public let value: Int
    public let full: Int
    public let text: String

    public init(name: String, more: String?, address: String, value: Int, full: Int, text: String) {
      self.name = name
      self.more = more
      self.address = address
      self.value = value
      self.full = full
      self.text = text
    }
  }

  private static let width = 100.0

  private let rows: [Row]

  public init(_ rows: [Row]) { self.rows = rows }

  /// What `levels.mustache` is given.
  public var model: Model {
    [
      "hasLevels": !rows.isEmpty,
      "levels": rows.map { row -> Model in
        let share = row.full > 0 ? Double(min(max(row.value, 0), row.full)) / Double(row.full) : 0
        var model: Model = [
          "levelName": row.name, "levelURL": row.address, "levelText": row.text, "isGone": row.value <= 0,
          "width": PlotNumber.text(Self.width * share),
        ]
        if let more = row.more { model["levelMore"] = more }
        return model
      },
    ]
  }
}
