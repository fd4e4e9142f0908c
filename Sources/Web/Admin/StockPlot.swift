import Inventory
import Pages
import Values

/// How many there were on hand at the end of each day, as a line of steps from zero up, and as a table.
struct StockPlot {
  private static let (width, height) = (640, 120)

  private let days: [StockDay]
  private let words: Words

  init(_ days: [StockDay], _ words: Words) {
    self.days = days
    self.words = words
  }

  func model() -> Model {
    let format = Format(words.language)
    let most = days.map(\.onHand).max() ?? 0
    guard let first = days.first, let last = days.last, days.count > 1 else { return ["isDrawn": false] }
    guard most > 0 else { return ["isDrawn": false, "isNothing": true] }
    func across(_ index: Int) -> Int { index * Self.width / days.count }
    func down(_ count: Int) -> Int { Self.height - count * Self.height / most }
    var line = "M0 \(down(first.onHand))"
    for (index, day) in days.enumerated() {
      if index > 0, day.onHand != days[index - 1].onHand { line += "V\(down(day.onHand))" }
      line += "H\(across(index + 1))"
    }
    return [
      "isDrawn": true, "line": line, "area": "\(line)V\(Self.height)H0Z", "width": String(Self.width),
      "height": String(Self.height), "most": String(most), "firstDay": format.date(first.day),
      "lastDay": format.date(last.day), "lastCount": String(last.onHand),
      "summary": words.phrase(
        "stockroom.plot", ["from": String(first.onHand), "to": String(last.onHand), "most": String(most)]),
      "days": changes.map { ["day": format.date($0.day), "count": String($0.onHand)] as Model },
    ]
  }

  /// The newest first; a day on which nothing changed says nothing.
  private var changes: [StockDay] {
    var told: [StockDay] = []
    for day in days where told.last?.onHand != day.onHand { told.append(day) }
    return told.reversed()
  }
}
