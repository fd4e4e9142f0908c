import Values

/// What a question finds: the first hits in order, how many there are, and the facets.
struct Listing: Sendable {
  let hits: [Hit]
  let total: Int
  /// How many hits come after the place that was asked for; the total when none was.
  let remaining: Int
  let brandFacet: [FacetCount<BrandID>]
  let categoryFacet: [FacetCount<CategoryID>]
  let attributeFacets: [AttributeFacet]
  let ratingFacet: [FacetCount<Int>]

  static let empty = Listing(
    hits: [], total: 0, remaining: 0, brandFacet: [], categoryFacet: [], attributeFacets: [],
    ratingFacet: [])
}

/// Counts by number, in memory of their own: loops over very many documents add to them.
final class Counters {
  let size: Int
  private let counts: UnsafeMutablePointer<Int32>

  init(_ size: Int) {
    self.size = size
    counts = UnsafeMutablePointer.allocate(capacity: max(size, 1))
    counts.initialize(repeating: 0, count: max(size, 1))
  }

  deinit { counts.deallocate() }

  /// - Parameter number: below `size`; nothing makes sure of it.
  @inline(__always)
  subscript(_ number: Int) -> Int32 {
    get { counts[number] }
    set { counts[number] = newValue }
  }

  var all: [Int32] { Array(UnsafeBufferPointer(start: counts, count: size)) }
}

/// Documents that are taken together: each column is read for all of them before the next is, so that the machine fetches many
/// places of memory at a time.
struct Run {
  /// So many as the fastest memory holds.
  static let longest = 512

  let numbers: UnsafeBufferPointer<UInt32>
  /// Where they stand in `numbers`, ascending; the first `count` of them count.
  let places: UnsafeMutableBufferPointer<Int>
  var count: Int

  @inline(__always)
  func forEach(_ body: (_ number: Int) -> Void) {
    for index in 0..<count { body(Int(numbers[places[index]])) }
  }

  /// Without jumps, which nobody could foretell.
  @inline(__always)
  mutating func keep(_ holds: (_ number: Int) -> Bool) { keep { number, _ in holds(number) } }

  @inline(__always)
  mutating func keep(_ holds: (_ number: Int, _ place: Int) -> Bool) {
    var kept = 0
    for index in 0..<count {
      let place = places[index]
      places[kept] = place
      kept += holds(Int(numbers[place]), place) ? 1 : 0
    }
    count = kept
  }

  /// Fetches something of each document before anything hangs on it, so that none is waited for alone.
  @inline(__always)
  func withFetched<Value, Result>(
    _ fetch: (_ number: Int) -> Value, _ body: (UnsafeBufferPointer<Value>) -> Result
  ) -> Result {
    withUnsafeTemporaryAllocation(of: Value.self, capacity: Run.longest) { fetched in
      for index in 0..<count { fetched.initializeElement(at: index, to: fetch(Int(numbers[places[index]]))) }
      return body(UnsafeBufferPointer(rebasing: fetched[..<count]))
    }
  }
}

/// Walks candidates once, filters them, counts them for the facets and keeps the first ones.
struct Tally {
  private static let stars = [40, 30, 20, 10]
  private static let mostAttributes = 8
  private static let mostValues = 30

  private let ask: EngineAsk
  private let filter: Filter
  private let view: ColumnView
  private let attributeOf: [UInt32]
  private let after: Hit?
  private var leaders: Leaders
  private var total = 0
  /// Of those after the place that was asked for.
  private var remaining = 0
  private let brandCounts: Counters
  private let categoryCounts: Counters
  private let ratingCounts = Counters(256)
  private let choiceCounts: Counters
  private let attributeCounts: Counters

  /// - Parameter most: how many hits to keep in order.
  init(_ ask: EngineAsk, _ filter: Filter, _ columns: Columns, _ view: ColumnView, most: Int, after: Hit?) {
    self.ask = ask
    self.filter = filter
    self.view = view
    self.after = after
    attributeOf = columns.book.attributeOf
    leaders = Leaders(most: most)
    brandCounts = Counters(columns.brands.count)
    categoryCounts = Counters(columns.categories.count)
    choiceCounts = Counters(columns.book.count)
    attributeCounts = Counters(columns.book.attributes.count)
  }

