/// Some things by how much there is of each, the most first: a bar from zero beside each name.
public struct RankPlot: Sendable {
  public struct Row: Sendable {
    public let name: String
    /// Nil where nothing stands behind it.
    public let address: String?
    public let value: Int64
    public let text: String

    public init(name: String, address: String?, value: Int64, text: String) {
      self.name = name
      self.address = address
      self.value = value
      self.text = text
    }
  }

  private static let width = 100.0

  private let rows: [Row]
  private let hue: String

  public init(_ rows: [Row], hue: String) {
    self.rows = rows
    self.hue = hue
  }

  /// What `rank.mustache` is given.
  public var model: Model {
    let most = max(rows.map(\.value).max() ?? 0, 1)
    return [
      "hue": hue, "hasRanks": !rows.isEmpty,
      "ranks": rows.map { row -> Model in
        let width = Self.width * Double(max(row.value, 0)) / Double(most)
        var model: Model = ["rankName": row.name, "rankText": row.text, "width": PlotNumber.text(width)]
        if let address = row.address { model["rankURL"] = address }
        return model
      },
    ]
  }
}
