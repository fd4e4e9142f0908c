import Accounts
import Catalog
import Files
import Merchants
import Orders
import Values

/// What staff of the platform do with who sells here and who asks to: admit, suspend, close; and what a merchant's own
/// staff say of it.
public struct WorkMerchants: Sendable {
  private let contexts: Contexts
  private let files: any FileStore
  private let papers: any FileStore
  private var merchants: any MerchantService { contexts.merchants }

  /// - Parameters:
  ///   - files: keep logos.
  ///   - papers: keeps the pictures of licences.
  public init(_ contexts: Contexts, files: any FileStore, papers: any FileStore) {
    self.contexts = contexts
    self.files = files
    self.papers = papers
  }

  public static func opens(to staff: Staff) -> Bool { staff.merchant == nil && staff.rights.contains(.merchantsEdit) }

  /// Whether the staff may change what their merchant says of itself.
  public static func opensProfile(to staff: Staff) -> Bool {
    staff.merchant != nil && staff.rights.contains(.settingsEdit)
  }

  /// Throws `StaffRefusal.notAllowed`.
  public func expect(_ staff: Staff) throws {
    guard Self.opens(to: staff) else { throw StaffRefusal.notAllowed(.merchantsEdit) }
  }

  // MARK: Applications

  public func applications(
    _ states: Set<MerchantApplication.State>, _ page: PageRequest, for staff: Staff
  ) async throws -> Page<MerchantApplication> {
    try expect(staff)
    // As long as nobody has opened its letter, it isn't anybody's to see.
    return try await merchants.applications(states.subtracting([.unconfirmed]), page)
  }

  public func counts(for staff: Staff) async throws -> [MerchantApplication.State: Int] {
    try expect(staff)
    return try await merchants.applicationCounts()
  }

  /// Throws `MerchantRefusal.unknownApplication`.
  public func application(_ id: MerchantApplicationID, for staff: Staff) async throws -> MerchantApplication {
    try expect(staff)
    // As long as nobody has opened its letter, it isn't anybody's to decide.
    guard let application = try await merchants.application(id), application.state != .unconfirmed else {
      throw MerchantRefusal.unknownApplication
    }
    return application
  }

  /// The picture of the licence.
  public func licence(of id: MerchantApplicationID, for staff: Staff) async throws -> ShownPicture {
    guard let file = try await application(id, for: staff).licencePicture, let bytes = try await papers.read(file)
    else {
      throw MerchantRefusal.unknownApplication
    }
    return ShownPicture(bytes, of: file)
  }

  public func ask(_ id: MerchantApplicationID, _ answer: String, by staff: Staff) async throws {
    try expect(staff)
    _ = try await merchants.ask(id, answer, by: .staff(staff.id))
  }

  public func reject(_ id: MerchantApplicationID, _ answer: String, by staff: Staff) async throws {
    try expect(staff)
    _ = try await merchants.reject(id, answer, by: .staff(staff.id))
  }

  /// Opens the merchant; what it needs besides comes with `MerchantAdmitted`. Throws as `MerchantService.admit`, and
  /// `AdmitRefusal` for an applicant who couldn't log in.
  public func admit(_ id: MerchantApplicationID, as slug: String, by staff: Staff) async throws -> Merchant {
    let application = try await application(id, for: staff)
    if MerchantApplication.State.open.contains(application.state),
      try await contexts.staff.member(email: application.email) != nil
    {
      throw AdmitRefusal.applicantWorksElsewhere
    }
    return try await merchants.admit(id, as: slug, by: .staff(staff.id))
  }

  // MARK: Merchants

  /// All there are, the oldest first.
  public func all(for staff: Staff) async throws -> [Merchant] {
    try expect(staff)
    return try await merchants.merchants()
  }

  /// Throws `MerchantRefusal.unknownMerchant`.
  public func merchant(_ id: MerchantID, for staff: Staff) async throws -> Merchant {
    try expect(staff)
    guard let merchant = try await merchants.merchant(id) else { throw MerchantRefusal.unknownMerchant }
    return merchant
  }

  /// Whether anybody can log in for it.
  public func hasStaff(_ id: MerchantID, for staff: Staff) async throws -> Bool {
    try expect(staff)
    return try await contexts.staff.members(of: id, PageRequest(limit: 1)).items.contains { $0.isActive }
  }

  /// Of all of them, in two statements.
  public func figures(of ids: [MerchantID], for staff: Staff) async throws -> [MerchantID: MerchantFigures] {
    try expect(staff)
    let products = try await contexts.catalog.productCounts(of: ids)
    let waiting = try await contexts.orders.waiting(of: ids)
    return Dictionary(
      ids.map { ($0, MerchantFigures(products: products[$0] ?? 0, waiting: waiting[$0] ?? 0)) },
      uniquingKeysWith: { first, _ in first })
  }

  /// Suspends, reinstates or closes. The goods are gone from the shop, or back, when this answers; running orders go on.
  /// Throws as `MerchantService.move`.
  public func move(
    _ id: MerchantID, to state: MerchantState, reason: String, by staff: Staff
  ) async throws -> Merchant {
    try expect(staff)
    let moved = try await merchants.move(id, to: state, reason: reason, by: .staff(staff.id))
    try await contexts.catalog.withhold(id, !moved.isOpen, version: moved.version)
    return moved
  }

  // MARK: What a merchant says of itself

  /// The staff's own merchant, or the one that staff of the platform name. Throws `MerchantRefusal.unknownMerchant` for
  /// another's.
  public func profiled(_ id: MerchantID?, for staff: Staff) async throws -> Merchant {
    if staff.merchant == nil { try expect(staff) } else { try staff.require(.settingsEdit) }
    guard let asked = id ?? staff.merchant, staff.merchant == nil || staff.merchant == asked,
      let merchant = try await merchants.merchant(asked)
    else { throw MerchantRefusal.unknownMerchant }
    return merchant
  }

  /// - Parameter logo: a new one, as it was sent; nil leaves the profile's.
  public func revise(
    _ id: MerchantID, _ profile: MerchantProfile, logo: [UInt8]?, version: Int, by staff: Staff
  ) async throws -> Merchant {
    var profile = profile
    _ = try await profiled(id, for: staff)
    if let logo { profile.logo = try await files.keepPicture(logo, sentAs: "logo") }
    return try await merchants.revise(id, profile, version: version, by: .staff(staff.id))
  }
}

/// How much there is at a merchant.
public struct MerchantFigures: Hashable, Sendable {
  public let products: Int
  /// Paid orders that wait for its staff.
  public let waiting: Int

  public init(products: Int, waiting: Int) {
    self.products = products
    self.waiting = waiting
  }
}

public enum AdmitRefusal: Refusal, Hashable {
  /// The address for mail is the log-in of somebody who works here already.
  case applicantWorksElsewhere

  public var code: String { "applicantWorksElsewhere" }
}

extension Contexts {
  /// For whoever puts goods on sale: a merchant whose goods are withheld puts none on sale. Throws
  /// `MerchantRefusal.merchantNotOpen` and `.unknownMerchant`.
  public func expectOpen(_ id: MerchantID) async throws {
    guard let merchant = try await merchants.merchant(id) else { throw MerchantRefusal.unknownMerchant }
    guard merchant.isOpen else { throw MerchantRefusal.merchantNotOpen }
  }
}
