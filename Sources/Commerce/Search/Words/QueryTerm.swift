/// One thing that a query asks for.
struct QueryTerm: Hashable, Sendable {
  let token: String
  /// Asked for instead when nothing holds the token: the parts of a code with joints.
  var parts: [String] = []
  /// The Latin word as typed, for what begins with it; nil for Chinese and the like.
  var typed: String?

  static let longestQuery = 100
  private static let most = 24
  /// Said between words; asked for only when nothing else is.
  private static let fillers: Set<String> = [
    "a", "an", "and", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with",
  ]

  static func terms(of text: String) -> [QueryTerm] {
    var terms: [QueryTerm] = []
    for piece in Analyser.pieces(text, limit: longestQuery) {
      switch piece {
      case .word(let word): terms.append(QueryTerm(token: Analyser.singular(word), typed: word))
      case .compound(let parts):
        let hasDigit = parts.contains { $0.utf8.contains { (48...57).contains($0) } }
        if hasDigit, parts.count <= 6 {
          terms.append(
            QueryTerm(token: Analyser.joined(parts), parts: parts.map(Analyser.singular), typed: Analyser.joined(parts))
          )
        } else {
          terms += parts.map { QueryTerm(token: Analyser.singular($0), typed: $0) }
        }
      case .run(let characters):
        if characters.count == 1 { terms.append(QueryTerm(token: characters[0])) }
        for index in characters.indices.dropFirst() {
          terms.append(QueryTerm(token: characters[index - 1] + characters[index]))
        }
      }
    }
    var seen: Set<String> = []
    let distinct = terms.filter { seen.insert($0.token).inserted }
    let meaningful = distinct.filter { !fillers.contains($0.token) }
    return Array((meaningful.isEmpty ? distinct : meaningful).prefix(most))
  }
}
