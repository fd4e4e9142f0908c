import Values

extension RankingWeights {
  /// Throws `FieldFaults` for weights outside of their ranges.
  public func check() throws {
    var faults = FieldFaults()
    for (name, path, range) in Self.fields where !range.contains(self[keyPath: path]) {
      faults.add(name, "outOfRange", ["min": Self.text(range.lowerBound), "max": Self.text(range.upperBound)])
    }
    try faults.throwIfAny()
  }

  /// Each by its name, as they are stored; nil for what isn't a number in its range, which is then as it is without a choice.
  var named: [String: Double] {
    get { Dictionary(uniqueKeysWithValues: Self.fields.map { ($0.name, self[keyPath: $0.path]) }) }
    set {
      for (name, path, range) in Self.fields {
        if let value = newValue[name], range.contains(value) { self[keyPath: path] = value }
      }
    }
  }

  private static func text(_ bound: Double) -> String { String(Int(bound)) }
}
