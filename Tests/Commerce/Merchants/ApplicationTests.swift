import AuditLog
import Events
import Merchants
import Storage
import TestKit
import Testing
import Values

/// Who asks to sell: what is taken, what moves, and that one merchant comes of an application.
@Suite struct ApplicationTests {
  private static let mei = Actor.staff(StaffID(raw: 7))
  private let store: TestStore
  private let merchants: StoredMerchants

  init() async throws {
    store = try await TestStore(StoredMerchants.migrations)
    merchants = StoredMerchants(
      database: store.database, outbox: store.outbox, ids: store.ids, clock: store.clock.clock)
  }

  private func draft(
    _ email: String = "min@example.com", slug: String = "river-light", name: String = "River Light",
    phone: String = "13800138000", hasPicture: Bool = true
  ) -> ApplicationDraft {
    ApplicationDraft(
      name: LocalizedText(en: name), slug: slug, contact: "Wang Min", phone: phone, email: email, goods: "Bowls",
      licence: "91310115MA1K4", licencePicture: hasPicture ? Self.picture : nil, language: .zhHans)
  }

  private static let picture = FileKey(rawValue: String(repeating: "a", count: 64) + ".png")

  /// Of somebody who has opened the letter.
  private func confirmed(_ draft: ApplicationDraft) async throws -> MerchantApplication {
    try await merchants.confirm(merchants.apply(draft).id)
  }

  private func faults(_ draft: ApplicationDraft) async -> [String] {
    do {
      _ = try await merchants.apply(draft)
      return []
    } catch let faults as FieldFaults {
      return faults.faults.map { "\($0.field) \($0.code)" }
    } catch {
      return ["\(error)"]
    }
  }

