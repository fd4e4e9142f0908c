import Search
import Storage
import Synchronization
import Values

/// An engine to whose steps something is added.
final class WatchedEngine: LastingEngine {
  private let engine: LocalEngine
  typealias Step = @Sendable () async throws -> Void

  private let next = Mutex<Step?>(nil)
  private let steps = Mutex<[Step?]>([])
  private let exchange = Mutex<Step?>(nil)
  private let exchanges = Atomic<Int>(0)
  let isBroken = Atomic<Bool>(false)

  init(_ engine: LocalEngine) { self.engine = engine }

  /// Is done once, before it is told what the engine holds.
  func onHeld(_ step: @escaping Step) { next.withLock { $0 = step } }

  /// Is done before the version is told, when it was told so many times more.
  func onApplied(after times: Int, _ step: @escaping Step) {
    steps.withLock { $0 = Array(repeating: nil, count: times) + [step] }
  }

  /// Is done once, when an index is made that has what the table held, before it takes the place of the one that answers.
  func onReplaced(_ step: @escaping Step) { exchange.withLock { $0 = step } }

  /// How often another index was begun.
  var replaced: Int { exchanges.load(ordering: .acquiring) }

  func held(after product: ProductID?, limit: Int) async throws -> [(product: ProductID, version: Int64)] {
    let step = next.withLock { next in
      defer { next = nil }
      return next
    }
    try await step?()
    return try await engine.held(after: product, limit: limit)
  }

  func apply(_ changes: [DocumentChange]) async throws {
    guard !isBroken.load(ordering: .acquiring) else { throw StorageFault.unavailable("it is away") }
    try await engine.apply(changes)
  }

  func find(_ ask: EngineAsk) async throws -> EngineAnswer { try await engine.find(ask) }
  var vocabulary: any Vocabulary { SpeechlessVocabulary(engine: self, words: engine.vocabulary) }
  func appliedVersion() async throws -> Int64 {
    let step = steps.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    try await step?()
    return try await engine.appliedVersion()
  }
  func claimFirst() throws -> Bool { try engine.claimFirst() }
  func open() async throws { try await engine.open() }
  func close() async throws { try await engine.close() }
  var isWorn: Bool { engine.isWorn }
  func mark() async throws -> Int64 { try await engine.mark() }
  func note(mark: Int64) async throws { try await engine.note(mark: mark) }

  func replaceAll(
    upTo version: Int64, mark: Int64, givesWay: Bool,
    _ page: @escaping @Sendable (_ after: ProductID?) async throws -> [(SearchDocument, Int64)],
    changes: @escaping @Sendable (_ after: Int64) async throws -> [DocumentChange],
    exchanging: @escaping @Sendable (_ exchange: @escaping @Sendable () async throws -> Void) async throws -> Void
  ) async throws {
    exchanges.wrappingAdd(1, ordering: .acquiringAndReleasing)
    let step = exchange.withLock { exchange in
      defer { exchange = nil }
      return exchange
    }
    try await engine.replaceAll(upTo: version, mark: mark, givesWay: givesWay, page, changes: changes) { exchange in
      try await step?()
      try await exchanging(exchange)
    }
  }
}

/// Knows no words to correct by while the engine is broken.
private struct SpeechlessVocabulary: Vocabulary {
  let engine: WatchedEngine
  let words: any Vocabulary

  var revision: Int { words.revision }
  func counts(_ tokens: [String]) async throws -> [Int] { try await words.counts(tokens) }

  func words(beginning prefix: String, limit: Int) async throws -> [(token: String, count: Int)] {
    try await words.words(beginning: prefix, limit: limit)
  }

  func written(beginning prefix: String, limit: Int) async throws -> [(token: String, count: Int)] {
    try await words.written(beginning: prefix, limit: limit)
  }

  func spellable() async throws -> [(token: String, count: Int)] {
    guard !engine.isBroken.load(ordering: .acquiring) else { throw StorageFault.unavailable("it is away") }
    return try await words.spellable()
  }
}
