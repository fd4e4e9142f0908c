import Files
import Merchants
import Values

/// What somebody does who asks to sell here, without an account: apply, say more when asked, withdraw. Who has the letter
/// has the application.
public struct ApplyToSell: Sendable {
  /// How long a letter may stay unopened.
  private static let daysUnconfirmed = 3
  /// How long the picture of a licence is kept when there is nothing to decide any more.
  private static let daysKept = 90
  private static let batch = 100

  private let contexts: Contexts
  private let papers: any FileStore
  private var merchants: any MerchantService { contexts.merchants }

  /// - Parameter papers: keeps the pictures of licences, which no address shows.
  public init(_ contexts: Contexts, papers: any FileStore) {
    self.contexts = contexts
    self.papers = papers
  }

  /// Nothing is kept of what is refused. The way to the application is in the letter alone. Throws `FieldFaults`,
  /// `MerchantRefusal.alreadyApplied` and `.tooManyApplications`.
  /// - Parameter licence: a picture of the business licence, as it was sent.
  public func apply(_ draft: ApplicationDraft, licence: [UInt8]?) async throws {
    try await merchants.expectApplicable(draft, hasPicture: licence != nil, over: nil)
    _ = try await keeping(licence, in: draft, of: nil) { try await merchants.apply($0) }
  }

  /// What the letter leads to; whoever opens it confirms the application. Throws `MerchantRefusal.unknownApplication`
  /// unless the key is the application's.
  public func application(_ id: MerchantApplicationID, key: ApplicationKey) async throws -> MerchantApplication {
    guard let application = try await merchants.application(id), application.key == key else {
      throw MerchantRefusal.unknownApplication
    }
    guard application.state == .unconfirmed else { return application }
    return try await merchants.confirm(id)
  }

  /// Throws `FieldFaults`, and `MerchantRefusal.applicationDecided` unless more was asked for.
  /// - Parameter licence: nil leaves the picture as it is.
  public func amend(
    _ application: MerchantApplication, _ draft: ApplicationDraft, licence: [UInt8]?
  ) async throws -> MerchantApplication {
    try await merchants.expectApplicable(draft, hasPicture: licence != nil, over: application.id)
    let amended = try await keeping(licence, in: draft, of: application) {
      try await merchants.amend(application.id, $0)
    }
    if amended.licencePicture != application.licencePicture {
      try await drop(application.licencePicture, besides: application.id)
    }
    return amended
  }

  public func withdraw(_ application: MerchantApplication) async throws {
    _ = try await merchants.withdraw(application.id)
  }

  /// Forgets applications that nobody confirmed in three days, and pictures of licences 90 days after there was nothing to
  /// decide any more.
  public func forgetOld(now: Timestamp) async throws {
    while true {
      let found = try await merchants.forgettableApplications(
        unconfirmedBefore: now.adding(.days(-Self.daysUnconfirmed)), overBefore: now.adding(.days(-Self.daysKept)),
        limit: Self.batch)
      for application in found {
        // The picture goes first: what is broken off here is found again.
        try await drop(application.licencePicture, besides: application.id)
        try await merchants.forgetApplication(application.id)
      }
      if found.count < Self.batch { return }
      try Task.checkCancellation()
    }
  }

  /// - Parameter known: the application whose picture it takes the place of.
  private func keeping(
    _ licence: [UInt8]?, in draft: ApplicationDraft, of known: MerchantApplication?,
    _ act: (ApplicationDraft) async throws -> MerchantApplication
  ) async throws -> MerchantApplication {
    guard let licence else { return try await act(draft) }
    var draft = draft
    draft.licencePicture = try await papers.keepPicture(licence, sentAs: "licencePicture")
    do {
      return try await act(draft)
    } catch let refusal as any Refusal {
      // Somebody else was quicker since it was looked at.
      if draft.licencePicture != known?.licencePicture { try await drop(draft.licencePicture, besides: known?.id) }
      throw refusal
    }
  }

  /// Equal pictures are one file, which stays while another application has it.
  private func drop(_ picture: FileKey?, besides id: MerchantApplicationID?) async throws {
    guard let picture, try await !merchants.hasLicence(picture, besides: id) else { return }
    try await papers.remove(picture)
  }
}

extension FileStore {
  /// Looks at a picture that was sent and keeps it. Throws `FieldFaults` beside the field for what isn't one or is too large.
  func keepPicture(_ bytes: [UInt8], sentAs field: String) async throws -> FileKey {
    let taken: (bytes: [UInt8], kind: FileKind)
    do { taken = try UploadPolicy.pictures.taken(bytes) } catch { throw error.beside(field) }
    return try await put(taken.bytes, fileExtension: taken.kind.fileExtension)
  }
}
