import Values

extension FreightTemplate {
  /// So many zones at most.
  private static let mostZones = 100

  /// Throws `FieldFaults`, naming the zone.
  func check(largestFee: Int64) throws {
    var faults = FieldFaults()
    for text in [name.en, name.zhHans] { _ = faults.text(text, "name", max: 100, required: false) }
    if zones.count > Self.mostZones { faults.add("zones", "tooMany", ["max": String(Self.mostZones)]) }
    let regionCount = zones.reduce(0) { $0 + $1.regions.count }
    // The regions of the whole country by county are fewer.
    if regionCount > 500 { faults.add("zones", "tooMany", ["max": "500"]) }
    for (index, zone) in zones.enumerated() {
      if !zone.isSound(largestFee: largestFee, currency: zones[0].firstFee.currency) {
        faults.add("zones.\(index)", "invalid")
      }
    }
    try faults.throwIfAny()
  }
}

extension FreightZone {
  private static let gramsRange = 1...1_000_000_000

  fileprivate func isSound(largestFee: Int64, currency: Currency) -> Bool {
    let amounts = [firstFee, nextFee] + (freeFrom.map { [$0] } ?? [])
    return Self.gramsRange.contains(firstGrams) && Self.gramsRange.contains(nextGrams)
      && amounts.allSatisfy { $0.currency == currency && (0...largestFee).contains($0.minor) }
      && (0...365).contains(deliveryDays.lowerBound) && (0...365).contains(deliveryDays.upperBound)
      && regions.allSatisfy { region in
        (1...6).contains(region.utf8.count) && region.utf8.allSatisfy { (48...57).contains($0) }
      }
  }
}
