import Values

extension FreightTemplate {
  /// The first zone that names the destination; a zone without regions names every place. Nil where no zone does.
  public func zone(for destination: RegionCode) -> FreightZone? {
    zones.first { zone in
      zone.regions.isEmpty || zone.regions.contains { destination.rawValue.hasPrefix($0) }
    }
  }

  /// Stands in while the destination is unknown: the zone for everywhere, else the last that delivers.
  public var widestZone: FreightZone? {
    zones.last { $0.regions.isEmpty && $0.delivers } ?? zones.last { $0.delivers }
  }
}

extension FreightZone {
  /// The first step, and every started further one.
  func fee(grams: Int) throws -> Money {
    guard grams > firstGrams, firstGrams >= 0, nextGrams > 0 else { return firstFee }
    let steps = (grams - firstGrams - 1) / nextGrams + 1
    return try firstFee.adding(nextFee.times(steps))
  }

  func isFree(for goods: Money) -> Bool {
    guard let freeFrom else { return false }
    return freeFrom.currency == goods.currency && goods >= freeFrom
  }
}
