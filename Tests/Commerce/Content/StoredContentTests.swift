import Content
import Events
import Storage
import TestKit
import Testing
import Values

/// What visitors see when, and what stays of what was saved.
@Suite struct StoredContentTests {
  private let store: TestStore
  private let content: StoredContent

  init() async throws {
    store = try await TestStore(StoredContent.migrations)
    content = Self.content(in: store)
  }

  private static func content(in store: TestStore) -> StoredContent {
    StoredContent(database: store.database, outbox: store.outbox, ids: store.ids, clock: store.clock.clock)
  }

  private static let mei = Actor.staff(StaffID(raw: 7))

  private func draft(
    _ title: String = "About us", _ body: String = "<p>Hello</p>", from: Timestamp? = nil, until: Timestamp? = nil,
    slug: String = ""
  ) -> EntryDraft {
    EntryDraft(
      slug: slug,
      text: EntryText(title: LocalizedText(en: title), body: LocalizedText(en: body), from: from, until: until))
  }

  private func faults(_ body: () async throws -> Void) async -> [String] {
    do {
      try await body()
      return []
    } catch let faults as FieldFaults {
      return faults.faults.map { "\($0.field) \($0.code)" }
    } catch {
      return ["\(error)"]
    }
  }

  // MARK: Previews

  @Test func `a pass opens its own subject alone, until its time is over, whichever process made it`() async throws {
    let (entry, product) = (PreviewSubject.entry(EntryID(raw: 7)), PreviewSubject.product(ProductID(raw: 7)))
    #expect(try await !content.accepts(previewPass: "1-00", for: entry))
    let until = store.clock.now.adding(.days(7))
    let pass = try await content.previewPass(for: entry, until: until)
    let other = Self.content(in: store)
    #expect(try await other.previewPass(for: entry, until: until) == pass)
    #expect(try await other.accepts(previewPass: pass, for: entry))
    for subject in [product, .entry(EntryID(raw: 8))] {
      #expect(try await !content.accepts(previewPass: pass, for: subject))
    }
    let later = try await content.previewPass(for: entry, until: until.adding(.days(1)))
    let parts = (pass.split(separator: "-"), later.split(separator: "-"))
    for forged in ["", "-", pass + "0", "\(parts.1[0])-\(parts.0[1])", String(pass.dropLast()), pass.uppercased()]
    where forged != pass {
      #expect(try await !content.accepts(previewPass: forged, for: entry), "\(forged)")
    }
    store.clock.advance(by: .days(7) - .seconds(2))
    #expect(try await content.accepts(previewPass: pass, for: entry))
    store.clock.advance(by: .seconds(2))
    #expect(try await !content.accepts(previewPass: pass, for: entry))
    #expect(try await content.accepts(previewPass: later, for: entry))
  }

  // MARK: Entries

  // req: 3.1.1-3
  @Test func `a draft is seen by nobody until it is published, and what is saved then waits for the next publishing`()
    async throws
  {
    let slug = try #require(Slug(rawValue: "about-us"))
    let draft = try await content.begin(self.draft(), .page, publishes: false, by: Self.mei)
    #expect(draft.slug == slug)
    #expect(try await content.published(.page, slug) == nil)
    #expect(try await store.toldEvents().isEmpty)

    let shown = try await content.save(
      self.draft("About", "<p>Hello</p><script>x</script>"), over: draft.id, version: 1, publishes: true, by: Self.mei)
    #expect(shown.state == .published)
    #expect(try await content.published(.page, slug)?.text.body.en == "<p>Hello</p>")
    #expect(try await content.published(.article, slug) == nil)
    #expect(try await store.toldEvents().map(\.name) == [EntryPublished.name])

    let saved = try await content.save(
      self.draft("New name"), over: draft.id, version: 2, publishes: false, by: Self.mei)
    #expect(saved.hasUnseenChanges)
    #expect(try await content.published(.page, slug)?.text.title.en == "About")
    #expect(try await content.entry(draft.id)?.text.title.en == "New name")
    _ = try await content.save(self.draft("New name"), over: draft.id, version: 3, publishes: true, by: Self.mei)
    #expect(try await content.published(.page, slug)?.text.title.en == "New name")

    let withdrawn = try await content.withdraw(draft.id, by: Self.mei)
    #expect(withdrawn.phase(at: store.clock.now) == .withdrawn)
    #expect(try await content.published(.page, slug) == nil)
    await #expect(throws: ContentRefusal.notPublished) { try await content.withdraw(draft.id, by: Self.mei) }
    try await content.remove(draft.id, by: Self.mei)
    #expect(try await content.entry(draft.id) == nil)
    #expect(try await content.revisions(of: draft.id).isEmpty)
    await #expect(throws: ContentRefusal.unknownContent) { try await content.remove(draft.id, by: Self.mei) }
  }

