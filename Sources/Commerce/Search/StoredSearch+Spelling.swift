import Storage
import Synchronization
import Values

/// The dictionary of words that are right, and when it was read.
struct KeptSpelling: Sendable {
  var revision: Int?
  var spelling: Spelling?
  var isUnderWay = false
}

extension StoredSearch {
  /// Makes the dictionary of right words, for which else the first who slips would wait.
  public func prepareSpelling() async throws { _ = try await spelling() }

  /// The text with words corrected; nil when nothing is better.
  func corrected(_ text: String) async throws -> String? {
    guard let spelling = try await spelling() else { return nil }
    let tokens = Array(Set(Self.tokens(of: text)))
    let counts = try await engine.vocabulary.counts(tokens)
    let known = Set(zip(tokens, counts).filter { $0.1 > 0 }.map(\.0))
    return spelling.corrected(text) { known.contains($0) }
  }

  private static func tokens(of text: String) -> [String] {
    var tokens: [String] = []
    Analyser.tokens(text, limit: SearchQuery.longestText) { tokens.append($0) }
    return tokens + text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }

  /// The first time it is waited for; then the one that is there serves while another is made beside it.
  private func spelling() async throws -> Spelling? {
    let revision = engine.vocabulary.revision
    let (kept, isMaker) = spellings.withLock { kept -> (Spelling?, Bool) in
      guard kept.revision != revision, !kept.isUnderWay else { return (kept.spelling, false) }
      kept.isUnderWay = true
      return (kept.spelling, true)
    }
    guard isMaker else { return kept }
    let making = Task.detached(priority: .utility) { [weak self] () -> Spelling? in
      guard let self else { return nil }
      do {
        let spelling = Spelling(try await engine.vocabulary.spellable())
        spellings.withLock { $0 = KeptSpelling(revision: revision, spelling: spelling) }
        return spelling
      } catch {
        spellings.withLock { $0.isUnderWay = false }
        throw error
      }
    }
    if let kept { return kept }
    return try await making.value
  }
}
