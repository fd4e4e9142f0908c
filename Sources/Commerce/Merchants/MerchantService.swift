import Values

/// Who sells, and who asks to. Products, stock, orders and staff belong to a merchant from the first day.
public protocol MerchantService: Sendable {
  /// By the platform's own hand. Tells `MerchantChanged`. Throws `FieldFaults`, and `MerchantRefusal.slugTaken`.
  func open(_ draft: MerchantDraft) async throws -> Merchant
  func merchant(_ id: MerchantID) async throws -> Merchant?
  func merchant(slug: Slug) async throws -> Merchant?
  /// All merchants in every state, the oldest first. Kept in memory.
  func merchants() async throws -> [Merchant]

  /// What it says of itself. Equal words change nothing. Tells `MerchantChanged`. Throws `FieldFaults`, `.unknownMerchant`,
  /// and `.merchantChanged` unless the version is the one that stands.
  func revise(_ id: MerchantID, _ profile: MerchantProfile, version: Int, by actor: Actor) async throws -> Merchant
  /// Suspends, reinstates or closes. Tells `MerchantMoved`. Throws `FieldFaults` for `reason` (1…500 characters, needed
  /// unless it opens), `.unknownMerchant` and `.wrongMerchantState`.
  func move(_ id: MerchantID, to state: MerchantState, reason: String, by actor: Actor) async throws -> Merchant

  // MARK: Applications

  /// Whether what was typed would be taken, before anything is kept of it. Throws as `apply`, or as `amend`.
  /// - Parameters:
  ///   - hasPicture: whether a picture of the licence came along.
  ///   - amended: what it would amend; nil for a new one.
  func expectApplicable(_ draft: ApplicationDraft, hasPicture: Bool, over amended: MerchantApplicationID?) async throws
  /// Unconfirmed until its letter is opened. Tells `ApplicationMoved`, as do those that follow. Throws `FieldFaults` (also
  /// for a `slug` that is taken), `.alreadyApplied` and `.tooManyApplications`.
  func apply(_ draft: ApplicationDraft) async throws -> MerchantApplication
  func application(_ id: MerchantApplicationID) async throws -> MerchantApplication?
  /// Its letter was opened, so it waits from now on; one that was confirmed before stays as it is. Throws
  /// `.unknownApplication`.
  func confirm(_ id: MerchantApplicationID) async throws -> MerchantApplication
  /// Those that wait longest first, where only open ones are asked for; else the newest first.
  func applications(
    _ states: Set<MerchantApplication.State>, _ page: PageRequest
  ) async throws -> Page<MerchantApplication>
  /// Kept in memory.
  func applicationCounts() async throws -> [MerchantApplication.State: Int]
  /// By whoever applied and was asked for more; it waits again. The address for mail stays. Throws as `apply`,
  /// `.unknownApplication`, and `.applicationDecided` unless it was asked for.
  func amend(_ id: MerchantApplicationID, _ draft: ApplicationDraft) async throws -> MerchantApplication
  /// By whoever applied. Throws `.unknownApplication` and `.applicationDecided`.
  func withdraw(_ id: MerchantApplicationID) async throws -> MerchantApplication
  /// Asks for more. Throws `FieldFaults` for `answer` (1…1000 characters), `.unknownApplication`, `.applicationDecided`.
  func ask(_ id: MerchantApplicationID, _ answer: String, by actor: Actor) async throws -> MerchantApplication
  /// Throws as `ask`.
  func reject(_ id: MerchantApplicationID, _ answer: String, by actor: Actor) async throws -> MerchantApplication
  /// Opens the merchant: one, whoever else approves at the same moment. Tells `MerchantAdmitted` and `MerchantChanged`
  /// besides. What shoppers may write to is for the merchant to say. Throws `FieldFaults` for `slug`, `.slugTaken`, `.unknownApplication`, `.applicationDecided`.
  /// - Parameter slug: its short name in addresses.
  func admit(_ id: MerchantApplicationID, as slug: String, by actor: Actor) async throws -> Merchant

  // MARK: Forgetting

  /// Those of which there is something to forget, the oldest first: applied for before the one time and never confirmed,
  /// or over since before the other and with a picture still.
  /// - Parameter limit: 1…500.
  func forgettableApplications(
    unconfirmedBefore: Timestamp, overBefore: Timestamp, limit: Int
  ) async throws -> [MerchantApplication]
  /// Forgets an unconfirmed application as a whole, and of one that is over the picture. Others stay as they are.
  func forgetApplication(_ id: MerchantApplicationID) async throws
  /// Whether an application has this picture of a licence.
  /// - Parameter id: one that isn't asked.
  func hasLicence(_ picture: FileKey, besides id: MerchantApplicationID?) async throws -> Bool
  /// Those of these files, up to 100, that are shown here as logos.
  func shown(among files: [FileKey]) async throws -> Set<FileKey>
}

extension MerchantService {
  /// Those whose goods are for sale, the oldest first.
  public func openMerchants() async throws -> [Merchant] { try await merchants().filter(\.isOpen) }
}
