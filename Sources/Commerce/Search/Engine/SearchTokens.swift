import Values

/// The tokens of a document by field, in the form of the index. Each stands once a field, so that repeating a word in a
/// text gains nothing, and the number of tokens is the length of the field.
public struct SearchTokens: Hashable, Sendable {
  /// What is read of a field, in Unicode scalars of each of its texts.
  public static let limits = (title: 400, brand: 200, category: 400, attributes: 4000, body: 2000)

  public let title: [String]
  public let brand: [String]
  public let category: [String]
  public let attributes: [String]
  public let body: [String]
  /// Those of the title that say what the thing is.
  public let head: [String]
  /// Words of title, brand and category as they are written, for correcting and completing: three letters at least, none of
  /// them Chinese, Japanese or Korean.
  public let spelled: [String]
  /// How pairs of Chinese characters in title, brand and category are read, for questions in pinyin; each begins with
  /// `readingMark`.
  public let readings: [String]

  public static let readingMark = Pinyin.mark

  public init(_ document: SearchDocument) {
    title = Self.tokens(document.card.title, limit: Self.limits.title)
    brand = Self.tokens([document.brand], limit: Self.limits.brand)
    category = Self.tokens(document.categoryNames, limit: Self.limits.category)
    attributes = Self.tokens(document.words, limit: Self.limits.attributes)
    body = Self.tokens(document.body, limit: Self.limits.body)
    head = TitleHead.tokens(of: document.card.title).sorted()
    let names = [
      document.card.title.en, document.card.title.zhHans, document.brand, document.categoryNames.en,
      document.categoryNames.zhHans,
    ]
    (spelled, readings) = Self.marks(names)
  }

  private static func marks(_ texts: [String]) -> (written: [String], readings: [String]) {
    var seen: Set<String> = []
    var (words, readings): ([String], [String]) = ([], [])
    for text in texts {
      Analyser.tokens(text, limit: limits.title, naming: true) { token in
        guard Analyser.isMark(token), seen.insert(token).inserted else { return }
        if token.hasPrefix(Analyser.written) {
          words.append(String(token.dropFirst(Analyser.written.count)))
        } else {
          readings.append(token)
        }
      }
    }
    return (words, readings)
  }

  private static func tokens(_ text: LocalizedText, limit: Int) -> [String] {
    tokens(text.en == text.zhHans ? [text.en] : [text.en, text.zhHans], limit: limit)
  }

  private static func tokens(_ texts: [String], limit: Int) -> [String] {
    var seen: Set<String> = []
    var tokens: [String] = []
    for text in texts {
      Analyser.tokens(text, limit: limit) { token in if seen.insert(token).inserted { tokens.append(token) } }
    }
    return tokens
  }
}
