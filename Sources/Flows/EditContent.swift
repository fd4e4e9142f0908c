import Accounts
import Content
import Files
import Values

/// What staff do with the shop's own words and pictures. They are the platform's: staff of a merchant don't touch them.
public struct EditContent: Sendable {
  private let contexts: Contexts
  private let files: any FileStore
  private var content: any ContentService { contexts.content }

  public init(_ contexts: Contexts, files: any FileStore) {
    self.contexts = contexts
    self.files = files
  }

  public static func opens(to staff: Staff) -> Bool { staff.merchant == nil && staff.rights.contains(.contentEdit) }

  /// Throws `StaffRefusal.notAllowed`.
  public func expect(_ staff: Staff) throws {
    guard Self.opens(to: staff) else { throw StaffRefusal.notAllowed(.contentEdit) }
  }

  // MARK: Entries

  public func entries(_ filter: EntryFilter, _ page: PageRequest, for staff: Staff) async throws -> Page<Entry> {
    try expect(staff)
    return try await content.entries(filter, page)
  }

  /// Throws `ContentRefusal.unknownContent`.
  public func entry(_ id: EntryID, for staff: Staff) async throws -> Entry {
    try expect(staff)
    guard let entry = try await content.entry(id) else { throw ContentRefusal.unknownContent }
    return entry
  }

  public func begin(_ draft: EntryDraft, _ kind: EntryKind, publishes: Bool, by staff: Staff) async throws -> Entry {
    try expect(staff)
    try await expectPicture(draft.text.picture)
    return try await content.begin(draft, kind, publishes: publishes, by: .staff(staff.id))
  }

  public func save(
    _ draft: EntryDraft, over id: EntryID, version: Int, publishes: Bool, by staff: Staff
  ) async throws -> Entry {
    try expect(staff)
    try await expectPicture(draft.text.picture)
    return try await content.save(draft, over: id, version: version, publishes: publishes, by: .staff(staff.id))
  }

  public func restore(_ number: Int, of id: EntryID, version: Int, by staff: Staff) async throws -> Entry {
    try expect(staff)
    return try await content.restore(number, of: id, version: version, by: .staff(staff.id))
  }

  public func withdraw(_ id: EntryID, by staff: Staff) async throws -> Entry {
    try expect(staff)
    return try await content.withdraw(id, by: .staff(staff.id))
  }

  public func remove(_ id: EntryID, by staff: Staff) async throws {
    try expect(staff)
    try await content.remove(id, by: .staff(staff.id))
  }

  /// Each with the name of who saved it; nil for the shop itself and those who are gone.
  public func revisions(of id: EntryID, for staff: Staff) async throws -> [(revision: EntryRevision, name: String?)] {
    try expect(staff)
    let revisions = try await content.revisions(of: id)
    let authors = revisions.compactMap { revision -> StaffID? in
      if case .staff(let author) = revision.savedBy { author } else { nil }
    }
    let names = try await contexts.staff.names(of: authors)
    return revisions.map { revision in
      guard case .staff(let author) = revision.savedBy else { return (revision, nil) }
      return (revision, names[author])
    }
  }

  public func revision(_ number: Int, of id: EntryID, for staff: Staff) async throws -> EntryRevision {
    try expect(staff)
    guard let revision = try await content.revision(number, of: id) else { throw ContentRefusal.unknownContent }
    return revision
  }

  // MARK: Banners and menus

  public func banners(for staff: Staff) async throws -> [Banner] {
    try expect(staff)
    return try await content.banners()
  }

  /// Throws `ContentRefusal.unknownContent`.
  public func banner(_ id: BannerID, for staff: Staff) async throws -> Banner {
    try expect(staff)
    guard let banner = try await content.banner(id) else { throw ContentRefusal.unknownContent }
    return banner
  }

  public func add(_ draft: BannerDraft, by staff: Staff) async throws -> Banner {
    try expect(staff)
    try await expectPictures(of: draft)
    return try await content.add(draft, by: .staff(staff.id))
  }

  public func change(_ id: BannerID, to draft: BannerDraft, version: Int, by staff: Staff) async throws -> Banner {
    try expect(staff)
    try await expectPictures(of: draft)
    return try await content.change(id, to: draft, version: version, by: .staff(staff.id))
  }

  public func remove(_ id: BannerID, by staff: Staff) async throws {
    try expect(staff)
    try await content.remove(id, by: .staff(staff.id))
  }

  public func arrange(_ order: [BannerID], in place: BannerPlace, by staff: Staff) async throws {
    try expect(staff)
    try await content.arrange(order, in: place, by: .staff(staff.id))
  }

  public func menu(_ place: MenuPlace, for staff: Staff) async throws -> Menu {
    try expect(staff)
    return try await content.menu(place)
  }

  public func save(
    _ lines: [MenuLine], as place: MenuPlace, version: Int, by staff: Staff
  ) async throws -> Menu {
    try expect(staff)
    return try await content.save(lines, as: place, version: version, by: .staff(staff.id))
  }

  // MARK: Pictures

  public func pictures(_ page: PageRequest, for staff: Staff) async throws -> Page<ContentPicture> {
    try expect(staff)
    return try await content.pictures(page)
  }

  /// Keeps a picture that was sent. Throws `PictureRefusal` for what isn't one or is too large.
  public func add(
    _ bytes: [UInt8], alternative: LocalizedText, by staff: Staff
  ) async throws -> ContentPicture {
    try expect(staff)
    let (clean, kind) = try UploadPolicy.pictures.taken(bytes)
    let file = try await files.put(clean, fileExtension: kind.fileExtension)
    return try await content.add(file, alternative: alternative, by: .staff(staff.id))
  }

  /// Content shows pictures that were added to it alone. Throws `FieldFaults` beside the field.
  private func expectPicture(_ file: FileKey?, _ field: String = "picture") async throws {
    guard let file else { return }
    guard try await content.picture(file) != nil else { throw FieldFaults(field: field, code: "unknown") }
  }

  private func expectPictures(of draft: BannerDraft) async throws {
    try await expectPicture(draft.picture)
    try await expectPicture(draft.picturePhone, "picturePhone")
  }
}
