/// Pairs of Chinese characters by how they are read.
struct Homophones: Sendable {
  /// Hashes of readings in order, and beside each the pair that most goods hold, its characters in 16 bits each.
  private let readings: [UInt32]
  private let pairs: [UInt32]

  init(_ pairs: [(token: String, count: Int)]) {
    var entries: [(reading: UInt32, pair: UInt32, count: Int)] = []
    entries.reserveCapacity(pairs.count)
    for (token, count) in pairs {
      let scalars = token.unicodeScalars.map(\.value)
      guard scalars.count == 2, scalars.allSatisfy({ $0 < 0x10000 }) else { continue }
      for reading in Self.readings(scalars[0], scalars[1]) {
        entries.append((reading, scalars[0] << 16 | scalars[1], count))
      }
    }
    entries.sort { ($0.reading, $1.count, $0.pair) < ($1.reading, $0.count, $1.pair) }
    var kept: (readings: [UInt32], pairs: [UInt32]) = ([], [])
    for entry in entries where kept.readings.last != entry.reading {
      kept.readings.append(entry.reading)
      kept.pairs.append(entry.pair)
    }
    readings = kept.readings
    self.pairs = kept.pairs
  }

  /// The pair that most goods hold of those read so.
  private func best(_ reading: UInt32) -> (UInt32, UInt32)? {
    var (low, high) = (0, readings.count)
    while low < high {
      let middle = (low + high) / 2
      if readings[middle] < reading { low = middle + 1 } else { high = middle }
    }
    guard low < readings.count, readings[low] == reading else { return nil }
    return (pairs[low] >> 16, pairs[low] & 0xFFFF)
  }

  /// A run with pairs that no goods hold replaced by known ones that sound alike, when more of its pairs are known then.
  func corrected(_ run: String, isKnown: (String) -> Bool) -> String? {
    var characters = Folding.plain(run).unicodeScalars.map(\.value)
    guard (2...30).contains(characters.count) else { return nil }
    var isBetter = false
    func known(_ characters: [UInt32]) -> Int {
      zip(characters, characters.dropFirst()).count { isKnown(Scalars.text($0, $1)) }
    }
    for index in 0..<characters.count - 1 where !isKnown(Scalars.text(characters[index], characters[index + 1])) {
      for reading in Self.readings(characters[index], characters[index + 1]) {
        guard let better = best(reading), isKnown(Scalars.text(better.0, better.1)) else { continue }
        var trial = characters
        trial.replaceSubrange(index...index + 1, with: [better.0, better.1])
        let kept = zip(trial, characters).count { $0 == $1 }
        guard known(trial) > known(characters), characters.count == 2 || kept >= characters.count - 1 else { continue }
        characters = trial
        isBetter = true
        break
      }
    }
    return isBetter ? Scalars.text(characters[...]) : nil
  }

  /// Hashes of how a pair may be read.
  private static func readings(_ one: UInt32, _ two: UInt32) -> [UInt32] {
    let second = Pinyin.readings(Scalars.text(two))
    return Pinyin.readings(Scalars.text(one)).flatMap { first in
      second.map { next in
        "\(first)'\(next)".utf8.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
      }
    }
  }
}
