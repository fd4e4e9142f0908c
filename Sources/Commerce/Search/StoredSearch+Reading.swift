import Storage
import Synchronization
import Values

/// Reads queries as a revision of the tuning has it.
struct KeptReader: Sendable {
  let revision: Int
  let tuning: SearchTuning
  let reader: QueryReader
}

extension StoredSearch {
  /// With fewer finds another spelling is looked for.
  private static let fewFinds = 3

  public func search(_ query: SearchQuery) async throws -> SearchResult {
    var query = query
    query.text = Self.cut(query.text)
    let kept = try await reader(query.tuning)
    let read = try await kept.reader.read(query.text, isTyping: false, vocabulary: engine.vocabulary)
    let now = clock.now
    let rule = read.rule.flatMap { $0.isInForce(at: now) ? $0 : nil }
    if !query.isExact, let redirect = rule?.redirect {
      return SearchResult(cards: [], total: 0, next: nil, redirect: redirect)
    }
    let answer = try await find(query, read, rule, kept.tuning)
    guard !query.isExact, !query.text.isEmpty, read.unknown || answer.total < Self.fewFinds || !answer.holdsAll else {
      return try await result(answer, correction: nil)
    }
    let better = await instead(of: answer, query, kept, isUnknown: read.unknown)
    return try await result(better.answer, correction: better.correction)
  }

  private typealias Instead = (answer: EngineAnswer, correction: Correction?)

  /// Whoever typed gets what was found, also when no correction can be had.
  private func instead(
    of typed: EngineAnswer, _ query: SearchQuery, _ kept: KeptReader, isUnknown: Bool
  ) async -> Instead {
    do {
      guard let text = try await corrected(query.text), text != query.text else { return (typed, nil) }
      return try await corrected(query, typed, text, kept, isUnknown: isUnknown)
    } catch {
      if !(error is any Refusal), !(error is CancellationError) { tell("a query couldn't be corrected: \(error)") }
      return (typed, nil)
    }
  }

  /// What other words find, where the typed ones found nothing or far less; else the finds of the typed ones, with the other
  /// words as an offer.
  private func corrected(
    _ query: SearchQuery, _ typed: EngineAnswer, _ text: String, _ kept: KeptReader, isUnknown: Bool
  ) async throws -> Instead {
    let read = try await kept.reader.read(text, isTyping: false, vocabulary: engine.vocabulary)
    let now = clock.now
    let rule = read.rule.flatMap { $0.isInForce(at: now) ? $0 : nil }
    let answer = try await find(query, read, rule, kept.tuning)
    guard answer.total > 0, answer.holdsAll || !typed.holdsAll else { return (typed, nil) }
    // What finds only by how it begins is a word that isn't finished, or one with a slip.
    let isBetter =
      typed.total == 0 || !typed.holdsAll && answer.holdsAll || answer.total > typed.total * 10
      || isUnknown && answer.holdsAll && answer.total * 2 >= typed.total
    if isBetter { return (answer, Correction(text: text, isApplied: true)) }
    guard answer.total > typed.total else { return (typed, nil) }
    return (typed, Correction(text: text, isApplied: false))
  }

  private func find(
    _ query: SearchQuery, _ read: ReadQuery, _ rule: QueryRule?, _ tuning: SearchTuning
  ) async throws -> EngineAnswer {
    try await engine.find(
      EngineAsk(
        tree: read.tree, categories: query.categories, brands: query.brands, merchant: query.merchant,
        priceFrom: query.priceFrom, priceTo: query.priceTo, inStockOnly: query.inStockOnly,
        ratingFrom: query.ratingFrom, attributes: query.attributes, sort: query.sort, limit: query.limit,
        start: query.start, weights: tuning.weights, pinned: rule?.pinned ?? [], buried: Set(rule?.buried ?? [])))
  }

  private func result(_ answer: EngineAnswer, correction: Correction?) async throws -> SearchResult {
    SearchResult(
      cards: try await cards(answer.products), total: answer.total, next: answer.next, holdsAll: answer.holdsAll,
      brandFacet: answer.brandFacet, categoryFacet: answer.categoryFacet, attributeFacets: answer.attributeFacets,
      ratingFacet: answer.ratingFacet, correction: correction)
  }

  static func cut(_ text: String) -> String {
    let scalars = text.unicodeScalars
    // A text of so many bytes has no more scalars.
    guard text.utf8.count > SearchQuery.longestText else { return text }
    return String(String.UnicodeScalarView(scalars.prefix(SearchQuery.longestText)))
  }

  /// - Parameter tuning: in place of what is in force.
  func reader(_ tuning: SearchTuning?) async throws -> KeptReader {
    if let tuning { return triedReader(tuning) }
    // The revision is told before what it is of, so that a change in between is read again.
    let revision = rules?.revision ?? 0
    let inForce = try await rules?.tuning() ?? .plain
    if let kept = readers.withLock({ $0 }), kept.revision == revision, kept.tuning == inForce { return kept }
    let fresh = KeptReader(revision: revision, tuning: inForce, reader: QueryReader(tuning: inForce))
    readers.withLock { $0 = fresh }
    return fresh
  }

  /// Of a tuning that is tried. A file of judgements asks thousands of queries with the same.
  private func triedReader(_ tuning: SearchTuning) -> KeptReader {
    if let kept = triedReaders.withLock({ $0 }), kept.tuning == tuning { return kept }
    let fresh = KeptReader(revision: 0, tuning: tuning, reader: QueryReader(tuning: tuning))
    triedReaders.withLock { $0 = fresh }
    return fresh
  }

  // MARK: Cards

  public func cards(_ products: [ProductID]) async throws -> [ProductCard] {
    guard !products.isEmpty else { return [] }
    var found: [ProductID: ProductCard] = [:]
    let (missing, age) = keptCards.withLock { cards in
      var missing: [ProductID] = []
      for product in products {
        if let card = cards.value(product) { found[product] = card } else { missing.append(product) }
      }
      return (missing, cards.age)
    }
    if !missing.isEmpty {
      let fetched = try await database.read { try SearchDocumentTable.cards(missing, in: $0) }
      keptCards.withLock { cards in
        for card in fetched { cards.keep(card, for: card.product, fetchedAt: age) }
      }
      for card in fetched { found[card.product] = card }
    }
    return products.compactMap { found[$0] }
  }

  public func related(to product: ProductID, limit: Int) async throws -> [ProductCard] {
    guard let card = try await cards([product]).first else { return [] }
    let limit = min(max(limit, 1), 100)
    var chosen: [ProductID] = []
    func choose(categories: Set<CategoryID>, brands: Set<BrandID>) async throws {
      let answer = try await engine.find(
        EngineAsk(
          tree: QueryTree(), categories: categories, brands: brands, sort: .bestSelling,
          limit: min(limit + chosen.count + 1, 100), wantsFacets: false))
      chosen += answer.products.filter { $0 != product && !chosen.contains($0) }.prefix(limit - chosen.count)
    }
    if let category = card.category { try await choose(categories: [category], brands: []) }
    if chosen.count < limit, let brand = card.brand { try await choose(categories: [], brands: [brand]) }
    return try await cards(chosen)
  }
}
