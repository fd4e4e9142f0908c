import Values

/// What the shop says of itself: pages, articles and announcements, banners, menus, and the pictures in them. All of it is the
/// platform's. Every change is by someone, who is kept with it.
public protocol ContentService: Sendable {
  // MARK: What visitors see

  /// What stands around and on pages at this moment. Kept in memory, so that every page may ask.
  func shown() async throws -> ShownContent
  /// An entry that is published and whose time it is; nil for any other.
  func published(_ kind: EntryKind, _ slug: Slug) async throws -> PublishedEntry?
  /// Those of a kind that visitors see now, the newest first, without their bodies.
  func published(_ kind: EntryKind, _ page: PageRequest) async throws -> Page<PublishedEntry>

  // MARK: Entries

  /// Those that were changed last come first.
  func entries(_ filter: EntryFilter, _ page: PageRequest) async throws -> Page<Entry>
  /// As it was saved last, whether visitors see that or not.
  func entry(_ id: EntryID) async throws -> Entry?
  func entry(_ kind: EntryKind, _ slug: Slug) async throws -> Entry?
  /// Begins an entry. An empty slug is made of the title.
  /// - Parameter publishes: whether visitors see it, from its time on; throws more `FieldFaults` then.
  /// Throws `FieldFaults`, `ContentRefusal.tooMuchContent`. Tells `EntryPublished` when it publishes.
  func begin(_ draft: EntryDraft, _ kind: EntryKind, publishes: Bool, by actor: Actor) async throws -> Entry
  /// Saves another version; what visitors see changes when one is published. An empty slug leaves it as it is.
  /// - Parameter version: the one that was edited. Throws `ContentRefusal.contentChanged` when there is a later one.
  func save(_ draft: EntryDraft, over id: EntryID, version: Int, publishes: Bool, by actor: Actor) async throws -> Entry
  /// Makes what an older version said the newest version, with the schedule of the one before; publishes nothing.
  func restore(_ number: Int, of id: EntryID, version: Int, by actor: Actor) async throws -> Entry
  /// Takes it away from visitors; it can be published again. Throws `ContentRefusal.notPublished`. Tells `EntryWithdrawn`.
  func withdraw(_ id: EntryID, by actor: Actor) async throws -> Entry
  /// For good. Throws `ContentRefusal.stillPublished`.
  func remove(_ id: EntryID, by actor: Actor) async throws
  /// The last 20 and the one that visitors see, the newest first.
  func revisions(of id: EntryID) async throws -> [EntryRevision]
  func revision(_ number: Int, of id: EntryID) async throws -> EntryRevision?

  // MARK: Previews

  /// What opens the preview of one subject to whoever has it, until the moment. It can't be made or changed elsewhere.
  func previewPass(for subject: PreviewSubject, until: Timestamp) async throws -> String
  /// The same, noted as what staff did: whoever has it sees what others don't.
  /// - Parameters:
  ///   - name: what people call the subject.
  ///   - merchant: whose it is; nil for the platform's.
  func handOutPreview(
    of subject: PreviewSubject, named name: String, of merchant: MerchantID?, until: Timestamp, by actor: Actor
  ) async throws -> String
  /// False for one of another subject, one whose time is over, and anything else.
  func accepts(previewPass text: String, for subject: PreviewSubject) async throws -> Bool
  /// Nothing that was made until now is accepted any more, of any subject.
  func endPreviews(by actor: Actor) async throws

  // MARK: Banners

  /// All of them, by place and in their order.
  func banners() async throws -> [Banner]
  func banner(_ id: BannerID) async throws -> Banner?
  /// Puts a banner behind those of its place. Throws `FieldFaults`. Tells `BannersChanged`, as do the other changes.
  func add(_ draft: BannerDraft, by actor: Actor) async throws -> Banner
  /// Throws `FieldFaults`, `ContentRefusal.contentChanged` when it was changed since this version.
  func change(_ id: BannerID, to draft: BannerDraft, version: Int, by actor: Actor) async throws -> Banner
  func remove(_ id: BannerID, by actor: Actor) async throws
  /// Those named first, in this order; those left out keep theirs behind them.
  func arrange(_ order: [BannerID], in place: BannerPlace, by actor: Actor) async throws

  // MARK: Menus

  func menu(_ place: MenuPlace) async throws -> Menu
  /// Replaces the whole menu. Throws `FieldFaults` whose fields end with the line's index, counted from 0: `titleEn.0`;
  /// `ContentRefusal.contentChanged`. Tells `MenuChanged`.
  func save(_ lines: [MenuLine], as place: MenuPlace, version: Int, by actor: Actor) async throws -> Menu

  // MARK: Pictures

  /// The newest first.
  func pictures(_ page: PageRequest) async throws -> Page<ContentPicture>
  func picture(_ file: FileKey) async throws -> ContentPicture?
  /// Keeps stored bytes for use in content; the same bytes again change what is said of them.
  func add(_ file: FileKey, alternative: LocalizedText, by actor: Actor) async throws -> ContentPicture
  /// Those of these files, up to 100, that are shown here as pictures for content, whether any shows them now or not.
  func shown(among files: [FileKey]) async throws -> Set<FileKey>
}
