/// Figures over days, drawn as columns or as a line over an axis from zero, with the table behind them. The drawing is
/// stretched to its place, so what is read stands beside it as text.
public struct DayPlot: Sendable {
  public enum Look: Sendable { case columns, line }

  public struct Point: Sendable {
    /// The day, as it stands below the axis and in the table.
    public let label: String
    public let value: Int64

    public init(label: String, value: Int64) {
      self.label = label
      self.value = value
    }
  }

  private static let width = 300.0
  private static let height = 100.0

  /// What is drawn, as its heading and for those who hear it.
  private let name: String
  private let look: Look
  private let points: [Point]
  /// A class of the style sheet, the same for the same thing everywhere: `money`, `orders`.
  private let hue: String
  private let words: Words
  private let text: @Sendable (Int64) -> String

  /// - Parameter text: writes a value.
  public init(
    _ name: String, _ look: Look, of points: [Point], hue: String, _ words: Words,
    text: @escaping @Sendable (Int64) -> String
  ) {
    self.name = name
    self.look = look
    self.points = points
    self.hue = hue
    self.words = words
    self.text = text
  }

  /// What `plot.mustache` is given.
  public var model: Model {
    let top = PlotNumber.top(over: points.map(\.value).max() ?? 0)
    var model: Model = [
      "plotName": name, "hue": hue, "isEmpty": points.allSatisfy { $0.value == 0 }, "topText": text(top),
      "firstText": points.first?.label ?? "", "lastText": points.last?.label ?? "",
      "nowText": points.last.map { text($0.value) } ?? "", "columns": [Model](),
      "rows": points.reversed().map { point -> Model in ["rowName": point.label, "rowText": text(point.value)] },
    ]
    switch look {
    case .columns: model["columns"] = columns(under: top)
    case .line: model["line"] = line(under: top)
    }
    return model
  }

  private var slot: Double { Self.width / Double(max(points.count, 1)) }

  private func drop(_ value: Int64, under top: Int64) -> Double {
    Self.height * Double(max(value, 0)) / Double(top)
  }

  private func columns(under top: Int64) -> [Model] {
    points.enumerated().map { index, point in
      let height = drop(point.value, under: top)
      return [
        "x": PlotNumber.text(Double(index) * slot + slot * 0.15), "y": PlotNumber.text(Self.height - height),
        "width": PlotNumber.text(slot * 0.7), "height": PlotNumber.text(height),
        "tip": words.pair(point.label, text(point.value)), "isLast": index == points.count - 1,
      ]
    }
  }

  private func line(under top: Int64) -> String {
    points.enumerated().map { index, point in
      let (x, y) = (Double(index) * slot + slot / 2, Self.height - drop(point.value, under: top))
      return "\(PlotNumber.text(x)),\(PlotNumber.text(y))"
    }.joined(separator: " ")
  }
}
