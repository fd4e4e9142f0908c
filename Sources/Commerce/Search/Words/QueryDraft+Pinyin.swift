/// Chinese typed in Latin letters, led to the pairs of characters that goods really hold.
extension QueryDraft {
  private static let mostPinyinWords = 3
  /// Words that more goods hold than this are what they look like.
  private static let rareBelow = 200

  mutating func addPinyin(_ vocabulary: any Vocabulary) async throws {
    var left = Self.mostPinyinWords
    for group in pinyinGroups where left > 0 {
      left -= 1
      let isLast = group.last?.index == drafts.count - 1
      let text = group.map(\.word).joined()
      let own = group.map { count(of: $0) }.min() ?? 0
      let ways = try await PinyinReading(vocabulary).ways(text, isOpen: isLast, own: own)
      guard !ways.isEmpty else { continue }
      for word in group {
        // Before completions, so that these are cut off first.
        drafts[word.index].want.ways.insert(contentsOf: ways, at: drafts[word.index].sure)
        drafts[word.index].isMet = true
      }
    }
  }

  /// Words that may be pinyin; neighbours of one syllable each are read together, as in `shou ji`.
  private var pinyinGroups: [[Word]] {
    var groups: [[Word]] = []
    for word in words where count(of: word) < Self.rareBelow && word.word.utf8.count >= 2 {
      guard word.word.utf8.allSatisfy({ (97...122).contains($0) }) else { continue }
      let isSingle = Pinyin.isSyllable(word.word) && count(of: word) == 0
      if isSingle, let last = groups.last?.last, last.position + 1 == word.position, Pinyin.isSyllable(last.word),
        count(of: last) == 0
      {
        groups[groups.count - 1].append(word)
      } else {
        groups.append([word])
      }
    }
    return groups
  }
}

/// One word read as pinyin.
struct PinyinReading {
  private let vocabulary: any Vocabulary
  private static let mostOptions = 24
  private static let mostWays = 5

  init(_ vocabulary: any Vocabulary) { self.vocabulary = vocabulary }

  /// - Parameter own: how many goods hold the word as it stands; readings must be much more frequent.
  func ways(_ word: String, isOpen: Bool, own: Int) async throws -> [QueryTree.Way] {
    for syllables in Pinyin.syllables(word, isOpen: isOpen) {
      let syllables = syllables.map { ["lue": "lve", "nue": "nve"][$0] ?? $0 }
      if syllables.count == 1 {
        guard own == 0, word.utf8.count >= 2 else { continue }
        let single = try await single(syllables[0])
        if !single.isEmpty { return single }
        continue
      }
      var options: [[Option]] = []
      for (one, two) in zip(syllables, syllables.dropFirst()) {
        let isLast = options.count == syllables.count - 2
        let begin = Pinyin.prefix(one.prefix(1) + two.prefix(1)) + one + two
        options.append(try await self.options(begin, isOpen: isLast && isOpen))
        if options.last?.isEmpty == true { break }
      }
      guard options.count == syllables.count - 1 else { continue }
      let ways = chains(options, worth: 0.7, above: own * 4)
      if !ways.isEmpty { return ways }
    }
    return own == 0 ? try await initials(word) : []
  }

  private func initials(_ word: String) async throws -> [QueryTree.Way] {
    guard Pinyin.isInitials(word) else { return [] }
    let letters = Array(word)
    var options: [[Option]] = []
    for (one, two) in zip(letters, letters.dropFirst()) {
      options.append(try await self.options(Pinyin.prefix(String([one, two])), isOpen: true))
    }
    return chains(options, worth: 0.5, above: 0)
  }

  private func single(_ syllable: String) async throws -> [QueryTree.Way] {
    let found = try await vocabulary.words(beginning: Pinyin.mark + syllable.prefix(1), limit: 100)
    var held: [String: Int] = [:]
    for (token, count) in found {
      for character in Self.characters(of: token) where Pinyin.readings(character).contains(syllable) {
        held[character, default: 0] += count
      }
    }
    let best = held.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.prefix(3)
    return best.map { QueryTree.Way([$0.key], worth: 0.4) }
  }

  struct Option {
    let characters: [String]
    let count: Int
  }

  private func options(_ begin: String, isOpen: Bool) async throws -> [Option] {
    let found = try await vocabulary.words(beginning: begin, limit: Self.mostOptions)
    return found.compactMap { token, count in
      if !isOpen, let next = token.utf8.dropFirst(begin.utf8.count).first, next < 0x80 { return nil }
      let characters = Self.characters(of: token)
      return characters.count == 2 ? Option(characters: characters, count: count) : nil
    }
  }

  private static func characters(of token: String) -> [String] {
    token.unicodeScalars.filter { !$0.isASCII }.map { String($0) }
  }

  /// Pairs that follow on each other, the most frequent first. A chain is as frequent as its rarest pair.
  private func chains(_ options: [[Option]], worth: Double, above: Int) -> [QueryTree.Way] {
    var chains: [(pairs: [String], last: String, count: Int)] = []
    for option in options.first ?? [] where option.count > above {
      chains.append(([option.characters.joined()], option.characters[1], option.count))
    }
    for next in options.dropFirst() {
      var longer: [(pairs: [String], last: String, count: Int)] = []
      for chain in chains {
        for option in next where option.characters[0] == chain.last && option.count > above {
          longer.append(
            (chain.pairs + [option.characters.joined()], option.characters[1], min(chain.count, option.count)))
        }
      }
      chains = Array(longer.sorted { $0.count > $1.count }.prefix(60))
    }
    let sorted = chains.sorted { $0.count > $1.count }
    guard let most = sorted.first?.count else { return [] }
    var seen: Set<[String]> = []
    return sorted.filter { seen.insert($0.pairs).inserted }.prefix(Self.mostWays).map { chain in
      QueryTree.Way(chain.pairs, worth: worth * (0.4 + 0.6 * Double(chain.count) / Double(most)))
    }
  }
}
