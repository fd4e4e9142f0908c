import Flows
import Merchants
import Values

/// A logo as it is read and sent back.
struct LogoAnswer: Encodable, Sendable {
  let url: String

  init(_ file: FileKey) { url = "/media/\(file)" }
}

/// A merchant as staff of the platform know it.
struct StaffMerchantAnswer: Encodable, Sendable {
  let id: String
  let slug: String
  let name: LocalizedText
  let state: String
  /// Why it isn't open; empty otherwise.
  let reason: String
  /// Where notices go.
  let email: String
  let contact: String
  let openedAt: String
  /// Since when it is in its state.
  let movedAt: String
  @OrNull var application: String?
  let version: Int
  let products: Int
  /// Paid orders that wait for its staff.
  let waiting: Int

  init(_ row: MerchantRow) {
    let merchant = row.merchant
    id = merchant.id.description
    slug = merchant.slug.rawValue
    name = merchant.name
    state = merchant.state.rawValue
    reason = merchant.reason
    email = merchant.email
    contact = merchant.contact
    openedAt = merchant.openedAt.description
    movedAt = merchant.movedAt.description
    _application = OrNull(wrappedValue: merchant.application?.description)
    version = merchant.version
    products = row.figures.products
    waiting = row.figures.waiting
  }
}

struct StaffMerchantDetailAnswer: Encodable, Sendable {
  let merchant: StaffMerchantAnswer
  /// Whether anybody can log in for it.
  let hasStaff: Bool
}

/// What a merchant says of itself.
struct ShopProfileAnswer: Encodable, Sendable {
  let merchant: String
  let slug: String
  let state: String
  let name: LocalizedText
  let introduction: LocalizedText
  /// Where notices go.
  let email: String
  /// How shoppers reach it besides.
  let contact: String
  @OrNull var logo: LogoAnswer?
  /// In which it is written to.
  let language: String
  let version: Int

  init(_ merchant: Merchant) {
    self.merchant = merchant.id.description
    slug = merchant.slug.rawValue
    state = merchant.state.rawValue
    name = merchant.name
    introduction = merchant.introduction
    email = merchant.email
    contact = merchant.contact
    _logo = OrNull(wrappedValue: merchant.logo.map(LogoAnswer.init))
    language = merchant.language.rawValue
    version = merchant.version
  }
}

/// Somebody who asks to sell here. What opens the application to its applicant isn't told.
struct ApplicationAnswer: Encodable, Sendable {
  let id: String
  let name: LocalizedText
  /// The short name in addresses that is wished for.
  let slug: String
  let contact: String
  let phone: String
  let email: String
  let goods: String
  let licence: String
  /// Whether the picture of the licence is there still.
  let hasPicture: Bool
  let language: String
  let state: String
  /// What was answered last; empty where nothing was.
  let answer: String
  let appliedAt: String
  let movedAt: String
  let revision: Int
  @OrNull var merchant: String?

  init(_ application: MerchantApplication) {
    id = application.id.description
    name = application.name
    slug = application.slug.rawValue
    contact = application.contact
    phone = application.phone
    email = application.email
    goods = application.goods
    licence = application.licence
    hasPicture = application.licencePicture != nil
    language = application.language.rawValue
    state = application.state.rawValue
    answer = application.answer
    appliedAt = application.appliedAt.description
    movedAt = application.movedAt.description
    revision = application.revision
    _merchant = OrNull(wrappedValue: application.merchant?.description)
  }
}
