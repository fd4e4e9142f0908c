/// How unlikely it is to type one word when another is meant: 1 for an edit out of the blue, less for slips that hands
/// make often, more at the first letter, which is mostly right.
enum EditCost {
  /// Nil when more edits lie between them than `most`.
  static func cost(typed: [UInt8], meant: [UInt8], most: Int) -> Double? {
    let width = meant.count + 1
    // Costs and numbers of edits, row after row.
    var costs = [Double](repeating: .infinity, count: (typed.count + 1) * width)
    var edits = [Int](repeating: 99, count: costs.count)
    costs[0] = 0
    edits[0] = 0
    func reach(_ to: Int, from: Int, _ cost: Double, _ edit: Int) {
      guard edits[from] + edit <= most, costs[from] + cost < costs[to] else { return }
      costs[to] = costs[from] + cost
      edits[to] = edits[from] + edit
    }
    for row in 0...typed.count {
      for column in 0...meant.count where abs(row - column) <= most {
        let place = row * width + column
        if row > 0, column > 0 {
          let isSame = typed[row - 1] == meant[column - 1]
          let first = row == 1 && column == 1 ? firstLetter : 0
          reach(
            place, from: place - width - 1, isSame ? 0 : first + swap(typed[row - 1], meant[column - 1]), isSame ? 0 : 1
          )
        }
        if row > 0 {
          let isDoubled = row > 1 && typed[row - 1] == typed[row - 2]
          reach(place, from: place - width, (isDoubled ? 0.5 : 0.9) + (row == 1 ? firstLetter : 0), 1)
        }
        if column > 0 {
          let isDoubled = column > 1 && meant[column - 1] == meant[column - 2]
          reach(place, from: place - 1, (isDoubled ? 0.5 : 0.8) + (column == 1 ? firstLetter : 0), 1)
        }
        if row > 1, column > 1, typed[row - 1] == meant[column - 2], typed[row - 2] == meant[column - 1] {
          reach(place, from: place - 2 * width - 2, 0.6 + (row == 2 ? firstLetter : 0), 1)
        }
      }
    }
    let cost = costs[costs.count - 1]
    return cost.isFinite ? cost : nil
  }

  private static let firstLetter = 0.5

  private static func swap(_ typed: UInt8, _ meant: UInt8) -> Double {
    if neighbours[typed]?.contains(meant) ?? false { return 0.7 }
    let vowels = "aeiou".utf8
    return vowels.contains(typed) && vowels.contains(meant) ? 0.8 : 1
  }

  /// On the keyboard.
  private static let neighbours: [UInt8: Set<UInt8>] = {
    let rows = ["qwertyuiop", "asdfghjkl", "zxcvbnm"].map { Array($0.utf8) }
    var table: [UInt8: Set<UInt8>] = [:]
    for (number, row) in rows.enumerated() {
      for (place, key) in row.enumerated() {
        if place > 0 { table[key, default: []].insert(row[place - 1]) }
        if place + 1 < row.count { table[key, default: []].insert(row[place + 1]) }
        guard number > 0 else { continue }
        for above in [place, place + 1] where above < rows[number - 1].count {
          table[key, default: []].insert(rows[number - 1][above])
          table[rows[number - 1][above], default: []].insert(key)
        }
      }
    }
    return table
  }()
}
