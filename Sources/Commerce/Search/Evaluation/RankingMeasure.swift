import Foundation
import Values

/// How good a list of finds is, beside what people judged.
public enum RankingMeasure {
  /// Finds that a person looks at.
  public static let first = 10
  /// Finds among which all that is relevant should be.
  public static let deep = 100
  /// From this grade on a product is relevant.
  public static let relevant = 1.0

  /// Normalised discounted cumulated gain of the first finds, 0…1: each product's gain `2^grade − 1`, divided by the
  /// binary logarithm of its place plus one, summed, beside the same sum of the best order there is. What nobody judged
  /// gains nothing. Nil where no product is worth anything.
  ///
  /// Source: K. Järvelin, J. Kekäläinen, “Cumulated gain-based evaluation of IR techniques”, ACM Transactions on
  /// Information Systems 20 (4), 2002; with the gains of C. Burges and others, “Learning to rank using gradient descent”,
  /// ICML 2005.
  public static func ndcg(_ finds: [ProductID], _ grades: [ProductID: Double], at most: Int = first) -> Double? {
    ndcg(once(finds).map { grades[$0] ?? 0 }, best: grades.values.sorted(by: >), at: most)
  }

  /// The same of the grades of the finds, in their order, beside those of the best order there is; for goods that are too
  /// many to name.
  public static func ndcg(_ grades: [Double], best: [Double], at most: Int = first) -> Double? {
    let best = gain(best.prefix(most))
    guard best > 0 else { return nil }
    return gain(grades.prefix(most)) / best
  }

  /// The share of what is relevant that stands among the first finds, 0…1. Nil where nothing is relevant.
  public static func recall(_ finds: [ProductID], _ grades: [ProductID: Double], at most: Int = deep) -> Double? {
    let relevant = Set(grades.filter { $0.value >= Self.relevant }.keys)
    guard !relevant.isEmpty else { return nil }
    return Double(relevant.intersection(finds.prefix(most)).count) / Double(relevant.count)
  }

  /// The share of the first finds that somebody judged, 0…1: with few, the other measures say little. Nil where nothing was
  /// found.
  public static func judged(_ finds: [ProductID], _ grades: [ProductID: Double], at most: Int = first) -> Double? {
    let shown = finds.prefix(most)
    guard !shown.isEmpty else { return nil }
    return Double(shown.count { grades[$0] != nil }) / Double(shown.count)
  }

  private static func gain(_ grades: some Sequence<Double>) -> Double {
    grades.enumerated().reduce(0) { sum, graded in
      sum + (pow(2, graded.element) - 1) / log2(Double(graded.offset) + 2)
    }
  }

  /// Finds that stand twice would gain twice.
  private static func once(_ finds: [ProductID]) -> [ProductID] {
    var seen: Set<ProductID> = []
    return finds.filter { seen.insert($0).inserted }
  }
}
