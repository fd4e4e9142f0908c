import Values

/// Gathers documents into a segment.
struct SegmentBuilder {
  /// For the next builder.
  private(set) var book: TokenBook
  /// The tokens that came, each once.
  private var used: [UInt32] = []
  private var tokenOf: [UInt32] = []
  private var postings: [UInt32] = []
  /// By token, the place of its posting of the last document that held it.
  private var lastPosting: [UInt32] = []
  private var firstOfDocument = 0
  private(set) var documents = 0

  init(_ book: TokenBook = TokenBook()) { self.book = book }

  /// Answers how many tokens each field has, as `Field.code` writes lengths.
  mutating func add(_ document: SearchDocument) -> [UInt8] {
    firstOfDocument = postings.count
    let card = document.card
    let lengths = [
      add(card.title, limit: 400, bit: Field.title),
      add(LocalizedText(en: document.brand, zhHans: document.brand), limit: 200, bit: Field.brand),
      add(document.categoryNames, limit: 400, bit: Field.category),
      add(document.words, limit: 4000, bit: Field.attributes),
      add(document.body, limit: 2000, bit: Field.body),
    ]
    for token in TitleHead.tokens(of: card.title) { note(book.number(of: token), Field.head | Field.title) }
    documents += 1
    return lengths.map(Field.code)
  }

  /// The longer of both languages counts: who reads one doesn't care how long the other is.
  private mutating func add(_ text: LocalizedText, limit: Int, bit: UInt8) -> Int {
    let first = add(text.en, limit: limit, bit: bit)
    return text.zhHans == text.en ? first : max(first, add(text.zhHans, limit: limit, bit: bit))
  }

  private mutating func add(_ text: String, limit: Int, bit: UInt8) -> Int {
    guard !text.isEmpty else { return 0 }
    let naming = bit & Field.naming != 0
    // Brands and categories come again and again.
    if naming, bit != Field.title, text.utf8.count <= TokenBook.longestText {
      return note(book.tokens(of: text), bit)
    }
    var count = 0
    Analyser.atoms(text, limit: limit) { count += note(book.tokens(of: $0, naming: naming), bit) }
    return count
  }

  /// Answers how many tokens that aren't marks it is.
  private mutating func note(_ tokens: ArraySlice<TokenBook.Token>, _ bit: UInt8) -> Int {
    var count = 0
    for token in tokens {
      note(token.number, bit)
      if !token.isMark { count += 1 }
    }
    return count
  }

  private mutating func note(_ number: UInt32, _ bit: UInt8) {
    if Int(number) < lastPosting.count, Int(lastPosting[Int(number)]) >= firstOfDocument {
      let place = Int(lastPosting[Int(number)])
      if place < postings.count {
        postings[place] |= UInt32(bit)
        return
      }
    }
    while lastPosting.count <= Int(number) { lastPosting.append(.max) }
    if lastPosting[Int(number)] == .max { used.append(number) }
    lastPosting[Int(number)] = UInt32(postings.count)
    tokenOf.append(number)
    postings.append(UInt32(documents) << 6 | UInt32(bit))
  }

  func build() -> Segment {
    let order = book.tokens.sorted(used)
    var places = [UInt32](repeating: 0, count: book.tokens.count)
    var tokens = TokenTable()
    tokens.reserve(tokens: order.count, bytes: order.reduce(0) { $0 + book.tokens.token($1).count })
    for (place, token) in order.enumerated() {
      places[token] = UInt32(place)
      tokens.append(book.tokens.token(token))
    }
    var starts = [UInt32](repeating: 0, count: order.count + 1)
    for token in tokenOf { starts[Int(places[Int(token)]) + 1] += 1 }
    for index in 1..<starts.count { starts[index] += starts[index - 1] }
    var next = starts
    var sorted = [UInt32](repeating: 0, count: postings.count)
    // Documents come in ascending order, so each token's postings do too.
    for index in tokenOf.indices {
      let place = Int(places[Int(tokenOf[index])])
      sorted[Int(next[place])] = postings[index]
      next[place] += 1
    }
    return Segment(documents: documents, tokens: tokens, starts: starts, postings: sorted)
  }
}
