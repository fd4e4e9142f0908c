import Search
import Values

/// The counts beside the finds, asked for as aggregations and read from their answers.
struct Facets: Sendable {
  /// More different values than a page can offer.
  private static let mostValues = 1000
  private static let mostAttributes = 8
  private static let mostOfAttribute = 30
  private static let stars = [40, 30, 20, 10]

  private let filters: Filters
  private let attributes: [String]

  init(_ filters: Filters) {
    self.filters = filters
    attributes = filters.faceted.compactMap { entry in
      if case .attribute(let attribute) = entry.facet { attribute } else { nil }
    }
  }

  var aggregations: [String: JSON] {
    var asked: [String: JSON] = [
      "categories": counted(without: .category, ["values": Self.terms("categoryID")]),
      "brands": counted(without: .brand, ["values": Self.terms("brandID")]),
      "ratings": counted(
        without: .rating,
        [
          "values": [
            "filters": [
              "filters": .object(
                Dictionary(
                  uniqueKeysWithValues: Self.stars.map {
                    ("\($0)", ["range": ["rating": ["gte": .number(Int64($0))]]])
                  }))
            ]
          ]
        ]),
      "attributes": counted(
        without: nil,
        [
          "keys": ["terms": ["field": "choiceKeys", "size": .number(Int64(Self.mostAttributes + attributes.count))]],
          "labels": Self.terms("choiceLabels"),
        ]),
    ]
    for (place, attribute) in attributes.enumerated() {
      guard let pattern = ChoiceLabel.pattern(of: attribute) else { continue }
      asked["attribute\(place)"] = counted(
        without: .attribute(attribute),
        ["values": ["terms": ["field": "choiceLabels", "include": .text(pattern), "size": 200]]],
        with: ["term": ["choiceKeys": .text(attribute)]])
    }
    return asked
  }

  private func counted(without facet: Filters.Facet?, _ inner: JSON, with filter: JSON? = nil) -> JSON {
    ["filter": Filters.all(filters.without(facet) + [filter].compactMap(\.self)), "aggs": inner]
  }

  private static func terms(_ field: String) -> JSON {
    ["terms": ["field": .text(field), "size": .number(Int64(mostValues))]]
  }

  func read(_ answer: [String: Aggregation], into found: inout EngineAnswer) {
    found.categoryFacet = Self.ids(answer["categories"]).map { FacetCount(value: CategoryID(raw: $0), count: $1) }
    found.brandFacet = Self.ids(answer["brands"]).map { FacetCount(value: BrandID(raw: $0), count: $1) }
    let ratings = answer["ratings"]?.inner["values"]?.named ?? [:]
    found.ratingFacet = Self.stars.compactMap { stars in
      ratings["\(stars)"].flatMap { $0 > 0 ? FacetCount(value: stars, count: $0) : nil }
    }
    found.attributeFacets = attributeFacets(answer)
  }

  /// The most first, and of equal ones the smaller number.
  private static func ids(_ aggregation: Aggregation?) -> [(Int64, Int)] {
    (aggregation?.inner["values"]?.buckets ?? []).compactMap { bucket in
      if case .number(let value) = bucket.key { (value, bucket.count) } else { nil }
    }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
  }

  private func attributeFacets(_ answer: [String: Aggregation]) -> [AttributeFacet] {
    var finds: [String: Int] = [:]
    for bucket in answer["attributes"]?.inner["keys"]?.buckets ?? [] {
      if case .text(let key) = bucket.key { finds[key] = bucket.count }
    }
    var buckets = answer["attributes"]?.inner["labels"]?.buckets ?? []
    for (place, attribute) in attributes.enumerated() {
      guard let own = answer["attribute\(place)"] else { continue }
      finds[attribute] = own.count
      buckets.removeAll { $0.label?.attribute == attribute }
      buckets += own.inner["values"]?.buckets ?? []
    }
    let labels = Dictionary(grouping: buckets.compactMap { bucket in bucket.label.map { ($0, bucket.count) } }) {
      $0.0.attribute
    }
    let first = finds.filter { $0.value > 0 }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    return first.prefix(Self.mostAttributes).compactMap { attribute, _ in
      labels[attribute].flatMap { Self.facet(attribute, $0) }
    }
  }

  /// Goods may call one value differently; the words of the most are shown, and all are counted.
  private static func facet(_ attribute: String, _ labels: [(label: ChoiceLabel, count: Int)]) -> AttributeFacet? {
    guard let name = labels.max(by: { $0.count < $1.count })?.label.name else { return nil }
    let values = Dictionary(grouping: labels) { $0.label.value }.compactMap { value, group in
      group.max { $0.count < $1.count }.map { most in
        AttributeFacet.Value(value: value, label: most.label.label, count: group.reduce(0) { $0 + $1.count })
      }
    }
    let sorted = values.sorted { ($1.count, $0.value) < ($0.count, $1.value) }
    return AttributeFacet(attribute: attribute, name: name, values: Array(sorted.prefix(mostOfAttribute)))
  }
}