  @Test func `an entry is seen from its moment on and until it is over, without anyone doing anything`() async throws {
    let now = store.clock.now
    let entry = try await content.begin(
      draft(from: now.adding(.hours(1)), until: now.adding(.hours(3))), .article, publishes: true, by: Self.mei)
    func seen() async throws -> [Bool] {
      [
        try await content.published(.article, entry.slug) != nil,
        try await content.published(.article, PageRequest()).items.count == 1,
      ]
    }
    #expect(try await seen() == [false, false])
    #expect(entry.phase(at: store.clock.now) == .scheduled)
    store.clock.advance(by: .hours(1))
    #expect(try await seen() == [true, true])
    store.clock.advance(by: .minutes(119))
    #expect(try await seen() == [true, true])
    store.clock.advance(by: .minutes(1))
    #expect(try await seen() == [false, false])
    #expect(entry.phase(at: store.clock.now) == .ended)
  }

  @Test func `what is published again keeps the date on which it came out`() async throws {
    let entry = try await content.begin(draft(), .article, publishes: true, by: Self.mei)
    let cameOut = store.clock.now
    store.clock.advance(by: .days(3))
    let later = try await content.save(draft("Mended"), over: entry.id, version: 1, publishes: true, by: Self.mei)
    #expect(later.shownFrom == cameOut)
    #expect(try await content.published(.article, entry.slug)?.text.title.en == "Mended")
  }