  // req: 2.3.2.4-1
  @Test func `an application is asked about, amended and approved, and opens a merchant in its words`() async throws {
    let applied = try await merchants.apply(draft())
    #expect(applied.state == .unconfirmed && applied.revision == 1)
    #expect(try await merchants.application(applied.id) == applied)
    let confirmed = try await merchants.confirm(applied.id)
    #expect(confirmed.state == .waiting && confirmed.revision == MerchantApplication.confirmedRevision)
    #expect(try await merchants.confirm(applied.id) == confirmed)
    await #expect(throws: MerchantRefusal.applicationDecided(.waiting)) {
      try await merchants.amend(applied.id, draft())
    }
    _ = try await merchants.ask(applied.id, "The picture is cut off.", by: Self.mei)
    #expect(try await merchants.applicationCounts() == [.asked: 1])
    var more = draft("other@example.com", name: "River Light Home")
    more.licencePicture = nil
    let amended = try await merchants.amend(applied.id, more)
    #expect(amended.state == .waiting && amended.email == applied.email && amended.revision == 4)
    #expect(amended.licencePicture == applied.licencePicture && amended.key == applied.key)
    let merchant = try await merchants.admit(applied.id, as: "river", by: Self.mei)
    #expect(merchant.slug.rawValue == "river" && merchant.name.en == "River Light Home" && merchant.isOpen)
    #expect(merchant.language == .zhHans && merchant.application == applied.id && merchant.email.isEmpty)
    let now = try #require(try await merchants.application(applied.id))
    #expect(now.state == .approved && now.merchant == merchant.id)
    #expect(try await merchants.merchants() == [merchant])
    let told = try await store.toldEvents().map(\.name)
    #expect(told.contains(MerchantAdmitted.name) && told.contains(MerchantChanged.name))
    let deeds = try await DeedLog(database: store.database, clock: store.clock.clock)
      .entries(matching: DeedFilter(), after: 0, limit: 10).map(\.verb)
    #expect(deeds == ["merchants.askApplicant", "merchants.admit"])
  }

  // req: 2.3.2.4-1
  @Test func `two who approve at once open one merchant`() async throws {
    let applied = try await confirmed(draft())
    let opened = await withTaskGroup(of: Merchant?.self, returning: [Merchant].self) { group in
      for number in 1...8 {
        group.addTask { [merchants] in
          try? await merchants.admit(applied.id, as: "river-\(number)", by: .staff(StaffID(raw: Int64(number))))
        }
      }
      return await group.reduce(into: []) { if let merchant = $1 { $0.append(merchant) } }
    }
    #expect(opened.count == 1)
    #expect(try await merchants.merchants().map(\.id) == opened.map(\.id))
  }

  @Test func `an address for mail has one open application, and another once that is decided`() async throws {
    let first = try await merchants.apply(draft())
    await #expect(throws: MerchantRefusal.applicationDecided(.unconfirmed)) {
      try await merchants.reject(first.id, "We sell no bowls.", by: Self.mei)
    }
    await #expect(throws: MerchantRefusal.alreadyApplied) { try await merchants.apply(draft("MIN@example.com ")) }
    await #expect(throws: MerchantRefusal.alreadyApplied) {
      try await merchants.expectApplicable(draft("MIN@example.com"), hasPicture: true, over: nil)
    }
    _ = try await merchants.confirm(first.id)
    _ = try await merchants.reject(first.id, "We sell no bowls.", by: Self.mei)
    let second = try await merchants.apply(draft())
    _ = try await merchants.withdraw(second.id)
    _ = try await confirmed(draft())
    await #expect(throws: MerchantRefusal.applicationDecided(.withdrawn)) {
      try await merchants.amend(second.id, draft())
    }
    await #expect(throws: MerchantRefusal.applicationDecided(.rejected)) {
      try await merchants.admit(first.id, as: "river", by: Self.mei)
    }
    #expect(try await merchants.applicationCounts() == [.rejected: 1, .withdrawn: 1, .waiting: 1])
  }

  @Test func `what can't be is said beside its field`() async throws {
    #expect(await faults(draft("min@")) == ["email notAnEmail"])
    #expect(await faults(draft(slug: "River Light")) == ["slug notASlug"])
    #expect(await faults(draft(slug: "r")) == ["slug tooShort"])
    #expect(await faults(draft(phone: "call me")) == ["phone notAPhone"])
    #expect(await faults(draft(name: "")) == ["nameEn missing", "nameZh missing"])
    #expect(await faults(draft(hasPicture: false)) == ["licencePicture missing"])
    let slug = try #require(Slug(rawValue: "river-light"))
    _ = try await merchants.open(MerchantDraft(slug: slug, name: LocalizedText("River"), email: "a@example.com"))
    #expect(await faults(draft()) == ["slug taken"])
    let other = try await confirmed(draft(slug: "other"))
    await #expect(throws: MerchantRefusal.slugTaken) {
      try await merchants.admit(other.id, as: "river-light", by: Self.mei)
    }
    #expect(try await merchants.application(other.id)?.state == .waiting)
  }

  @Test func `lists go page by page, those who wait longest first`() async throws {
    for index in 1...5 { _ = try await confirmed(draft("a\(index)@example.com")) }
    _ = try await merchants.apply(draft("unopened@example.com"))
    var (seen, after): ([String], Cursor?) = ([], nil)
    repeat {
      let page = try await merchants.applications([.waiting], PageRequest(limit: 2, after: after))
      seen += page.items.map(\.email)
      after = page.next
    } while after != nil
    #expect(seen == (1...5).map { "a\($0)@example.com" })
  }

  @Test func `what nobody confirmed is forgotten, and pictures when there is nothing to decide any more`() async throws
  {
    let unopened = try await merchants.apply(draft("a@example.com"))
    let waiting = try await confirmed(draft("b@example.com"))
    let rejected = try await confirmed(draft("c@example.com"))
    _ = try await merchants.reject(rejected.id, "We sell no bowls.", by: Self.mei)
    func forgettable(after days: Int) async throws -> [MerchantApplicationID] {
      let before = store.clock.clock.now.adding(.days(days))
      return try await merchants.forgettableApplications(unconfirmedBefore: before, overBefore: before, limit: 10)
        .map(\.id)
    }
    #expect(try await forgettable(after: -1).isEmpty)
    #expect(try await forgettable(after: 1) == [unopened.id, rejected.id])
    for id in [unopened.id, waiting.id, rejected.id] { try await merchants.forgetApplication(id) }
    #expect(try await forgettable(after: 1).isEmpty)
    #expect(try await merchants.application(unopened.id) == nil)
    #expect(try await merchants.application(waiting.id) == waiting)
    #expect(try await merchants.application(rejected.id)?.licencePicture == nil)
    let picture = try #require(waiting.licencePicture)
    #expect(try await merchants.hasLicence(picture, besides: rejected.id))
    #expect(try await !merchants.hasLicence(picture, besides: waiting.id))
    _ = try await merchants.apply(draft("a@example.com"))
  }

  // req: 2.3.2.4-1
  @Test func `a merchant is suspended with a reason, reinstated and closed for good`() async throws {
    let slug = try #require(Slug(rawValue: "kiln"))
    let opened = try await merchants.open(
      MerchantDraft(slug: slug, name: LocalizedText("Kiln"), email: "a@example.com"))
    await #expect(throws: FieldFaults.self) {
      try await merchants.move(opened.id, to: .suspended, reason: " ", by: Self.mei)
    }
    let suspended = try await merchants.move(opened.id, to: .suspended, reason: "Late parcels", by: Self.mei)
    #expect(suspended.state == .suspended && suspended.reason == "Late parcels" && suspended.version == 2)
    #expect(try await merchants.openMerchants().isEmpty)
    await #expect(throws: MerchantRefusal.wrongMerchantState(.suspended)) {
      try await merchants.move(opened.id, to: .suspended, reason: "Again", by: Self.mei)
    }
    #expect(try await merchants.move(opened.id, to: .open, reason: "", by: Self.mei).reason.isEmpty)
    _ = try await merchants.move(opened.id, to: .closed, reason: "They wished so", by: Self.mei)
    await #expect(throws: MerchantRefusal.wrongMerchantState(.closed)) {
      try await merchants.move(opened.id, to: .open, reason: "", by: Self.mei)
    }
    #expect(try await store.toldEvents().filter { $0.name == MerchantMoved.name }.count == 3)
  }

  @Test func `of two who change a profile the later is told, and the same words change nothing`() async throws {
    let slug = try #require(Slug(rawValue: "kiln"))
    let opened = try await merchants.open(
      MerchantDraft(slug: slug, name: LocalizedText("Kiln"), email: "a@example.com"))
    #expect(try await merchants.revise(opened.id, opened.profile, version: 1, by: Self.mei) == opened)
    var profile = opened.profile
    profile.introduction = LocalizedText(en: "Pots", zhHans: "壶")
    profile.contact = "9:00–18:00"
    let revised = try await merchants.revise(opened.id, profile, version: 1, by: Self.mei)
    #expect(revised.version == 2 && revised.introduction.zhHans == "壶")
    #expect(try await merchants.merchant(opened.id) == revised)
    await #expect(throws: MerchantRefusal.merchantChanged) {
      try await merchants.revise(opened.id, profile, version: 1, by: Self.mei)
    }
    profile.email = "nobody"
    await #expect(throws: FieldFaults.self) {
      try await merchants.revise(opened.id, profile, version: 2, by: Self.mei)
    }
  }
}
