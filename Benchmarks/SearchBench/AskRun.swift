import Foundation
import MadeCatalogue
import Search
import Synchronization
import Values

/// Everything that is measured of an index that stands.
struct AskRun {
  let folder: String
  let catalogue: MadeCatalogue
  let queries: MadeQueries

  init(folder: String, _ catalogue: MadeCatalogue, _ queries: MadeQueries) {
    self.folder = folder
    self.catalogue = catalogue
    self.queries = queries
  }

  func measured() async throws -> [String: Double] {
    let before = ProcessMemory.now
    let began = ContinuousClock.now
    let search = try await BenchShop(folder: folder).search
    try await search.load()
    var figures = ["open_seconds": began.duration(to: .now) / .seconds(1)]
    let classes = [
      ("common", queries.common, Language.en), ("three_words", queries.threeWords, .en), ("rare", queries.rare, .en),
      ("chinese", queries.chinese, .zhHans),
    ]
    figures["memory_opened_mib"] = ProcessMemory.now.own - before.own
    // Nobody has asked for anything yet, so that whoever asks waits for all that is made when it is first needed.
    figures["hostile_cold_worst_ms"] = try await worstHostile(search)
    func note(_ times: [Double], as name: String) {
      figures["\(name)_p50_ms"] = times[times.count / 2]
      figures["\(name)_p99_ms"] = times[min(times.count * 99 / 100, times.count - 1)]
    }
    for (name, texts, language) in classes { note(try await times(texts, language, search), as: name) }
    note(try await suggestTimes(classes, search), as: "suggest")
    figures["memory_asked_mib"] = ProcessMemory.now.own - before.own
    figures["ndcg_at_10"] = try await quality(search)
    figures["slips_right_first"] = try await rightFirst(queries.slips, search)
    let firsts = queries.slips.filter { $0.typed.first != $0.meant.first }
    figures["slips_of_first_letter_right_first"] = try await rightFirst(firsts, search)
    figures["hostile_worst_ms"] = try await worstHostile(search)
    // With the dictionary of right words, which the first unknown word made.
    let after = ProcessMemory.now
    figures["memory_mib"] = after.own - before.own - after.sqlite + before.sqlite
    figures["sqlite_mib"] = after.sqlite
    try await search.close()
    return figures
  }

  func changed() async throws -> [String: Double] {
    let search = try await BenchShop(folder: folder).search
    try await search.load()
    let figures = try await changes(search)
    try await search.close()
    return figures
  }

  /// Top 20 with facets and a price filter; milliseconds in order, of the second and third time that each is asked.
  private func times(_ texts: [String], _ language: Language, _ search: StoredSearch) async throws -> [Double] {
    var times: [Double] = []
    for round in 0..<3 {
      for text in texts {
        let took = try await milliseconds { _ = try await search.search(query(text, language)) }
        if round > 0 { times.append(took) }
      }
    }
    return times.sorted()
  }

  /// What is suggested while somebody types: after each of the first six characters of each text, however many texts begin
  /// so. Milliseconds in order, of the second and third time that each is typed.
  private func suggestTimes(
    _ classes: [(name: String, texts: [String], language: Language)], _ search: StoredSearch
  ) async throws -> [Double] {
    let typed = classes.flatMap { one in
      one.texts.flatMap { text in
        (1...6).prefix(text.count).map { SuggestQuery(text: String(text.prefix($0)), language: one.language) }
      }
    }
    var times: [Double] = []
    for round in 0..<3 {
      for query in typed {
        let took = try await milliseconds { _ = try await search.suggest(query) }
        if round > 0 { times.append(took) }
      }
    }
    return times.sorted()
  }

  private func milliseconds(_ step: () async throws -> Void) async throws -> Double {
    let began = ContinuousClock.now
    try await step()
    return began.duration(to: .now) / .milliseconds(1)
  }

  private func query(_ text: String, _ language: Language) -> SearchQuery {
    SearchQuery(
      text: text, language: language, priceFrom: Money(minor: queries.priceFrom, currency: .cny),
      priceTo: Money(minor: queries.priceTo, currency: .cny), limit: 20)
  }