  /// Filters and counts documents, and hands over, run by run, those for which all conditions hold: only they have to be
  /// weighed. From the last, which is the newest, where most orders begin: so fewer are sorted in vain.
  @inline(__always)
  mutating func walk(
    _ numbers: [UInt32], countsCategories: Bool = true, _ take: (_ tally: inout Tally, _ run: Run) -> Void
  ) {
    numbers.withUnsafeBufferPointer { numbers in
      withUnsafeTemporaryAllocation(of: Int.self, capacity: Run.longest) { places in
        var end = numbers.count
        while end > 0 {
          let start = max(0, end - Run.longest)
          var run = Run(numbers: numbers, places: places, count: end - start)
          for index in 0..<run.count { places[index] = start + index }
          sift(&run, countsCategories: countsCategories)
          take(&self, run)
          end = start
        }
      }
    }
  }

  /// Leaves those of a run for which all conditions hold.
  private mutating func sift(_ run: inout Run, countsCategories: Bool) {
    filter.sift(&run, view)
    if filter.asksFacets { keepMet(&run, countsCategories: countsCategories) }
    total += run.count
    guard ask.wantsFacets else { return }
    run.forEach { number in brandCounts[Int(view.brand[number])] += 1 }
    if countsCategories { run.forEach { number in categoryCounts[Int(view.category[number])] += 1 } }
    run.forEach { number in ratingCounts[Int(view.rating[number])] += 1 }
    countChoices(run)
  }

  private func countChoices(_ run: Run) {
    attributeOf.withUnsafeBufferPointer { attributeOf in
      run.withFetched {
        view.choices(of: $0)
      } _: { choices in
        for choices in choices {
          var last: UInt32 = 0
          for choice in choices {
            choiceCounts[Int(choice)] += 1
            let attribute = attributeOf[Int(choice)]
            // Without a jump, which would wait for the choice to be read.
            attributeCounts[Int(attribute)] += attribute == last ? 0 : 1
            last = attribute
          }
        }
      }
    }
  }

  /// Leaves those for which the conditions with a facet hold too.
  private func keepMet(_ run: inout Run, countsCategories: Bool) {
    run.keep { number in
      let failures = filter.failures(number, view)
      if failures != 0, ask.wantsFacets, failures & (failures - 1) == 0 {
        countAlone(number, failures, countsCategories: countsCategories)
      }
      return failures == 0
    }
  }

  /// Counts one that fails a single condition, for the facet of that condition.
  private func countAlone(_ number: Int, _ failure: UInt64, countsCategories: Bool) {
    switch failure {
    case Filter.categoryBit: if countsCategories { categoryCounts[Int(view.category[number])] += 1 }
    case Filter.brandBit: brandCounts[Int(view.brand[number])] += 1
    case Filter.ratingBit: ratingCounts[Int(view.rating[number])] += 1
    default:
      guard let attribute = filter.attribute(of: failure) else { return }
      for choice in view.choices(of: number) where attributeOf[Int(choice)] == attribute {
        choiceCounts[Int(choice)] += 1
      }
    }
  }

  /// Takes documents that passed, the newest first, weighed.
  @inline(__always)
  mutating func offer(_ given: Run, _ scorer: Scorer, _ codes: [UnsafePointer<UInt16>]) {
    var run = given
    let least = least
    run.keep { number, place in scorer.canScore(number, codes: codes, at: place, view, least: least) }
    run.withFetched {
      view.lengths(of: $0)
    } _: { lengths in
      for index in stride(from: run.count - 1, through: 0, by: -1) {
        let place = run.places[index]
        let number = Int(run.numbers[place])
        let least = self.least
        let score = scorer.score(number, lengths[index], codes: codes, at: place, view, least: least)
        if let score, score >= least { offer(Hit(ask.sort, number, score: score, view)) }
      }
    }
  }

  /// No document with a smaller score is wanted.
  private var least: Int64 { after == nil ? leaders.least : .min }

  /// Takes documents that passed, the newest first.
  @inline(__always)
  mutating func offer(_ run: Run, score: (_ number: Int, _ place: Int) -> Int64?) {
    for index in stride(from: run.count - 1, through: 0, by: -1) {
      let place = run.places[index]
      let number = Int(run.numbers[place])
      if let score = score(number, place) { offer(Hit(ask.sort, number, score: score, view)) }
    }
  }

