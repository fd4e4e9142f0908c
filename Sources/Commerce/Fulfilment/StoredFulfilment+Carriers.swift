import AuditLog
import Storage
import Values

extension StoredFulfilment {
  /// So many of its own a shop may add.
  private static let mostCarriers = 200

  public func carriers() async throws -> [Carrier] {
    let saved = try await database.read { transaction in
      try transaction.rows("SELECT * FROM carrier ORDER BY code LIMIT \(Self.mostCarriers)").map(Self.carrier)
    }
    let own = Set(saved.map(\.code))
    return (saved + Carrier.usual.filter { !own.contains($0.code) }).sorted { $0.code < $1.code }
  }

  public func save(_ carrier: Carrier, by staff: StaffID) async throws {
    let carrier = try Self.checked(carrier)
    try await database.write { transaction in
      let count: Int = try transaction.value("SELECT COUNT(*) FROM carrier WHERE code <> \(carrier.code)") ?? 0
      guard count < Self.mostCarriers - 1 else {
        throw FieldFaults(field: "code", code: "tooMany", details: ["max": String(Self.mostCarriers)])
      }
      let saved = try transaction.row("SELECT * FROM carrier WHERE code = \(carrier.code)").map(Self.carrier)
      let before = saved ?? Carrier.usual.first { $0.code == carrier.code }
      try transaction.execute(
        transaction.dialect.upsert(
          into: "carrier",
          [
            ("code", carrier.code.sqlValue), ("name_en", carrier.name.en.sqlValue),
            ("name_zh", carrier.name.zhHans.sqlValue), ("is_on", carrier.isOn.sqlValue),
            ("tracking_address", carrier.trackingAddress.sqlValue), ("is_tracked", carrier.isTracked.sqlValue),
            ("asks_for_phone", carrier.asksForPhone.sqlValue),
          ],
          key: ["code"],
          update: ["name_en", "name_zh", "is_on", "tracking_address", "is_tracked", "asks_for_phone"]))
      guard before != carrier else { return }
      let deed = Deed(
        "fulfilment.saveCarrier", on: carrier.code, named: carrier.name.en, of: nil, before: before?.deedFields,
        after: carrier.deedFields)
      try DeedLog.note(deed, by: .staff(staff), at: clock.now, in: transaction)
    }
  }

  private static func carrier(_ row: Row) throws -> Carrier {
    Carrier(
      code: try row["code"], name: LocalizedText(en: try row["name_en"], zhHans: try row["name_zh"]),
      isOn: try row["is_on"], trackingAddress: try row["tracking_address"], isTracked: try row["is_tracked"],
      asksForPhone: try row["asks_for_phone"])
  }

  private static func checked(_ carrier: Carrier) throws -> Carrier {
    var faults = FieldFaults()
    let code = faults.text(carrier.code, "code", max: 40)
    if !code.isEmpty, code.unicodeScalars.count <= 40, !isCode(code) { faults.add("code", "notACarrierCode") }
    let en = faults.text(carrier.name.en, "nameEn", max: 60)
    let zh = faults.text(carrier.name.zhHans, "nameZh", max: 60)
    let address = faults.text(carrier.trackingAddress, "trackingAddress", max: 300, required: false)
    if !address.isEmpty, address.unicodeScalars.count <= 300, !isAddress(address) {
      faults.add("trackingAddress", "notATrackingAddress")
    }
    try faults.throwIfAny()
    var checked = Carrier(code: code, name: LocalizedText(en: en, zhHans: zh))
    checked.isOn = carrier.isOn
    checked.trackingAddress = address
    checked.isTracked = carrier.isTracked
    checked.asksForPhone = carrier.asksForPhone
    return checked
  }

  private static func isCode(_ text: String) -> Bool {
    text.utf8.count >= 2 && text.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0) }
  }

  /// An address that a page may link to: encrypted, of plain characters, with the place for the number in it.
  private static func isAddress(_ text: String) -> Bool {
    let rest = text.replacing("{number}", with: "")
    return text.hasPrefix("https://") && text.contains("{number}") && text.utf8.count > "https://".utf8.count + 11
      && rest.utf8.allSatisfy { (0x21...0x7E).contains($0) && !Set("\"<>\\^`{|}".utf8).contains($0) }
  }
}