  /// NDCG@10 over all judged questions; 1 where nothing is worth anything.
  private func quality(_ search: StoredSearch) async throws -> Double {
    var sum = 0.0
    for question in queries.judged {
      let found = try await search.search(SearchQuery(text: question.text, language: question.language, limit: 10))
      let grades = found.cards.map { Double(question.grade(catalogue.facts(catalogue.index($0.product)))) }
      sum += RankingMeasure.ndcg(grades, best: question.ideal.map(Double.init)) ?? 1
    }
    return sum / Double(max(queries.judged.count, 1))
  }

  /// The share of slips that are answered with the word that was meant, or with its finds.
  private func rightFirst(_ slips: [MadeQueries.Slip], _ search: StoredSearch) async throws -> Double {
    var right = 0
    for slip in slips {
      let found = try await search.search(SearchQuery(text: slip.typed, language: .en, limit: 5))
      if found.correction?.text.lowercased() == slip.meant {
        right += 1
        continue
      }
      guard found.correction?.isApplied == true else { continue }
      let meant = try await search.search(SearchQuery(text: slip.meant, language: .en, limit: 5))
      if meant.total == found.total, meant.cards.map(\.product) == found.cards.map(\.product) { right += 1 }
    }
    return Double(right) / Double(max(slips.count, 1))
  }

  /// The slowest answer of all to what is meant to hurt, in either language, milliseconds.
  private func worstHostile(_ search: StoredSearch) async throws -> Double {
    var worst = 0.0
    for text in hostile {
      for language in Language.allCases {
        let found = try await milliseconds {
          _ = try await search.search(SearchQuery(text: text, language: language, limit: 20))
        }
        let suggested = try await milliseconds {
          _ = try await search.suggest(SuggestQuery(text: text, language: language))
        }
        worst = max(worst, found, suggested)
      }
    }
    return worst
  }

  private var hostile: [String] {
    [
      String(repeating: "a", count: 10_000), String(repeating: "black ", count: 2000),
      String(repeating: "黑", count: 10_000), String(repeating: "黑色纯棉", count: 2500),
      String(repeating: "(", count: 500) + "x" + String(repeating: ")", count: 500),
      "title:black OR brand:* AND NOT NEAR(a b)", "\"black\" \"\" \"white", "'; DROP TABLE search_document; --",
      "%_%_%_%", "(.*)+$^[a-z]{1,99}", "👩‍👩‍👧‍👦🔥🔥🔥", "שלום עולם مرحبا بالعالم", "\u{202E}kcalb\u{202C}",
      "\0\0black\0", "e\u{301}\u{301}\u{301}\u{301}", "a b c d e f g h i j k l m n o p q r s t u v w x y z",
      "1 2 3 4 5 6 7 8 9 0", "s", queries.common.joined(separator: " "), queries.chinese.joined(separator: " "),
    ]
  }
}

extension AskRun {
  /// Changes a second while somebody asks all the time, and how many of them weren't seen by the next question.
  private func changes(_ search: StoredSearch) async throws -> [String: Double] {
    let asked = AskedCount()
    let texts = queries.threeWords
    let (from, to) = (queries.priceFrom, queries.priceTo)
    let asking = Task {
      var place = 0
      while !Task.isCancelled {
        let text = texts[place % texts.count]
        _ = try await search.search(
          SearchQuery(
            text: text, language: .en, priceFrom: Money(minor: from, currency: .cny),
            priceTo: Money(minor: to, currency: .cny), limit: 20))
        asked.add()
        place += 1
      }
    }
    defer { asking.cancel() }
    let began = ContinuousClock.now
    let onePrices = try await changedPrices(search, batches: 0..<20, writers: 1)
    let prices = try await changedPrices(search, batches: 20..<60, writers: 2)
    let oneDocuments = try await changedDocuments(search, batches: 0..<20, writers: 1)
    let documents = try await changedDocuments(search, batches: 20..<60, writers: 2)
    let seconds = began.duration(to: .now) / .seconds(1)
    return [
      "price_changes_per_second": prices.rate, "price_changes_per_second_of_one_writer": onePrices.rate,
      "documents_per_second": documents.rate, "documents_per_second_of_one_writer": oneDocuments.rate,
      "changes_unseen": Double(onePrices.unseen + prices.unseen + oneDocuments.unseen + documents.unseen),
      "questions_meanwhile_per_second": Double(asked.count) / seconds,
    ]
  }

