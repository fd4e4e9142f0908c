import AuditLog
import Values

extension FreightTemplate {
  /// A line for each zone that the other hasn't alike at its place.
  func deedFields(besides other: FreightTemplate?) -> DeedFields {
    var fields = [("name.en", name.en), ("name.zh", name.zhHans), ("zones", String(zones.count))]
    let others = other?.zones ?? []
    for (index, zone) in zones.enumerated() where index >= others.count || others[index] != zone {
      fields.append(("zone.\(index + 1)", zone.line))
    }
    return DeedFields(fields)
  }
}

extension FreightZone {
  fileprivate var line: String {
    let places = regions.isEmpty ? "*" : regions.joined(separator: " ")
    let fees = "\(firstFee) / \(firstGrams) g, + \(nextFee) / \(nextGrams) g"
    let free = freeFrom.map { ", 0 ≥ \($0)" } ?? ""
    let days = "\(deliveryDays.lowerBound)–\(deliveryDays.upperBound) d"
    return "\(delivers ? "" : "✗ ")\(fees)\(free), \(days): \(places)"
  }
}
