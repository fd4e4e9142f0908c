import Pages
import Search
import Values

/// The fields of weights, which two forms have.
struct WeightsForm {
  static let names = RankingWeights.fields.map(\.name)

  private let words: Words

  init(_ words: Words) { self.words = words }

  /// Throws `FieldFaults` for what is no number, or out of its range. A field that wasn't
  /// sent, or says what stands there already in the decimals that are shown, stays as it is.
  static func weights(_ form: Form, over standing: RankingWeights) throws -> RankingWeights {
    var weights = standing
    var faults = FieldFaults()
    for field in RankingWeights.fields {
      guard let text = form[field.name] else { continue }
      let plain = text.filter { !$0.isWhitespace }
      if plain == Self.text(of: standing[keyPath: field.path]) { continue }
      if plain.isEmpty {
        faults.add(field.name, "missing")
      } else if let weight = number(plain) {
        weights[keyPath: field.path] = weight
        if !field.range.contains(weight) {
          faults.add(
            field.name, "outOfRange",
            ["min": Self.text(of: field.range.lowerBound), "max": Self.text(of: field.range.upperBound)]
          )
        }
      } else {
        faults.add(field.name, "notANumber")
      }
    }
    try faults.throwIfAny()
    return weights
  }

  /// Digits with a point, or a comma where people write one.
  private static func number(_ text: String) -> Double? {
    guard text.utf8.count <= 12, text.utf8.allSatisfy({ (48...57).contains($0) || $0 == 0x2E || $0 == 0x2C }) else {
      return nil
    }
    return Double(text.replacing(",", with: "."))
  }

  /// `8`, `0.15`: without what a reader has no use for.
  static func text(of weight: Double) -> String {
    let thousandths = Int64((weight * 1000).rounded())
    let whole = thousandths / 1000
    var rest = String(thousandths.magnitude % 1000)
    guard rest != "0" else { return String(whole) }
    rest = String(repeating: "0", count: 3 - rest.count) + rest
    while rest.hasSuffix("0") { rest.removeLast() }
    return "\(whole).\(rest)"
  }

  static func initial(_ weights: RankingWeights) -> [String: String] {
    Dictionary(uniqueKeysWithValues: RankingWeights.fields.map { ($0.name, text(of: weights[keyPath: $0.path])) })
  }

  /// A row a weight: its field, what it does, what it may be and usually is.
  /// - Parameter form: as `RefusedForm` makes it of `names`.
  func rows(_ form: Model) -> [Model] {
    let usual = RankingWeights()
    return RankingWeights.fields.map { field in
      let typed = form[field.name] as? Model ?? [:]
      var row: Model = [
        "weight": field.name, "weightName": words["searchField.\(field.name)"] ?? field.name,
        "what": words["searchDesk.weightHints.\(field.name)"] ?? "",
        "usual": words.phrase(
          "searchDesk.weightRange",
          [
            "min": Self.text(of: field.range.lowerBound), "max": Self.text(of: field.range.upperBound),
            "usual": Self.text(of: usual[keyPath: field.path]),
          ]),
        "value": typed["value"] as? String ?? "", "isFaulty": typed["fault"] != nil,
      ]
      if let fault = typed["fault"] as? String { row["fault"] = fault } else { row["fault"] = false }
      return row
    }
  }
}
