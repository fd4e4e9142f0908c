import Foundation
import Values

/// Weighs documents: each want by how rare it is and by the fields that hold it, each field by its weight and how long it
/// is beside others; then what the thing is, what sells, what is liked and what is new raise it within their bounds.
struct Scorer: Sendable {
  /// How soon more fields say nothing more.
  private static let saturation: Float = 4
  /// How much a field's length counts.
  private static let lengthShare: [Float] = [0.4, 0.1, 0.2, 0.5, 0.6]
  /// A point of score, in units of `Hit.first`.
  private static let unit: Float = 1_048_576

  private let frame: ScoreFrame
  private let weights: RankingWeights
  /// Of each want and way.
  private let factors: [[Float]]
  private let wantWeights: [Float]
  private let totalWeight: Float
  /// Of each field and length.
  private let norms: [Float]
  /// By category number.
  private let kinds: [Float]
  private let salesScale: Float
  /// By the bits of fields, were they as short as can be.
  private let mostHeld: [Float]
  /// A bit more than any figures reach.
  private let mostSignals: Float

  init(_ frame: ScoreFrame, _ tree: QueryTree, _ weights: RankingWeights, _ columns: Columns) {
    self.frame = frame
    self.weights = weights
    factors = zip(tree.wants, frame.rarity).map { want, rarity in
      zip(want.ways, rarity).map { Float(want.weight * $0.worth) * $1 }
    }
    wantWeights = tree.wants.map { Float($0.weight) }
    totalWeight = max(wantWeights.reduce(0, +), .leastNormalMagnitude)
    let fields = [weights.title, weights.brand, weights.category, weights.attributes, weights.body].map { Float($0) }
    let norms = (0..<Field.count).flatMap { field -> [Float] in
      (0...255).map { code -> Float in
        let length = Float(Field.length(code: UInt8(code))) / frame.averages[field]
        return fields[field] / (1 - Self.lengthShare[field] + Self.lengthShare[field] * length)
      }
    }
    self.norms = norms
    mostHeld = (0..<32).map { bits in
      let sum = (0..<Field.count).filter { bits & 1 << $0 != 0 }.reduce(Float(0)) { $0 + norms[$1 << 8] }
      return sum / (sum + Self.saturation)
    }
    mostSignals = Float(1 + weights.sales + weights.rating + weights.freshness) * 1.001
    var kinds = [Float](repeating: 0, count: columns.categories.count)
    for kind in frame.kinds { kinds[Int(columns.categories.known(CategoryID(raw: kind.category)))] = kind.strength }
    kinds[0] = 0
    self.kinds = kinds
    salesScale = 1 / max(Self.magnitude(frame.mostSold), 1)
  }

  /// A logarithm to base 2 of one more than the number, straight between powers: it need only grow.
  @inline(__always)
  private static func magnitude(_ number: Int32) -> Float {
    let value = UInt32(max(number, 0)) + 1
    let power = 31 - value.leadingZeroBitCount
    return Float(power) + Float(value) / Float(UInt32(1) << UInt32(power)) - 1
  }

  /// Whether a document can score so much, by what is known before its fields' lengths and its figures are read.
  /// - Parameter codes: how each want is met, by place.
  @inline(__always)
  func canScore(
    _ number: Int, codes: [UnsafePointer<UInt16>], at place: Int, _ view: ColumnView, least: Int64
  ) -> Bool {
    var (most, covered): (Float, Float) = (0, 0)
    var all: UInt8 = 0
    for want in codes.indices {
      let code = codes[want][place]
      if code == WantList.none { continue }
      let bits = UInt8(code & 63)
      most += factors[want][Int(code >> 6)] * mostHeld[Int(bits & 31)]
      covered += wantWeights[want]
      all |= bits
    }
    return points(most * kindFactor(all, number, view) * mostSignals, covered) >= least
  }

