import Synchronization

/// One metric with all its label sets. Whoever observes often keeps what `with` answers, which costs a look-up.
///
/// Label values may come from outside, so there are at most `mostSets` of them: later ones share a set whose values are
/// all `other`.
public final class MetricFamily<Instrument: Sendable>: Sendable {
  public static var mostSets: Int { 1000 }

  let labels: [String]
  private let make: @Sendable () -> Instrument
  private let sets = Mutex<[[String]: Instrument]>([:])

  init(labels: [String], make: @escaping @Sendable () -> Instrument) {
    self.labels = labels
    self.make = make
  }

  /// - Parameter values: one for each label, in their order.
  public func with(_ values: String...) -> Instrument { with(values) }

  public func with(_ values: [String]) -> Instrument {
    precondition(values.count == labels.count, "a value for each label")
    return sets.withLock { sets in
      if let known = sets[values] { return known }
      let key = sets.count < Self.mostSets ? values : labels.map { _ in "other" }
      if let other = sets[key] { return other }
      let new = make()
      sets[key] = new
      return new
    }
  }

  /// In the order of the values.
  var all: [(values: [String], instrument: Instrument)] {
    sets.withLock { $0.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { ($0.key, $0.value) } }
  }
}
