import Accounts
import Merchants
import Pages
import Pricing
import Values

/// The zones of a freight template as a form shows and sends them: one row a zone, `zones.0.firstFee` and so on. Rows are
/// added and taken away by buttons, which work without scripts.
struct FreightForm {
  private static let mostRows = 40
  private static let names = [
    "regions", "firstGrams", "firstFee", "nextGrams", "nextFee", "freeFrom", "daysFrom", "daysTo", "delivers",
  ]

  private var rows: [[String: String]]
  private var nameEn: String
  private var nameZh: String
  private let currency: Currency

  /// What stands now; a row for everywhere where nothing does.
  init(_ template: FreightTemplate?, currency: Currency) {
    self.currency = currency
    nameEn = template?.name.en ?? ""
    nameZh = template?.name.zhHans ?? ""
    rows =
      template?.zones.map { zone -> [String: String] in
        [
          "regions": zone.regions.joined(separator: " "), "firstGrams": String(zone.firstGrams),
          "firstFee": zone.firstFee.decimalText, "nextGrams": String(zone.nextGrams),
          "nextFee": zone.nextFee.decimalText, "freeFrom": zone.freeFrom?.decimalText ?? "",
          "daysFrom": String(zone.deliveryDays.lowerBound), "daysTo": String(zone.deliveryDays.upperBound),
          "delivers": zone.delivers ? "1" : "",
        ]
      } ?? [Self.fresh]
  }

  /// What was sent.
  init(_ form: Form, currency: Currency) {
    self.currency = currency
    nameEn = form["nameEn"] ?? ""
    nameZh = form["nameZh"] ?? ""
    rows = (0..<Self.mostRows).prefix { form["zones.\($0).firstGrams"] != nil }.map { index in
      Dictionary(Self.names.map { ($0, form["zones.\(index).\($0)"] ?? "") }, uniquingKeysWith: { first, _ in first })
    }
  }

  private static let fresh = [
    "regions": "", "firstGrams": "1000", "firstFee": "", "nextGrams": "1000", "nextFee": "", "freeFrom": "",
    "daysFrom": "2", "daysTo": "4", "delivers": "1",
  ]

  /// Whether a button asked for other rows rather than to save these.
  mutating func changeRows(_ form: Form) -> Bool {
    if form["add"] != nil {
      if rows.count < Self.mostRows { rows.append(Self.fresh) }
      return true
    }
    if let index = form["remove"].flatMap({ Int($0) }) {
      if rows.indices.contains(index) { rows.remove(at: index) }
      return true
    }
    if let index = form["up"].flatMap({ Int($0) }) {
      if rows.indices.contains(index), index > 0 { rows.swapAt(index, index - 1) }
      return true
    }
    return false
  }

  /// Throws `FieldFaults`, each beside its field.
  func template(of merchant: Merchant, regions: RegionDirectory) throws -> FreightTemplate {
    var faults = FieldFaults()
    let en = faults.text(nameEn, "nameEn", max: 100, required: false)
    let zh = faults.text(nameZh, "nameZh", max: 100, required: false)
    if rows.isEmpty { faults.add("zones", "missing") }
    var zones: [FreightZone] = []
    for (index, row) in rows.enumerated() {
      if let zone = zone(row, at: index, regions, &faults) { zones.append(zone) }
    }
    try faults.throwIfAny()
    let name = en.isEmpty && zh.isEmpty ? merchant.name : LocalizedText(en: en, zhHans: zh)
    return FreightTemplate(merchant: merchant.id, name: name, zones: zones)
  }