  /// Nil for a document that can't score so much, which is seen before its figures are read.
  /// - Parameters:
  ///   - lengths: of its fields, as `ColumnView.lengths(of:)` gives them.
  ///   - codes: how each want is met, by place.
  @inline(__always)
  func score(
    _ number: Int, _ lengths: UInt64, codes: [UnsafePointer<UInt16>], at place: Int, _ view: ColumnView, least: Int64
  ) -> Int64? {
    var (sum, covered): (Float, Float) = (0, 0)
    var all: UInt8 = 0
    for want in codes.indices {
      let code = codes[want][place]
      if code == WantList.none { continue }
      let bits = UInt8(code & 63)
      sum += factors[want][Int(code >> 6)] * held(bits & 31, lengths)
      covered += wantWeights[want]
      all |= bits
    }
    sum *= kindFactor(all, number, view)
    if points(sum * mostSignals, covered) < least { return nil }
    return points(sum * signals(number, view), covered)
  }

  @inline(__always)
  private func points(_ sum: Float, _ covered: Float) -> Int64 {
    Int64(min(frame.isPart ? sum + Self.perCoverage * covered / totalWeight : sum, 1_000_000) * Self.unit)
  }

  /// How much it raises a document that it is the kind of thing that is asked for.
  @inline(__always)
  private func kindFactor(_ bits: UInt8, _ number: Int, _ view: ColumnView) -> Float {
    guard weights.kind > 0 else { return 1 }
    let strength = kinds[Int(view.category[number])]
    let isHead = bits & Field.head != 0
    let share = isHead ? 0.35 + 0.65 * strength : (bits & Field.category != 0 ? 0.4 * strength : 0)
    return 1 + Float(weights.kind) * share
  }

  /// Outweighs any other score: those that hold more stand first.
  private static let perCoverage: Float = 4096

  /// - Parameter bits: of fields alone.
  @inline(__always)
  private func held(_ bits: UInt8, _ lengths: UInt64) -> Float {
    var sum: Float = 0
    var rest = bits
    while rest != 0 {
      let field = rest.trailingZeroBitCount
      sum += norms[field << 8 | Int(lengths >> UInt64(8 * field) & 255)]
      rest &= rest - 1
    }
    return sum / (sum + Self.saturation)
  }

  @inline(__always)
  private func signals(_ number: Int, _ view: ColumnView) -> Float {
    let reviews = Float(view.reviews[number])
    let liked = min(Float(view.rating[number]) / 50, 1) * reviews / (reviews + 5)
    let days = max(0, Float(frame.day) - Float(view.createdAt[number] / 86_400))
    let raised =
      1 + Float(weights.sales) * min(Self.magnitude(view.sold[number]) * salesScale, 1) + Float(weights.rating) * liked
      + Float(weights.freshness) * 60 / (60 + days)
    return view.flags[number] & Columns.Flag.inStock == 0 ? raised * (1 - Float(weights.stock)) : raised
  }

  /// In which categories things are that are what is asked for: where the words are the heads of titles, most of all.
  static func kinds(
    _ candidates: [UInt32], codes: [[UInt16]], _ columns: Columns
  ) -> [(category: Int64, strength: Float)] {
    var heads = [Int32](repeating: 0, count: columns.categories.count)
    var named = [Int32](repeating: 0, count: columns.categories.count)
    columns.withView { view in
      for (index, number) in candidates.enumerated() {
        var bits: UInt8 = 0
        for list in codes where list[index] != WantList.none { bits |= UInt8(list[index] & 63) }
        let isListed = view.flags[Int(number)] & Columns.Flag.listed != 0
        guard bits & (Field.title | Field.category) != 0, isListed else { continue }
        let category = Int(view.category[Int(number)])
        named[category] += 1
        if bits & Field.head != 0 { heads[category] += bits & Field.category != 0 ? 2 : 1 }
      }
    }
    guard let most = heads.dropFirst().max(), most > 0 else { return [] }
    let strengths = heads.indices.dropFirst().filter { heads[$0] > 0 }.map { category -> (Int, Float) in
      let share = Float(heads[category]) / Float(most)
      let purity = min(1, Float(heads[category]) / Float(max(named[category], 1)))
      return (category, (0.5 * share + 0.5 * share.squareRoot()) * (0.4 + 0.6 * purity))
    }
    return strengths.sorted { ($1.1, $0.0) < ($0.1, $1.0) }.prefix(12).compactMap { category, strength in
      columns.categories[UInt32(category)].map { ($0.raw, strength) }
    }
  }
}
