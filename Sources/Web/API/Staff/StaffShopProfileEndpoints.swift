import Accounts
import Flows
import Foundation
import HTTPTypes
import Hummingbird
import Merchants
import Pages
import Values

/// What a merchant says of itself: by its own programs, and by those of the platform for any.
struct StaffShopProfileEndpoints: Sendable {
  private static let own = APIDescription.Access.staff([.settingsEdit])
  private static let ofPlatform = APIDescription.Access.staff([.merchantsEdit])

  private let parts: APIParts
  private var work: WorkMerchants { parts.flows.workMerchants }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [ownProfile, saveOwn, profile, save] }

  private var ownProfile: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/shop", .staffPeople, "What the token's merchant says of itself", access: Self.own,
        with: "ShopProfile"
      ).refusing("unknownMerchant")
    ) { call in try Self.answer(try await work.profiled(nil, for: try call.staff())) }
  }

  private var saveOwn: Endpoint {
    Endpoint(
      APIDescription(
        .put, "/admin/shop", .staffPeople,
        "Replaces what the token's merchant says of itself, over the version that was read where `version` or `If-Match` "
          + "names it. The logo stays where nothing is said of it; a new one comes as `bytes` in base64",
        access: Self.own, with: "ShopProfile"
      ).taking("ShopProfileDraft").matching().refusing("unknownMerchant", "merchantChanged", "invalidInput")
    ) { call in try await saved(call, nil) }
  }

  private var profile: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/merchants/{id}/profile", .staffPeople, "What a merchant says of itself", access: Self.ofPlatform,
        with: "ShopProfile"
      ).refusing("unknownMerchant")
    ) { call in
      let staff = try call.staff()
      try work.expect(staff)
      return try Self.answer(try await work.profiled(try call.namedMerchant(), for: staff))
    }
  }

  private var save: Endpoint {
    Endpoint(
      APIDescription(
        .put, "/admin/merchants/{id}/profile", .staffPeople,
        "Replaces what a merchant says of itself, over the version that was read where `version` or `If-Match` names it",
        access: Self.ofPlatform,
        with: "ShopProfile"
      ).taking("ShopProfileDraft").matching().refusing("unknownMerchant", "merchantChanged", "invalidInput")
    ) { call in
      try work.expect(try call.staff())
      return try await saved(call, try call.namedMerchant())
    }
  }

  /// - Parameter id: nil for the token's own.
  private func saved(_ call: APICall, _ id: MerchantID?) async throws -> Answer {
    let body: SentShopProfile = try call.decoded()
    let staff = try call.staff()
    let known = try await work.profiled(id, for: staff)
    try call.expect(version: known.version)
    do {
      let logo = try body.newLogo()
      return try Self.answer(
        try await work.revise(
          known.id, try body.profile(over: known), logo: logo, version: body.version ?? known.version,
          by: staff))
    } catch let faults as FieldFaults {
      throw FieldFaults(faults.faults.map(Self.placed))
    }
  }

  private static func answer(_ merchant: Merchant) throws -> Answer {
    try Answer(ShopProfileAnswer(merchant)).marked(merchant.version)
  }

  /// `nameEn`, as the desk's field is called, where the body has it.
  private static func placed(_ fault: FieldFaults.Fault) -> FieldFaults.Fault {
    let names = [
      "nameEn": "name.en", "nameZh": "name.zh-Hans", "introductionEn": "introduction.en",
      "introductionZh": "introduction.zh-Hans",
    ]
    return FieldFaults.Fault(field: names[fault.field] ?? fault.field, code: fault.code, details: fault.details)
  }
}

/// What a merchant says of itself, as a program sends it.
struct SentShopProfile: Decodable, Sendable {
  private enum CodingKeys: String, CodingKey {
    case name, introduction, email, contact, language, logo, version
  }

  struct Logo: Decodable, Sendable {
    /// Of the one that it has.
    let url: String?
    /// Of another one, in base64.
    let bytes: String?
  }

  let name: SentWords
  let introduction: SentWords?
  let email: String?
  let contact: String?
  let language: String?
  let logo: Logo?
  /// Whether anything is said of the logo, if only that there is none: else it stays.
  let saysLogo: Bool
  let version: Int?

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(SentWords.self, forKey: .name)
    introduction = try container.decodeIfPresent(SentWords.self, forKey: .introduction)
    email = try container.decodeIfPresent(String.self, forKey: .email)
    contact = try container.decodeIfPresent(String.self, forKey: .contact)
    language = try container.decodeIfPresent(String.self, forKey: .language)
    logo = try container.decodeIfPresent(Logo.self, forKey: .logo)
    saysLogo = container.contains(.logo)
    version = try container.decodeIfPresent(Int.self, forKey: .version)
  }

  /// Throws `FieldFaults`.
  func profile(over known: Merchant) throws -> MerchantProfile {
    var faults = FieldFaults()
    var spoken = known.language
    if let language, !language.isEmpty {
      if let chosen = Language(rawValue: language) { spoken = chosen } else { faults.add("language", "unknown") }
    }
    if let logo, logo.bytes == nil {
      switch logo.url {
      case nil: faults.add("logo.url", "missing")
      case let url? where url == known.logo.map({ "/media/\($0)" }): break
      default: faults.add("logo.url", "unknown")
      }
    }
    try faults.throwIfAny()
    return MerchantProfile(
      name: name.text, introduction: introduction?.text ?? LocalizedText(), email: email ?? "", contact: contact ?? "",
      logo: saysLogo && logo == nil ? nil : known.logo, language: spoken)
  }

  /// The bytes of another logo, where some are sent. Throws `FieldFaults`.
  func newLogo() throws -> [UInt8]? {
    guard let bytes = logo?.bytes else { return nil }
    guard let data = Data(base64Encoded: bytes) else { throw FieldFaults(field: "logo.bytes", code: "unreadable") }
    return [UInt8](data)
  }
}
