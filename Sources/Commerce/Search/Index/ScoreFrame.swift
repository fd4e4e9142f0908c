import Foundation
import Values

/// What the weighing of one question hangs on beside the documents themselves. A cursor carries it, so that what didn't
/// change weighs the same on the next page, whatever came meanwhile.
struct ScoreFrame: Sendable {
  /// How rare the finds of each way of each want are.
  var rarity: [[Float]] = []
  /// Of each field.
  var averages = [Float](repeating: 1, count: Field.count)
  var mostSold: Int32 = 0
  /// Days since 1970.
  var day: Int32 = 0
  /// Categories of the kind that is asked for, with how much they are.
  var kinds: [(category: Int64, strength: Float)] = []
  var holdsAll = true
  var isPart = false

  init() {}

  /// - Parameter count: of the documents that were looked through.
  init(_ lists: [WantList], _ columns: Columns, of count: Int, now: Timestamp) {
    let alive = Double(max(min(columns.alive, count), 1))
    rarity = lists.map { list in
      list.counts.map { count in
        let count = min(Double(count), alive)
        return Float(log(1 + (alive - count + 0.5) / (count + 0.5)))
      }
    }
    averages = (0..<Field.count).map { field in
      Float(max(columns.lengthSums[field], 1)) / Float(max(columns.filled[field], 1))
    }
    mostSold = columns.mostSold
    day = Int32(clamping: now.milliseconds / 86_400_000)
  }
}

// MARK: In a cursor

extension ScoreFrame {
  private static let mostNumbers = 220

  /// Nil when it is too much for a cursor.
  var text: String? {
    guard rarity.reduce(0, { $0 + $1.count }) <= Self.mostNumbers else { return nil }
    func code(_ number: Float) -> String { String(number.bitPattern, radix: 36) }
    return [
      rarity.map { $0.map(code).joined(separator: "-") }.joined(separator: "_"),
      averages.map(code).joined(separator: "-"), "\(mostSold)-\(day)-\(holdsAll ? 1 : 0)-\(isPart ? 1 : 0)",
      kinds.map { "\(String($0.category, radix: 36))-\(code($0.strength))" }.joined(separator: "_"),
    ].joined(separator: "__")
  }

  /// Nil when the text is none, or of a question with other wants.
  init?(_ text: String, wants: [Int]) {
    let parts = text.components(separatedBy: "__")
    func numbers(_ text: some StringProtocol) -> [Float]? {
      if text.isEmpty { return [] }
      let parts = text.split(separator: "-", omittingEmptySubsequences: false)
      let numbers = parts.compactMap { UInt32($0, radix: 36) }.map(Float.init(bitPattern:)).filter(\.isFinite)
      return numbers.count == parts.count ? numbers : nil
    }
    guard parts.count == 4 else { return nil }
    let rarity = parts[0].split(separator: "_", omittingEmptySubsequences: false).compactMap { numbers($0) }
    guard rarity.map(\.count) == wants, let averages = numbers(parts[1]), averages.count == Field.count,
      averages.allSatisfy({ (0.01...100_000).contains($0) }),
      rarity.allSatisfy({ $0.allSatisfy { (0...100).contains($0) } })
    else { return nil }
    let figures = parts[2].split(separator: "-").compactMap { Int32($0) }
    guard figures.count == 4 else { return nil }
    self.rarity = rarity
    self.averages = averages
    (mostSold, day, holdsAll, isPart) = (figures[0], figures[1], figures[2] == 1, figures[3] == 1)
    kinds = parts[3].split(separator: "_").compactMap { kind in
      let parts = kind.split(separator: "-")
      guard parts.count == 2, let category = Int64(parts[0], radix: 36), let strength = numbers(parts[1])?.first else {
        return nil
      }
      return (category, min(max(strength, 0), 1))
    }
  }
}