  /// So many batches are changed in all; each touches other goods.
  private static let batches = 60

  private func goods(_ batch: Int, most: Int) -> [Int] {
    (0..<min(most, catalogue.count / Self.batches)).map { $0 * Self.batches + batch }
  }

  private func changedPrices(
    _ search: StoredSearch, batches: Range<Int>, writers: Int
  ) async throws -> (rate: Double, unseen: Int) {
    try await written(batches, writers) { batch in
      let price = Money(minor: Int64(7_000_001 + batch), currency: .cny)
      return (
        goods(batch, most: 1000).map { catalogue.figures($0, price: price.minor) },
        SearchQuery(language: .en, priceFrom: price, priceTo: price, limit: 1)
      )
    } write: {
      _ = try await search.update($0)
    } find: {
      try await search.search($0).total
    }
  }

  private func changedDocuments(
    _ search: StoredSearch, batches: Range<Int>, writers: Int
  ) async throws -> (rate: Double, unseen: Int) {
    try await written(batches, writers) { batch in
      let letters = [batch / 26, batch % 26].map { String(UnicodeScalar(UInt8(97 + $0))) }
      let word = "zqx\(letters.joined())k"
      return (
        goods(batch, most: 500).compactMap { catalogue.document($0) }.map { Self.revised($0, word) },
        SearchQuery(text: word, language: .en, limit: 1, isExact: true)
      )
    } write: {
      _ = try await search.index($0)
    } find: {
      try await search.search($0).total
    }
  }

  /// So much a second, written batch after batch by so many at once, and how many batches weren't found whole by the
  /// question that their writer asked next.
  private func written<Change: Sendable>(
    _ batches: Range<Int>, _ writers: Int, made: (_ batch: Int) -> (changes: [Change], question: SearchQuery),
    write: @escaping @Sendable ([Change]) async throws -> Void,
    find: @escaping @Sendable (SearchQuery) async throws -> Int
  ) async throws -> (rate: Double, unseen: Int) {
    let work = batches.map(made)
    let began = ContinuousClock.now
    let unseen = try await withThrowingTaskGroup(of: Int.self) { group in
      for writer in 0..<writers {
        group.addTask {
          var unseen = 0
          for place in stride(from: writer, to: work.count, by: writers) {
            let (changes, question) = work[place]
            try await write(changes)
            if try await find(question) != changes.count { unseen += 1 }
          }
          return unseen
        }
      }
      return try await group.reduce(0, +)
    }
    let count = work.reduce(0) { $0 + $1.changes.count }
    return (Double(count) / (began.duration(to: .now) / .seconds(1)), unseen)
  }

  private static func revised(_ document: SearchDocument, _ word: String) -> SearchDocument {
    let card = document.card
    return SearchDocument(
      card: ProductCard(
        product: card.product, handle: card.handle, merchant: card.merchant,
        title: LocalizedText(en: "\(card.title.en) \(word)", zhHans: card.title.zhHans), picture: card.picture,
        category: card.category, brand: card.brand, figures: card.figures),
      brand: document.brand, categoryNames: document.categoryNames, words: document.words, body: document.body,
      choices: document.choices, createdAt: document.createdAt)
  }
}

/// How often somebody asked meanwhile.
private final class AskedCount: Sendable {
  private let value = Atomic<Int>(0)
  var count: Int { value.load(ordering: .relaxed) }
  func add() { value.wrappingAdd(1, ordering: .relaxed) }
}