  /// Takes documents that passed and aren't weighed, the newest first.
  /// - Parameter placed: what stands for a score where people decided about the place.
  @inline(__always)
  mutating func offer(_ run: Run, placed: (_ number: Int) -> Int64? = { _ in nil }) {
    for index in stride(from: run.count - 1, through: 0, by: -1) {
      let number = Int(run.numbers[run.places[index]])
      offer(Hit(ask.sort, number, score: placed(number), view))
    }
  }

  @inline(__always)
  private mutating func offer(_ hit: Hit) {
    if let after {
      if !after.precedes(hit) { return }
      remaining += 1
    }
    leaders.offer(hit)
  }

  /// In place of those that were counted.
  func setCategoryCounts(_ counts: [Int32]) {
    for (category, count) in counts.enumerated() where category < categoryCounts.size {
      categoryCounts[category] = count
    }
  }

  mutating func finish(_ columns: Columns) -> Listing {
    let hits = leaders.finish()
    return Listing(
      hits: hits, total: total, remaining: after == nil ? total : remaining,
      brandFacet: Self.facet(brandCounts.all, columns.brands),
      categoryFacet: Self.facet(categoryCounts.all, columns.categories), attributeFacets: attributeFacets(columns),
      ratingFacet: ratingFacet())
  }

  private static func facet<Tag>(_ counts: [Int32], _ values: Interner<ID<Tag>>) -> [FacetCount<ID<Tag>>] {
    var facet: [FacetCount<ID<Tag>>] = []
    for (number, count) in counts.enumerated() where count > 0 {
      if let value = values[UInt32(number)] { facet.append(FacetCount(value: value, count: Int(count))) }
    }
    return facet.sorted { ($1.count, $0.value) < ($0.count, $1.value) }
  }

  private func ratingFacet() -> [FacetCount<Int>] {
    guard ask.wantsFacets else { return [] }
    return Self.stars.compactMap { least in
      let count = ratingCounts.all[least...].reduce(0) { $0 + Int($1) }
      return count > 0 ? FacetCount(value: least, count: count) : nil
    }
  }

  private struct Counted {
    let number: UInt32
    let key: String
    let count: Int32
    let isAsked: Bool
    var values: [(choice: AttributeChoice, count: Int)] = []
  }

  private func attributeFacets(_ columns: Columns) -> [AttributeFacet] {
    guard ask.wantsFacets else { return [] }
    var places: [UInt32: Int] = [:]
    var counted: [Counted] = []
    for (choice, count) in choiceCounts.all.enumerated() where count > 0 {
      let attribute = attributeOf[choice]
      let place = places[attribute] ?? counted.count
      if place == counted.count {
        places[attribute] = place
        counted.append(
          Counted(
            number: attribute, key: columns.book.attributes[attribute] ?? "", count: attributeCounts[Int(attribute)],
            isAsked: filter.attributes.contains(attribute)))
      }
      counted[place].values.append((columns.book.choices[choice], Int(count)))
    }
    return Self.leading(counted).compactMap { Self.facet($0) }
  }

  /// Those that most finds have; those that are asked for stay, so that they can be taken back.
  private static func leading(_ counted: [Counted]) -> [Counted] {
    func precedes(_ left: Counted, _ right: Counted) -> Bool {
      left.count != right.count ? left.count > right.count : left.key < right.key
    }
    let kept = counted.sorted { left, right in
      left.isAsked != right.isAsked ? left.isAsked : precedes(left, right)
    }.prefix(mostAttributes)
    return kept.sorted(by: precedes)
  }

  private static func facet(_ counted: Counted) -> AttributeFacet? {
    let values = counted.values.sorted { left, right in
      left.count != right.count ? left.count > right.count : left.choice.value < right.choice.value
    }
    guard let first = values.first else { return nil }
    let shown = values.prefix(mostValues).map { one in
      AttributeFacet.Value(value: one.choice.value, label: one.choice.label, count: one.count)
    }
    return AttributeFacet(attribute: counted.key, name: first.choice.name, values: shown)
  }
}
