import Accounts
import Values

/// The fields of an address as forms show and send them. Province, city and district are three lists that follow one
/// another; without scripts each choice is sent before the next list is filled.
public struct AddressForm: Sendable {
  private let form: Form
  private let regions: RegionDirectory
  private let words: Words

  public init(form: Form, regions: RegionDirectory, words: Words) {
    self.form = form
    self.regions = regions
    self.words = words
  }

  private var language: Language { words.language }

  /// What was typed, as a draft. The smallest region chosen counts.
  public var draft: AddressDraft {
    AddressDraft(
      recipient: form["recipient"] ?? "", phone: form["phone"] ?? "", region: region ?? "",
      street: form["street"] ?? "",
      postcode: form["postcode"] ?? "", isDefault: form["isDefault"] == "1")
  }

  private var region: String? {
    for name in ["region", "city", "province"] {
      if let code = form[name].flatMap(RegionCode.init(rawValue:)), regions.isAddressable(code), isConsistent(code) {
        return code.rawValue
      }
    }
    return nil
  }

  /// A district left over from another province or city doesn't count.
  private func isConsistent(_ code: RegionCode) -> Bool {
    let city = form["city"].flatMap(RegionCode.init(rawValue:))
    guard city == nil || city?.city == code.city else { return false }
    return form["province"]?.hasPrefix(code.province) ?? true
  }

  /// - Parameters:
  ///   - address: what stands in the fields before anything is typed.
  public func model(faults: FieldFaults = FieldFaults(), address: Address? = nil) -> Model {
    model(
      faults: faults,
      initial: address.map {
        AddressDraft(
          recipient: $0.recipient, phone: $0.phone, region: $0.region.rawValue, street: $0.street,
          postcode: $0.postcode, isDefault: $0.isDefault)
      })
  }

  /// The same with a place that is in no address book.
  public func model(faults: FieldFaults = FieldFaults(), initial address: AddressDraft?) -> Model {
    let fields = FormModel(form, faults: faults, words: words)
    var model = fields.fields(
      ["recipient", "phone", "street", "postcode", "region"],
      initial: [
        "recipient": address?.recipient ?? "", "phone": address?.phone ?? "", "street": address?.street ?? "",
        "postcode": address?.postcode ?? "",
      ])
    let chosen = region.flatMap(RegionCode.init(rawValue:)) ?? address.flatMap { RegionCode(rawValue: $0.region) }
    let province =
      form["province"].flatMap(RegionCode.init(rawValue:))
      ?? chosen.flatMap { RegionCode(rawValue: $0.province + "0000") }
    let city =
      form["city"].flatMap(RegionCode.init(rawValue:)) ?? chosen.flatMap { RegionCode(rawValue: $0.city + "00") }
    model["provinces"] = list(regions.children(of: nil), chosen: province)
    model["cities"] = province.map { list(regions.children(of: $0), chosen: city) } ?? []
    let parent = city.flatMap { city in province?.province == city.province ? city : nil }
    model["districts"] = parent.map { list(regions.children(of: $0), chosen: chosen) } ?? []
    model["isDefault"] = form["isDefault"] == "1" || address?.isDefault == true
    model["hasFaults"] = !faults.isEmpty
    model["faults"] = fields.summary
    return model
  }

  private func list(_ regions: [RegionDirectory.Region], chosen: RegionCode?) -> [Model] {
    regions.map { ["code": $0.code.rawValue, "name": $0.name[language], "isChosen": $0.code == chosen] }
  }
}
