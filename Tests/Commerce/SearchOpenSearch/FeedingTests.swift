import Foundation
import Search
import TestKit
import Testing
import Values

@testable import SearchOpenSearch

/// What is fed, held against recorded exchanges.
@Suite struct FeedingTests {
  @Test func `changes go in one request, then what is written is noted and made findable`() async throws {
    try await RecordedCluster.play("feed") { cluster in
      let changes: [DocumentChange] = [
        .put(try document(7), version: 12), .figures(figures(9, price: nil), version: 13),
        .remove(ProductID(raw: 8), version: 14),
      ]
      try await engine(cluster).apply(changes)
    }
  }

  @Test func `text is fed as the tokens that questions are made of`() throws {
    let document = try document(7)
    let tokens = SearchTokens(document)
    let source = DocumentBody.source(document, version: 12)
    #expect(!tokens.title.isEmpty && tokens.title.contains("耳机") && tokens.brand == ["sony"])
    #expect(source["title"] == .text(tokens.title.joined(separator: " ")))
    #expect(source["attributes"] == .text(tokens.attributes.joined(separator: " ")))
    #expect(source["head"] == .texts(tokens.head) && source["spelled"] == .texts(tokens.spelled))
    #expect(source["readings"] == .texts(tokens.readings))
    #expect(tokens.readings.contains { $0.hasPrefix("~ej.erji") && $0.hasSuffix("耳机") })
    #expect(tokens.spelled.contains("sony") && !tokens.spelled.contains("耳机"))
  }

  @Test func `signals are bounded, whatever the figures are`() {
    let signals = [0, 1, 99, 10_000, Int.max].map { DocumentBody.salesSignal($0) }
    #expect(signals == signals.sorted() && signals.first == 0 && signals.last == 1)
    #expect(DocumentBody.ratingSignal(50, 1) < DocumentBody.ratingSignal(45, 100))
    #expect(DocumentBody.ratingSignal(50, Int.max) <= 1 && DocumentBody.ratingSignal(0, 0) == 0)
    #expect(DocumentBody.salesSignal(-1) == 0)
  }

  @Test func `of one product only the last state goes`() async throws {
    try await RecordedCluster.play("feed-folded") { cluster in
      let changes: [DocumentChange] = [
        .put(try document(7), version: 12), .figures(figures(7, price: 2999), version: 15),
        .put(try document(8), version: 13), .remove(ProductID(raw: 8), version: 14),
      ]
      try await engine(cluster).apply(changes)
    }
  }

  @Test func `the first feed makes the index, and never one by the name of the alias`() async throws {
    try await RecordedCluster.play("feed-first") { cluster in
      try await engine(cluster).apply([.remove(ProductID(raw: 8), version: 14)])
    }
  }

  @Test func `an index that is exchanged in the middle of a batch has nothing of it noted in the new one`() async throws
  {
    try await RecordedCluster.play("feed-exchanged") { cluster in
      let engine = try engine(cluster)
      let before = try await engine.appliedVersion()
      await #expect(throws: IndexExchanged.self) { try await engine.apply([.remove(ProductID(raw: 8), version: 102)]) }
      // The new one is asked, and gets what it lacks.
      let after = try await engine.appliedVersion()
      try await engine.apply([.remove(ProductID(raw: 8), version: 101)])
      await #expect(throws: IndexExchanged.self) { try await engine.apply([.remove(ProductID(raw: 9), version: 103)]) }
      #expect(before == 100 && after == 100)
    }
  }

  @Test func `an index that a rebuild left behind doesn't stand in the way of the first`() async throws {
    try await RecordedCluster.play("index-left") { cluster in
      let engine = try engine(cluster)
      let applied = try await engine.appliedVersion()
      try await engine.apply([.remove(ProductID(raw: 8), version: 14)])
      #expect(applied == 0)
    }
  }

  @Test func `a busy cluster is asked again, and only for what it didn't take`() async throws {
    try await RecordedCluster.play("feed-busy") { cluster in
      let changes: [DocumentChange] = [
        .remove(ProductID(raw: 8), version: 14), .remove(ProductID(raw: 9), version: 15),
      ]
      try await engine(cluster).apply(changes)
    }
  }

  @Test func `a document that the mapping refuses doesn't hold up the others`() async throws {
    try await RecordedCluster.play("feed-refused") { cluster in
      let changes: [DocumentChange] = [
        .figures(figures(7), version: 13), .remove(ProductID(raw: 8), version: 14),
      ]
      try await engine(cluster).apply(changes)
    }
  }

  @Test func `how far the feed has come is what was noted last`() async throws {
    try await RecordedCluster.play("applied") { cluster in
      let engine = try engine(cluster)
      let noted = try await engine.appliedVersion()
      let empty = try await engine.appliedVersion()
      let made = try await engine.appliedVersion()
      #expect(noted == 14 && empty == 0 && made == 0)
    }
  }

  @Test func `what is in the index can be compared page by page`() async throws {
    try await RecordedCluster.play("versions") { cluster in
      let engine = try engine(cluster)
      let first = try await engine.versions(after: nil, limit: 2)
      #expect(first.map(\.product.raw) == [7, 9] && first.map(\.version) == [12, 13])
      let rest = try await engine.versions(after: ProductID(raw: 9), limit: 2)
      #expect(rest.isEmpty)
    }
  }
}
