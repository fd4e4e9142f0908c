import Foundation

/// The documents that hold what was asked for, ascending, each with what it is worth.
struct Matches: Sendable {
  var numbers: [UInt32] = []
  var scores: [Int32] = []
}

extension IndexState {
  private static let mostCompletions = 64
  /// Outweighs any score: without a document that holds everything, those that hold more stand first.
  private static let perTerm: Int32 = 1_000_000

  /// One thing asked for, looked up in every segment.
  private struct Found {
    let lists: [ArraySlice<UInt32>]
    let worth: [Int32]
    let count: Int
  }

  /// Documents that hold every term; without one, those that hold at least one.
  /// - Parameters:
  ///   - completes: the last word also finds what begins with it, not only when it is unknown as it stands.
  ///   - titlesOnly: finds in other fields don't count.
  func matches(_ terms: [QueryTerm], completes: Bool = false, titlesOnly: Bool = false) -> Matches {
    let found = terms.enumerated().flatMap {
      look(up: $1, isLast: $0 == terms.count - 1, completes: completes, titlesOnly)
    }
    var matches = Matches()
    guard !found.isEmpty else { return matches }
    if found.allSatisfy({ $0.count > 0 }) {
      for (index, placed) in segments.enumerated() {
        Self.intersect(found.map { ($0.lists[index], $0.worth) }, start: UInt32(placed.start), into: &matches)
      }
    }
    guard matches.numbers.isEmpty, found.count > 1, !titlesOnly else { return matches }
    for (index, placed) in segments.enumerated() {
      Self.unite(found.map { ($0.lists[index], $0.worth) }, placed, into: &matches)
    }
    return matches
  }

  private func look(up term: QueryTerm, isLast: Bool, completes: Bool, _ titlesOnly: Bool) -> [Found] {
    if let typed = term.typed, isLast, completes {
      return [
        found(segments.map { $0.segment.postings(prefix: Array(typed.utf8), most: Self.mostCompletions) }, titlesOnly)
      ]
    }
    let exact = found(segments.map { $0.segment.postings(of: Array(term.token.utf8)) }, titlesOnly)
    if exact.count > 0 { return [exact] }
    if !term.parts.isEmpty {
      let parts = term.parts.map { part in found(segments.map { $0.segment.postings(of: Array(part.utf8)) }, titlesOnly)
      }
      if parts.allSatisfy({ $0.count > 0 }) { return parts }
    }
    guard isLast, let typed = term.typed, typed.utf8.count >= 2 else { return [exact] }
    return [
      found(segments.map { $0.segment.postings(prefix: Array(typed.utf8), most: Self.mostCompletions) }, titlesOnly)
    ]
  }

  private func found(_ lists: [ArraySlice<UInt32>], _ titlesOnly: Bool) -> Found {
    let lists = titlesOnly ? lists.map { $0.filter { $0 & UInt32(Field.title) != 0 }[...] } : lists
    let count = lists.reduce(0) { $0 + $1.count }
    // Rarer words say more; sixteenths, so that scores stay whole numbers.
    let rarity = Int32((16 * log2(1 + Double(columns.count) / Double(max(count, 1)))).rounded())
    return Found(lists: lists, worth: Field.worth.map { $0 * max(rarity, 1) }, count: count)
  }

  private static func intersect(_ terms: [(ArraySlice<UInt32>, [Int32])], start: UInt32, into matches: inout Matches) {
    let terms = terms.sorted { $0.0.count < $1.0.count }
    guard let (first, worth) = terms.first, !first.isEmpty else { return }
    var numbers: [UInt32] = []
    var scores: [Int32] = []
    numbers.reserveCapacity(first.count)
    scores.reserveCapacity(first.count)
    for posting in first {
      numbers.append(posting >> 3)
      scores.append(worth[Int(posting & 7)])
    }
    for (list, worth) in terms.dropFirst() {
      if numbers.isEmpty { return }
      list.withUnsafeBufferPointer { keepCommon(&numbers, &scores, $0, worth) }
    }
    if start > 0 { for index in numbers.indices { numbers[index] += start } }
    if matches.numbers.isEmpty {
      matches = Matches(numbers: numbers, scores: scores)
    } else {
      matches.numbers += numbers
      matches.scores += scores
    }
  }

  /// Leaves the numbers that the list holds too. Where the list is much longer it is leapt through.
  private static func keepCommon(
    _ numbers: inout [UInt32], _ scores: inout [Int32], _ list: UnsafeBufferPointer<UInt32>, _ worth: [Int32]
  ) {
    let leaps = list.count > numbers.count * 16
    var kept = 0
    var place = 0
    for index in numbers.indices {
      let number = numbers[index]
      if leaps {
        var step = 1
        while place + step < list.count, list[place + step] >> 3 < number {
          place += step
          step *= 2
        }
        var high = min(place + step, list.count)
        while place < high {
          let middle = (place + high) / 2
          if list[middle] >> 3 < number { place = middle + 1 } else { high = middle }
        }
      } else {
        while place < list.count, list[place] >> 3 < number { place += 1 }
      }
      guard place < list.count else { break }
      if list[place] >> 3 == number {
        numbers[kept] = number
        scores[kept] = scores[index] + worth[Int(list[place] & 7)]
        kept += 1
      }
    }
    numbers.removeLast(numbers.count - kept)
    scores.removeLast(scores.count - kept)
  }

  private static func unite(_ terms: [(ArraySlice<UInt32>, [Int32])], _ placed: Placed, into matches: inout Matches) {
    guard terms.contains(where: { !$0.0.isEmpty }) else { return }
    var scores = [Int32](repeating: 0, count: placed.segment.documents)
    for (list, worth) in terms {
      for posting in list { scores[Int(posting >> 3)] += perTerm + worth[Int(posting & 7)] }
    }
    for (number, score) in scores.enumerated() where score > 0 {
      matches.numbers.append(UInt32(placed.start + number))
      matches.scores.append(score)
    }
  }
}
