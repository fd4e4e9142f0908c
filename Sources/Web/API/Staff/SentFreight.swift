import Accounts
import Merchants
import Pages
import Pricing
import Values

/// What a merchant asks for sending, as a program sends it: the whole of it, zone by zone.
struct SentFreight: Decodable, Sendable {
  private static let mostZones = 40
  private static let mostRegions = 400
  private static let grams = 1...1_000_000_000
  private static let days = 0...365

  struct Zone: Decodable, Sendable {
    let regions: [String]?
    let firstGrams: Int
    let firstFee: String
    let nextGrams: Int
    let nextFee: String
    let freeFrom: String?
    let daysFrom: Int
    let daysTo: Int
    let delivers: Bool?
  }

  let name: SentWords?
  let zones: [Zone]

  /// Throws `FieldFaults`, each with its zone: `zones.0.firstFee`.
  func template(of merchant: Merchant, _ currency: Currency, _ regions: RegionDirectory) throws -> FreightTemplate {
    var faults = FieldFaults()
    let en = faults.text(name?.text.en, "name.en", max: 100, required: false)
    let zh = faults.text(name?.text.zhHans, "name.zh-Hans", max: 100, required: false)
    if zones.isEmpty { faults.add("zones", "missing") }
    if zones.count > Self.mostZones { faults.add("zones", "tooMany", ["max": String(Self.mostZones)]) }
    var read: [FreightZone] = []
    for (index, sent) in zones.prefix(Self.mostZones).enumerated() {
      if let zone = Self.zone(sent, "zones.\(index)", currency, regions, &faults) { read.append(zone) }
    }
    try faults.throwIfAny()
    let words = en.isEmpty && zh.isEmpty ? merchant.name : LocalizedText(en: en, zhHans: zh)
    return FreightTemplate(merchant: merchant.id, name: words, zones: read)
  }

  private static func zone(
    _ sent: Zone, _ place: String, _ currency: Currency, _ regions: RegionDirectory, _ faults: inout FieldFaults
  ) -> FreightZone? {
    for (name, number, range) in [
      ("firstGrams", sent.firstGrams, grams), ("nextGrams", sent.nextGrams, grams), ("daysFrom", sent.daysFrom, days),
      ("daysTo", sent.daysTo, days),
    ] where !range.contains(number) {
      faults.add(
        "\(place).\(name)", "outOfRange", ["min": String(range.lowerBound), "max": String(range.upperBound)])
    }
    if sent.daysFrom > sent.daysTo { faults.add("\(place).daysFrom", "rangeReversed", ["other": "daysTo"]) }
    let codes = sent.regions ?? []
    if codes.count > mostRegions {
      faults.add("\(place).regions", "tooMany", ["max": String(mostRegions)])
    } else if !codes.allSatisfy({ regions.region(beginning: $0) != nil }) {
      faults.add("\(place).regions", "unknownRegionCode")
    }
    let first = fee(sent.firstFee, "\(place).firstFee", currency, &faults)
    let next = fee(sent.nextFee, "\(place).nextFee", currency, &faults)
    let free = sent.freeFrom.flatMap { fee($0, "\(place).freeFrom", currency, &faults) }
    guard let first, let next, faults.isEmpty else { return nil }
    return FreightZone(
      regions: codes, firstGrams: sent.firstGrams, firstFee: first, nextGrams: sent.nextGrams, nextFee: next,
      freeFrom: free, delivers: sent.delivers ?? true, deliveryDays: sent.daysFrom...sent.daysTo)
  }

  private static func fee(
    _ text: String, _ field: String, _ currency: Currency, _ faults: inout FieldFaults
  ) -> Money? {
    guard let money = Money(decimalText: text, currency: currency), !money.isNegative, money.minor <= 10_000_000_000
    else {
      faults.add(field, "notAnAmount")
      return nil
    }
    return money
  }
}

/// What sending costs, as it stands.
struct FreightAnswer: Encodable, Sendable {
  struct Zone: Encodable, Sendable {
    let regions: [String]
    let firstGrams: Int
    let firstFee: MoneyAnswer
    let nextGrams: Int
    let nextFee: MoneyAnswer
    @OrNull var freeFrom: MoneyAnswer?
    let daysFrom: Int
    let daysTo: Int
    let delivers: Bool

    init(_ zone: FreightZone) {
      regions = zone.regions
      firstGrams = zone.firstGrams
      firstFee = MoneyAnswer(zone.firstFee)
      nextGrams = zone.nextGrams
      nextFee = MoneyAnswer(zone.nextFee)
      _freeFrom = OrNull(wrappedValue: zone.freeFrom.map(MoneyAnswer.init))
      daysFrom = zone.deliveryDays.lowerBound
      daysTo = zone.deliveryDays.upperBound
      delivers = zone.delivers
    }
  }

  let merchant: String
  let name: LocalizedText
  /// None where the merchant has said nothing yet.
  let zones: [Zone]

  init(_ template: FreightTemplate?, of merchant: MerchantID) {
    self.merchant = merchant.description
    name = template?.name ?? LocalizedText()
    zones = template?.zones.map(Zone.init) ?? []
  }
}