  @Test func `of many who save the same version at once one is kept, and the others are told`() async throws {
    let entry = try await content.begin(draft(), .page, publishes: true, by: Self.mei)
    let outcomes = try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 1...12 {
        group.addTask {
          do {
            _ = try await content.save(
              draft("Take \(number)"), over: entry.id, version: 1, publishes: true, by: Self.mei)
            return true
          } catch ContentRefusal.contentChanged {
            return false
          }
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes.count { $0 } == 1)
    #expect(try await content.entry(entry.id)?.version == 2)
    #expect(try await content.revisions(of: entry.id).map(\.number) == [2, 1])
  }

  @Test func `the last twenty versions stay and the one that is seen, and each can be restored`() async throws {
    var entry = try await content.begin(draft("Take 1", "<p>1</p>"), .page, publishes: true, by: Self.mei)
    for number in 2...30 {
      entry = try await content.save(
        draft("Take \(number)", "<p>\(number)</p>"), over: entry.id, version: number - 1, publishes: false,
        by: Self.mei)
    }
    #expect(try await content.revisions(of: entry.id).map(\.number) == Array((11...30).reversed()) + [1])
    #expect(try await content.published(.page, entry.slug)?.text.body.en == "<p>1</p>")
    let restored = try await content.restore(12, of: entry.id, version: 30, by: Self.mei)
    #expect(restored.version == 31)
    #expect(restored.text.title.en == "Take 12")
    #expect(try await content.published(.page, entry.slug)?.text.title.en == "Take 1")
    await #expect(throws: ContentRefusal.contentChanged) {
      try await content.restore(13, of: entry.id, version: 30, by: Self.mei)
    }
    await #expect(throws: ContentRefusal.unknownContent) {
      try await content.restore(2, of: entry.id, version: 31, by: Self.mei)
    }
    await #expect(throws: ContentRefusal.stillPublished) { try await content.remove(entry.id, by: Self.mei) }
  }

  @Test func `addresses differ within a kind, are made of the title, and stay once published`() async throws {
    let first = try await content.begin(draft(), .page, publishes: true, by: Self.mei)
    let second = try await content.begin(draft(), .page, publishes: false, by: Self.mei)
    let article = try await content.begin(draft(), .article, publishes: false, by: Self.mei)
    #expect([first, second, article].map(\.slug.rawValue) == ["about-us", "about-us-2", "about-us"])
    let nameless = try await content.begin(draft("!!!"), .page, publishes: false, by: Self.mei)
    #expect(!nameless.slug.rawValue.isEmpty)
    let taken = await faults {
      _ = try await content.begin(draft(slug: "about-us"), .page, publishes: false, by: Self.mei)
    }
    #expect(taken == ["slug taken"])
    let moved = try await content.save(
      draft(slug: "story"), over: second.id, version: 1, publishes: false, by: Self.mei)
    #expect(moved.slug.rawValue == "story")
    let fixed = await faults {
      _ = try await content.save(draft(slug: "other"), over: first.id, version: 1, publishes: false, by: Self.mei)
    }
    #expect(fixed == ["slug fixed"])
    for slug in ["a b", "a/b", "é.", "..", String(repeating: "a", count: 101)] {
      let refused = await faults {
        _ = try await content.begin(draft(slug: slug), .page, publishes: false, by: Self.mei)
      }
      #expect(refused.count == 1 && refused[0].hasPrefix("slug "), "\(slug): \(refused)")
    }
  }

  @Test func `many who begin with one title at once get an address each`() async throws {
    let slugs = try await withThrowingTaskGroup(of: Slug.self) { group in
      for _ in 1...8 {
        group.addTask { try await content.begin(draft(), .page, publishes: false, by: Self.mei).slug }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(Set(slugs).count == 8)
  }

  @Test func `what can't be an entry is refused beside its field`() async throws {
    let now = store.clock.now
    let long = String(repeating: "x", count: 30_001)
    let bad: [(EntryDraft, Bool, [String])] = [
      (draft(""), false, ["titleEn missing"]), (draft(String(repeating: "x", count: 121)), false, ["titleEn tooLong"]),
      (draft("\u{202E}tset"), false, ["titleEn unprintable"]), (draft("A", long), false, ["bodyEn tooLong"]),
      (draft("A", "<p> </p>"), true, ["bodyEn missing"]),
      (draft(from: now, until: now), false, ["from rangeReversed"]),
      (draft(until: now), true, ["until past"]),
    ]
    for (draft, publishes, wanted) in bad {
      let refused = await faults { _ = try await content.begin(draft, .page, publishes: publishes, by: Self.mei) }
      #expect(refused == wanted)
    }
    #expect(try await content.entries(EntryFilter(kind: .page), PageRequest()).items.isEmpty)
    #expect(try await store.toldEvents().isEmpty)
  }

  @Test func `lists go on where they stopped, and find a part of a title in either language`() async throws {
    for number in 1...5 {
      let text = EntryText(
        title: LocalizedText(en: "Story \(number)", zhHans: "故事\(number)"), body: LocalizedText(en: "<p>x</p>"))
      _ = try await content.begin(EntryDraft(text: text), .article, publishes: number != 3, by: Self.mei)
      store.clock.advance(by: .minutes(1))
    }
    var titles: [String] = []
    var after: Cursor?
    repeat {
      let page = try await content.published(.article, PageRequest(limit: 2, after: after))
      titles += page.items.map(\.text.title.en)
      after = page.next
    } while after != nil
    #expect(titles == ["Story 5", "Story 4", "Story 2", "Story 1"])
    func found(_ filter: EntryFilter) async throws -> [String] {
      try await content.entries(filter, PageRequest()).items.map(\.text.title.en)
    }
    #expect(try await found(EntryFilter(kind: .article, title: "故事4")) == ["Story 4"])
    #expect(try await found(EntryFilter(kind: .article, title: "sToRy 2")) == ["Story 2"])
    #expect(try await found(EntryFilter(kind: .article, title: "%")) == [])
    #expect(try await found(EntryFilter(kind: .article, state: .draft)) == ["Story 3"])
    #expect(try await found(EntryFilter(kind: .page)) == [])
  }

  // MARK: What stands around pages

  @Test func `announcements and banners begin and end by the clock, and the mark tells`() async throws {
    let now = store.clock.now
    _ = try await content.begin(
      draft("Sale", "", from: now.adding(.hours(1)), until: now.adding(.hours(2))), .announcement, publishes: true,
      by: Self.mei)
    _ = try await content.add(banner("Tea", until: now.adding(.hours(1))), by: Self.mei)
    _ = try await content.add(banner("Off", isOn: false), by: Self.mei)
    func shown() async throws -> ([String], [String], Int) {
      let shown = try await content.shown()
      return (
        shown.announcements.map(\.text.title.en), (shown.banners[.home] ?? []).map(\.title.en), shown.mark
      )
    }
    let first = try await shown()
    #expect(first.0 == [] && first.1 == ["Tea"])
    #expect(try await shown().2 == first.2)
    store.clock.advance(by: .hours(1))
    let second = try await shown()
    #expect(second.0 == ["Sale"] && second.1 == [])
    #expect(second.2 != first.2)
    store.clock.advance(by: .hours(1))
    #expect(try await shown().0 == [])
  }

  @Test func `another program sees what was changed once it is told to forget`() async throws {
    let other = Self.content(in: store)
    #expect(try await other.shown().menus[.footer]?.lines.isEmpty == true)
    let slug = try #require(Slug(rawValue: "about-us"))
    #expect(try await other.published(.page, slug) == nil)
    _ = try await content.save([line("Help", "/help")], as: .footer, version: 0, by: Self.mei)
    let entry = try await content.begin(draft(), .page, publishes: true, by: Self.mei)
    #expect(try await content.shown().menus[.footer]?.lines.count == 1)
    other.forget()
    #expect(try await other.shown().menus[.footer]?.lines.count == 1)
    #expect(try await other.published(.page, entry.slug) != nil)
  }

  // MARK: Banners

  private func banner(
    _ title: String, place: BannerPlace = .home, link: String = "/c/tea", until: Timestamp? = nil, isOn: Bool = true,
    picture: FileKey? = FileKey(rawValue: String(repeating: "0a", count: 32) + ".png")
  ) -> BannerDraft {
    BannerDraft(
      place: place, title: LocalizedText(en: title), link: link, picture: picture, until: until, isOn: isOn)
  }

  @Test func `banners keep their order, go up and down, and move to another place`() async throws {
    var ids: [BannerID] = []
    for title in ["A", "B", "C"] { ids.append(try await content.add(banner(title), by: Self.mei).id) }
    func titles(_ place: BannerPlace) async throws -> [String] {
      try await content.banners().filter { $0.place == place }.map(\.title.en)
    }
    #expect(try await titles(.home) == ["A", "B", "C"])
    try await content.arrange([ids[2], BannerID(raw: 99), ids[0]], in: .home, by: Self.mei)
    #expect(try await titles(.home) == ["C", "A", "B"])
    _ = try await content.change(ids[2], to: banner("C", place: .lists), version: 1, by: Self.mei)
    #expect(try await titles(.home) == ["A", "B"])
    #expect(try await titles(.lists) == ["C"])
    await #expect(throws: ContentRefusal.contentChanged) {
      try await content.change(ids[2], to: banner("D"), version: 1, by: Self.mei)
    }
    try await content.remove(ids[0], by: Self.mei)
    #expect(try await titles(.home) == ["B"])
    await #expect(throws: ContentRefusal.unknownContent) { try await content.remove(ids[0], by: Self.mei) }
  }

  @Test(arguments: [
    "", "tea", "//evil.example", "/\\evil.example", "javascript:alert(1)", "http://x.example", "https://", "/a b",
  ])
  func `a banner leads into the shop or to an https address`(link: String) async throws {
    let refused = await faults { _ = try await content.add(banner("A", link: link), by: Self.mei) }
    #expect(refused == [link.isEmpty ? "link missing" : "link notAnAddress"])
    let pictureless = await faults { _ = try await content.add(banner("A", picture: nil), by: Self.mei) }
    #expect(pictureless == ["picture missing"])
    _ = try await content.add(banner("A", link: "https://x.example/tea"), by: Self.mei)
  }

  @Test func `a place holds so many banners and no more, however many come at once`() async throws {
    for number in 1...20 { _ = try await content.add(banner("\(number)"), by: Self.mei) }
    let added = await withTaskGroup(of: Bool.self) { group in
      for number in 21...32 {
        group.addTask { (try? await content.add(banner("\(number)"), by: Self.mei)) != nil }
      }
      return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(added == 4)
    #expect(try await content.banners().count == 24)
  }

  // MARK: Menus

  private func line(_ title: String, _ address: String, nested: Bool = false) -> MenuLine {
    MenuLine(title: LocalizedText(en: title), address: address, isNested: nested)
  }

  @Test func `a menu is replaced as a whole, by one of those who save it at once`() async throws {
    let lines = [line("Service", ""), line("Help", "/help", nested: true), line("Stories", "/articles")]
    let menu = try await content.save(lines, as: .header, version: 0, by: Self.mei)
    #expect(menu.groups.map(\.head.title.en) == ["Service", "Stories"])
    #expect(menu.groups.map(\.lines.count) == [1, 0])
    #expect(try await content.menu(.header) == menu)
    #expect(try await content.menu(.footer).version == 0)
    let won = await withTaskGroup(of: Bool.self) { group in
      for number in 1...8 {
        group.addTask {
          (try? await content.save([line("\(number)", "/")], as: .header, version: 1, by: Self.mei)) != nil
        }
      }
      return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(won == 1)
    #expect(try await content.menu(.header).lines.count == 1)
  }

  @Test func `what can't be a line is refused beside it`() async throws {
    let refused = await faults {
      _ = try await content.save(
        [line("Help", "/help", nested: true), line("", "/a"), line("Far", "ftp://x"), line("Nowhere", "")], as: .footer,
        version: 0, by: Self.mei)
    }
    #expect(refused == ["level.0 nothingAbove", "titleEn.1 missing", "address.2 notAnAddress", "address.3 missing"])
    #expect(try await content.menu(.footer).lines.isEmpty)
  }

  @Test func `a picture is kept once, under the words that were given last`() async throws {
    let file = try #require(FileKey(rawValue: String(repeating: "0a", count: 32) + ".png"))
    _ = try await content.add(file, alternative: LocalizedText(en: "A pot"), by: Self.mei)
    store.clock.advance(by: .minutes(1))
    _ = try await content.add(file, alternative: LocalizedText(en: "A teapot"), by: Self.mei)
    #expect(try await content.pictures(PageRequest()).items.map(\.alternative.en) == ["A teapot"])
    #expect(try await content.picture(file)?.alternative.en == "A teapot")
  }
}
