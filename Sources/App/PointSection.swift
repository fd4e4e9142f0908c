import Configuration
import Pricing

/// What points are worth, and how buyers come by them.
struct PointSection: Sendable {
  var terms: PointTerms

  init(_ reader: ConfigReader) throws {
    terms = PointTerms(
      earned: try Settings.number(reader, "points.earned", default: 0, in: 0...1000),
      perUnit: try Settings.number(reader, "points.perUnit", default: 100, in: 1...10_000),
      mostPercent: try Settings.number(reader, "points.mostPercent", default: 50, in: 0...100))
  }
}
