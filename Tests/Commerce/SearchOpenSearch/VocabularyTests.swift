import Foundation
import Governance
import Search
import SearchOpenSearch
import TestKit
import Testing
import Values

/// The words of the index, held against recorded exchanges.
@Suite struct VocabularyTests {
  @Test func `counts are asked for once a minute`() async throws {
    try await RecordedCluster.play("words-counts") { cluster in
      let clock = TestClock()
      let words = try engine([cluster.url], clock: clock).vocabulary
      let counts = try await words.counts(["headphone", "耳机", "headphone"])
      #expect(counts == [12, 5, 12])
      let known = try await words.counts(["耳机"])
      #expect(known == [5])
      clock.advance(by: .minutes(2))
      let fresh = try await words.counts(["耳机"])
      #expect(fresh == [6])
    }
  }

  @Test func `words that begin so come with how many goods hold them`() async throws {
    try await RecordedCluster.play("words-beginning") { cluster in
      let words = try engine(cluster).vocabulary
      let found = try await words.words(beginning: "head", limit: 2)
      #expect(found.map(\.token) == ["headphone", "headset"] && found.map(\.count) == [12, 3])
    }
  }

  @Test func `pairs of characters come by how they are read`() async throws {
    try await RecordedCluster.play("words-readings") { cluster in
      let words = try engine(cluster).vocabulary
      let found = try await words.words(beginning: "~sj.shouji", limit: 3)
      #expect(found.map(\.token) == ["~sj.shouji手机", "~sj.shouji收集"] && found.map(\.count) == [12, 3])
    }
  }

  @Test func `what means something in a pattern is no beginning of a word`() async throws {
    let words = try engine(["http://127.0.0.1:1"]).vocabulary
    for prefix in ["", ".*|x", "a\"", "a{3}", "(", "\u{0}", "\\", "~", "~.*|x", "~~"] {
      let found = try await words.words(beginning: prefix, limit: 2)
      #expect(found.isEmpty)
    }
  }

  @Test func `words that nobody answers for count as failures, and after five nobody is asked`() async throws {
    let engine = try engine(["http://127.0.0.1:1"])
    for _ in 0..<5 {
      await #expect(throws: TemporarilyUnavailable.self) { _ = try await engine.vocabulary.counts(["lamp"]) }
    }
    #expect(engine.breaker.state == .open)
    await #expect(throws: CircuitOpen.self) { _ = try await engine.vocabulary.counts(["lamp"]) }
  }

  @Test func `words for correcting are read page by page, those of most goods first`() async throws {
    try await RecordedCluster.play("words-spellable") { cluster in
      let words = try engine(cluster).vocabulary
      let found = try await words.spellable()
      #expect(found.map(\.token) == ["headphone", "sony", "audio"] && found.map(\.count) == [12, 9, 4])
    }
  }

  @Test func `the list for correcting is worth reading again ten minutes after a change, or after an hour`()
    async throws
  {
    try await RecordedCluster.play("feed-one") { cluster in
      let clock = TestClock()
      let engine = try engine([cluster.url], clock: clock)
      let words = engine.vocabulary
      let first = words.revision
      clock.advance(by: .minutes(11))
      #expect(words.revision == first)
      try await engine.apply([.put(try document(7), version: 12)])
      #expect(words.revision == first + 1)
      clock.advance(by: .minutes(59))
      #expect(words.revision == first + 1)
      clock.advance(by: .minutes(1))
      #expect(words.revision == first + 2)
    }
  }
}