  private func zone(
    _ row: [String: String], at index: Int, _ regions: RegionDirectory, _ faults: inout FieldFaults
  ) -> FreightZone? {
    let first = number(row, "firstGrams", index, 1...1_000_000_000, &faults)
    let next = number(row, "nextGrams", index, 1...1_000_000_000, &faults)
    let firstFee = money(row, "firstFee", index, &faults)
    let nextFee = money(row, "nextFee", index, &faults)
    let isFreeSomewhere = !(row["freeFrom"] ?? "").isEmpty
    let freeFrom = isFreeSomewhere ? money(row, "freeFrom", index, &faults) : nil
    let from = number(row, "daysFrom", index, 0...365, &faults)
    let to = number(row, "daysTo", index, 0...365, &faults)
    if let from, let to, from > to { faults.add("zones.\(index).daysFrom", "rangeReversed") }
    let codes = codes(row["regions"] ?? "", index, regions, &faults)
    guard let first, let next, let firstFee, let nextFee, let from, let to, let codes, from <= to else { return nil }
    return FreightZone(
      regions: codes, firstGrams: first, firstFee: firstFee, nextGrams: next, nextFee: nextFee, freeFrom: freeFrom,
      delivers: row["delivers"] == "1", deliveryDays: from...to)
  }

  private func number(
    _ row: [String: String], _ name: String, _ index: Int, _ range: ClosedRange<Int>, _ faults: inout FieldFaults
  ) -> Int? {
    let text = row[name] ?? ""
    guard !text.isEmpty else {
      faults.add("zones.\(index).\(name)", "missing")
      return nil
    }
    guard let number = Int(text), range.contains(number) else {
      faults.add(
        "zones.\(index).\(name)", "outOfRange", ["min": String(range.lowerBound), "max": String(range.upperBound)])
      return nil
    }
    return number
  }

  private func money(_ row: [String: String], _ name: String, _ index: Int, _ faults: inout FieldFaults) -> Money? {
    let text = (row[name] ?? "").filter { !$0.isWhitespace }
    guard !text.isEmpty else {
      faults.add("zones.\(index).\(name)", "missing")
      return nil
    }
    guard let money = Money(decimalText: text, currency: currency), !money.isNegative, money.minor <= 10_000_000_000
    else {
      faults.add("zones.\(index).\(name)", "notANumber")
      return nil
    }
    return money
  }

  /// Beginnings of region codes, apart by spaces or commas; none means everywhere.
  private func codes(
    _ text: String, _ index: Int, _ regions: RegionDirectory, _ faults: inout FieldFaults
  ) -> [String]? {
    let parts = text.split { $0.isWhitespace || $0 == "," || $0 == "，" || $0 == "、" }.map(String.init)
    let name = "zones.\(index).regions"
    guard parts.count <= 400 else {
      faults.add(name, "tooMany", ["max": "400"])
      return nil
    }
    guard parts.allSatisfy({ regions.region(beginning: $0) != nil }) else {
      faults.add(name, "unknownRegionCode")
      return nil
    }
    return parts
  }

  func model(_ faults: FieldFaults, regions: RegionDirectory, words: Words) -> Model {
    var values: [String: [String]] = ["nameEn": [nameEn], "nameZh": [nameZh]]
    for (index, row) in rows.enumerated() {
      for (name, value) in row { values["zones.\(index).\(name)"] = [value] }
    }
    let fields = FormModel(Form(values), faults: faults, words: words)
    var model = fields.fields(["nameEn", "nameZh"])
    model["hasFaults"] = !faults.isEmpty
    model["faults"] = fields.summary
    model["sign"] = Format(words.language).sign(of: currency)
    model["zones"] = rows.enumerated().map { index, row -> Model in
      var zone = Model(Self.names.map { ($0, fields.field("zones.\(index).\($0)")) })
      zone["index"] = String(index)
      zone["name"] = words.phrase("freightDesk.zone", ["number": String(index + 1)])
      zone["isFirst"] = index == 0
      zone["delivers"] = row["delivers"] == "1"
      zone["places"] = places(row["regions"] ?? "", regions, words)
      return zone
    }
    model["mayAdd"] = rows.count < Self.mostRows
    return model
  }

  private func places(_ text: String, _ regions: RegionDirectory, _ words: Words) -> String {
    let codes = text.split { $0.isWhitespace || $0 == "," || $0 == "，" || $0 == "、" }.map(String.init)
    guard !codes.isEmpty else { return words["freightDesk.everywhere"] ?? "" }
    return codes.prefix(40).map { regions.region(beginning: $0)?.name[words.language] ?? $0 }
      .joined(separator: words.language == .en ? ", " : "、")
  }
}
