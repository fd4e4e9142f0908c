import Foundation
import Governance
import NIOHTTP1
import Search
import Storage
import Synchronization
import Values

/// The words of the cluster's index. What is asked for often is kept for a minute.
final class OpenSearchVocabulary: Vocabulary {
  private static let lifetime = Duration.minutes(1)
  private static let mostAtOnce = 100
  /// Words of one page of the list for correcting, and of all pages together.
  private static let page = 10_000
  private static let most = 200_000

  private struct Kept: Sendable {
    let count: Int
    let until: Timestamp
  }

  private struct Revision {
    var number = 0
    var isDue = false
    var movedAt: Timestamp
  }

  private let client: OpenSearchClient
  private let layout: IndexLayout
  private let retry: Retry
  private let breaker: CircuitBreaker
  private let clock: WallClock
  private let kept = Mutex(RecentlyUsed<String, Kept>(capacity: 20_000))
  private let state: Mutex<Revision>

  /// - Parameter breaker: of the cluster. Words are asked for before goods are, so that one that hangs is found out here.
  init(_ client: OpenSearchClient, _ layout: IndexLayout, retry: Retry, breaker: CircuitBreaker, clock: WallClock) {
    self.client = client
    self.layout = layout
    self.retry = retry
    self.breaker = breaker
    self.clock = clock
    state = Mutex(Revision(movedAt: clock.now))
  }

  /// Moves ten minutes after a change of this process at the earliest, and each hour, since others feed too.
  var revision: Int {
    let now = clock.now
    return state.withLock { state in
      if now >= state.movedAt.adding(state.isDue ? .minutes(10) : .hours(1)) {
        state = Revision(number: state.number + 1, movedAt: now)
      }
      return state.number
    }
  }

  func note(puts: Int) { if puts > 0 { state.withLock { $0.isDue = true } } }

  /// Everything is another index's.
  func forget() {
    kept.withLock { $0.forgetAll() }
    state.withLock { $0 = Revision(number: $0.number + 1, movedAt: clock.now) }
  }

  func counts(_ tokens: [String]) async throws -> [Int] {
    let now = clock.now
    var found: [String: Int] = [:]
    let (missing, age) = kept.withLock { kept in
      for token in tokens {
        if let known = kept.value(token), now < known.until { found[token] = known.count }
      }
      return (Set(tokens.filter { found[$0] == nil }).sorted(), kept.age)
    }
    for start in stride(from: 0, to: missing.count, by: Self.mostAtOnce) {
      let asked = Array(missing[start..<min(start + Self.mostAtOnce, missing.count)])
      let counts = try await ask(asked)
      kept.withLock { kept in
        for (token, count) in zip(asked, counts) {
          kept.keep(Kept(count: count, until: now.adding(Self.lifetime)), for: token, fetchedAt: age)
        }
      }
      found.merge(zip(asked, counts)) { $1 }
    }
    return tokens.map { found[$0] ?? 0 }
  }

  private func ask(_ tokens: [String]) async throws -> [Int] {
    // By number, since names of buckets may not hold every sign.
    let filters = tokens.enumerated().map { place, token in
      ("t\(place)", JSON.object(["term": .object(["any": .text(token)])]))
    }
    let answer = try await search([
      "aggs": ["tokens": ["filters": ["filters": .object(Dictionary(uniqueKeysWithValues: filters))]]]
    ])
    return tokens.indices.map { answer["tokens"]?.named["t\($0)"] ?? 0 }
  }

  func written(beginning prefix: String, limit: Int) async throws -> [(token: String, count: Int)] {
    try await words(beginning: prefix, limit: limit)
  }

  func words(beginning prefix: String, limit: Int) async throws -> [(token: String, count: Int)] {
    guard let pattern = Self.pattern(beginning: prefix) else { return [] }
    let field = prefix.hasPrefix(SearchTokens.readingMark) ? "readings" : "spelled"
    let answer = try await search([
      "aggs": [
        "words": [
          "terms": [
            "field": .text(field), "include": .text(pattern), "size": .number(Int64(min(max(limit, 1), 100))),
          ]
        ]
      ]
    ])
    return Self.words(answer["words"])
  }

  func spellable() async throws -> [(token: String, count: Int)] {
    var words: [(token: String, count: Int)] = []
    var after: JSON?
    repeat {
      var composite: [String: JSON] = [
        "size": .number(Int64(Self.page)), "sources": [["word": ["terms": ["field": "spelled"]]]],
      ]
      composite["after"] = after
      let answer = try await search(["aggs": ["words": ["composite": .object(composite)]]])
      words += Self.words(answer["words"])
      after = answer["words"]?.next
    } while after != nil && words.count < Self.most
    return words.sorted { ($1.count, $0.token) < ($0.count, $1.token) }
  }

  /// Counts alone, of what is on sale. Throws a refusal of kind `.unavailable`.
  private func search(_ body: [String: JSON]) async throws -> [String: Aggregation] {
    let whole: [String: JSON] = [
      "size": 0, "track_total_hits": false, "query": ["bool": ["filter": [["term": ["isListed": true]]]]],
    ]
    do {
      return try await breaker.run(countingWhen: OpenSearchEngine.speaksAgainst) {
        let data = try await client.call(
          .POST, "/\(layout.alias)/_search", .json(.object(whole.merging(body) { $1 })),
          within: client.address.patience, retry: retry)
        return try OpenSearchEngine.read(FindsAnswer.self, data).aggregations ?? [:]
      }
    } catch is OpenSearchFault {
      throw TemporarilyUnavailable()
    }
  }

  private static func words(_ aggregation: Aggregation?) -> [(token: String, count: Int)] {
    (aggregation?.buckets ?? []).compactMap { bucket in
      switch bucket.key {
      case .text(let token): (token, bucket.count)
      case .object(let parts): if case .text(let token)? = parts["word"] { (token, bucket.count) } else { nil }
      default: nil
      }
    }
  }

  /// Nil for what no word begins with, and for what might mean something in a pattern.
  static func pattern(beginning prefix: String) -> String? {
    if prefix.hasPrefix(SearchTokens.readingMark) {
      return pattern(beginning: String(prefix.dropFirst(SearchTokens.readingMark.count))).map {
        "\\\(SearchTokens.readingMark)\($0)"
      }
    }
    guard !prefix.isEmpty, prefix.unicodeScalars.count <= 40 else { return nil }
    let isPlain = prefix.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || $0.properties.numericType != nil || $0 == "."
    }
    return isPlain ? prefix.replacing(".", with: "\\.") + ".*" : nil
  }
}
