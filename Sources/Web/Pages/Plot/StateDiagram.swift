/// States and the moves between them, drawn from the data that the shop itself goes by, with the one where something stands
/// marked. States stand in columns, as many moves from the first as it takes at most.
public struct StateDiagram: Sendable {
  public struct State: Sendable {
    public let id: String
    public let text: String
    public let next: [String]

    public init(id: String, text: String, next: [String]) {
      self.id = id
      self.text = text
      self.next = next
    }
  }

  private static let boxWidth = 168.0
  private static let boxHeight = 40.0
  private static let gapX = 56.0
  private static let gapY = 24.0
  private static let margin = 8.0

  private let name: String
  private let states: [State]
  private let current: String?

  /// - Parameters:
  ///   - name: for those who hear it.
  ///   - states: the first one first. No way may lead in a circle.
  public init(_ name: String, _ states: [State], current: String?) {
    self.name = name
    self.states = states
    self.current = current
  }

  /// What `diagram.mustache` is given.
  public var model: Model {
    let places = places
    let right = places.values.map(\.x).max() ?? 0
    let bottom = places.values.map(\.y).max() ?? 0
    let names = Dictionary(states.map { ($0.id, $0.text) }, uniquingKeysWith: { first, _ in first })
    return [
      "diagramName": name, "width": PlotNumber.text(right + Self.boxWidth + Self.margin),
      "height": PlotNumber.text(bottom + Self.boxHeight + Self.margin),
      "moves": moves(places), "states": states.compactMap { state in box(state, places[state.id]) },
      "stateRows": states.map { state -> Model in
        [
          "stateText": state.text, "isCurrent": state.id == current, "ends": state.next.isEmpty,
          "nextText": state.next.compactMap { names[$0] }.joined(separator: ", "),
        ]
      },
    ]
  }

  private struct Place {
    let x: Double
    let y: Double
  }

  private var places: [String: Place] {
    var columns: [String: Int] = Dictionary(states.map { ($0.id, 0) }, uniquingKeysWith: { first, _ in first })
    // Once for each state suffices, since no way is longer.
    for _ in states {
      for state in states {
        for next in state.next where columns[next] != nil {
          columns[next] = min(max(columns[next] ?? 0, (columns[state.id] ?? 0) + 1), states.count)
        }
      }
    }
    var filled: [Int: Int] = [:]
    var places: [String: Place] = [:]
    for state in states {
      let column = columns[state.id] ?? 0
      let row = filled[column, default: 0]
      filled[column] = row + 1
      places[state.id] = Place(
        x: Self.margin + Double(column) * (Self.boxWidth + Self.gapX),
        y: Self.margin + Double(row) * (Self.boxHeight + Self.gapY))
    }
    return places
  }

  private func moves(_ places: [String: Place]) -> [Model] {
    var moves: [Model] = []
    for state in states {
      for next in state.next {
        guard let from = places[state.id], let to = places[next] else { continue }
        moves.append(arrow(from, to))
      }
    }
    return moves
  }

  private func box(_ state: State, _ place: Place?) -> Model? {
    guard let place else { return nil }
    return [
      "x": PlotNumber.text(place.x), "y": PlotNumber.text(place.y), "boxWidth": PlotNumber.text(Self.boxWidth),
      "boxHeight": PlotNumber.text(Self.boxHeight), "textX": PlotNumber.text(place.x + Self.boxWidth / 2),
      "textY": PlotNumber.text(place.y + Self.boxHeight / 2 + 5), "text": state.text,
      "isCurrent": state.id == current,
    ]
  }

  /// From the right side of one box to the left side of the other, with its head.
  private func arrow(_ from: Place, _ to: Place) -> Model {
    let (x1, y1) = (from.x + Self.boxWidth, from.y + Self.boxHeight / 2)
    let (x2, y2) = (to.x, to.y + Self.boxHeight / 2)
    let reach = max((x2 - x1) / 2, Self.gapX / 2)
    let numbers = [x1, y1, x1 + reach, y1, x2 - reach, y2, x2 - 6, y2].map(PlotNumber.text)
    let path =
      "M\(numbers[0]) \(numbers[1]) C\(numbers[2]) \(numbers[3]) \(numbers[4]) \(numbers[5]) \(numbers[6]) \(numbers[7])"
    let head = [(x2 - 8, y2 - 4), (x2, y2), (x2 - 8, y2 + 4)].map {
      "\(PlotNumber.text($0.0)),\(PlotNumber.text($0.1))"
    }
    return ["path": path, "head": head.joined(separator: " ")]
  }
}
