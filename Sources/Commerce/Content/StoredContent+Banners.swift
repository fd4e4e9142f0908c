import AuditLog
import Events
import Storage
import Values

extension StoredContent {
  public func banners() async throws -> [Banner] {
    try await database.read {
      try BannerTable.banners("1 = 1", limit: Self.mostBanners * BannerPlace.allCases.count, in: $0)
    }
  }

  public func banner(_ id: BannerID) async throws -> Banner? {
    try await database.read { try BannerTable.banners("id = \(id)", limit: 1, in: $0).first }
  }

  public func add(_ draft: BannerDraft, by actor: Actor) async throws -> Banner {
    let (checked, picture) = try checked(draft)
    let id: BannerID = ids.next()
    return try await database.write { [self] transaction in
      let banner = checked.banner(
        id, picture: picture, position: try Self.end(of: checked.place, in: transaction), version: 1)
      try write(banner, isNew: true, by: actor, in: transaction)
      try note("content.addBanner", from: nil, to: banner, by: actor, in: transaction)
      return banner
    }
  }

  public func change(
    _ id: BannerID, to draft: BannerDraft, version: Int, by actor: Actor
  ) async throws -> Banner {
    let (checked, picture) = try checked(draft)
    return try await database.write { [self] transaction in
      let old = try Self.locked(id, in: transaction)
      guard old.version == version else { throw ContentRefusal.contentChanged }
      let stays = old.place == checked.place
      let banner = checked.banner(
        id, picture: picture, position: stays ? old.position : try Self.end(of: checked.place, in: transaction),
        version: version + 1)
      try write(banner, isNew: false, by: actor, in: transaction)
      if !stays { try outbox.tell(BannersChanged(place: old.place), in: transaction) }
      try note("content.changeBanner", from: old, to: banner, by: actor, in: transaction)
      return banner
    }
  }

  public func remove(_ id: BannerID, by actor: Actor) async throws {
    try await database.write { [self] transaction in
      let old = try Self.locked(id, in: transaction)
      try BannerTable.delete(id, in: transaction)
      try tell(old.place, in: transaction)
      try note("content.removeBanner", from: old, to: nil, by: actor, in: transaction)
    }
  }

  public func arrange(_ order: [BannerID], in place: BannerPlace, by actor: Actor) async throws {
    try await database.write { [self] transaction in
      let standing = try BannerTable.banners(
        "place = \(place)", limit: Self.mostBanners, in: transaction, lock: transaction.dialect.forUpdate)
      let wanted = order.filter { id in standing.contains { $0.id == id } }
      let arranged = wanted + standing.map(\.id).filter { !wanted.contains($0) }
      for (position, id) in arranged.enumerated() { try BannerTable.move(id, to: position, in: transaction) }
      try tell(place, in: transaction)
      let titles = Dictionary(standing.map { ($0.id, $0.title[.en]) }, uniquingKeysWith: { first, _ in first })
      func fields(_ ids: [BannerID]) -> DeedFields {
        DeedFields(ids.enumerated().map { index, id in ("position.\(index + 1)", titles[id] ?? id.description) })
      }
      guard arranged != standing.map(\.id) else { return }
      let deed = Deed(
        "content.arrangeBanners", on: place.rawValue, of: nil, before: fields(standing.map(\.id)),
        after: fields(arranged))
      try DeedLog.note(deed, by: actor, at: clock.now, in: transaction)
    }
  }

  private func checked(_ draft: BannerDraft) throws -> (BannerDraft, FileKey) {
    var check = EntryCheck(now: clock.now)
    var checked = draft
    checked.title = check.localized(draft.title, "title", max: 80, required: true)
    checked.text = check.localized(draft.text, "text", max: 160)
    checked.action = check.localized(draft.action, "action", max: 40)
    checked.link = ContentAddress.checked(draft.link, "link", required: true, &check.faults)
    if let from = draft.from, let until = draft.until, until <= from { check.faults.add("from", "rangeReversed") }
    if draft.picture == nil { check.faults.add("picture", "missing") }
    try check.faults.throwIfAny()
    guard let picture = draft.picture else { throw FieldFaults(field: "picture", code: "missing") }
    return (checked, picture)
  }

  private static func locked(_ id: BannerID, in transaction: any Transaction) throws -> Banner {
    let lock = transaction.dialect.forUpdate
    guard let banner = try BannerTable.banners("id = \(id)", limit: 1, in: transaction, lock: lock).first else {
      throw ContentRefusal.unknownContent
    }
    return banner
  }

  /// The position behind those of a place. Throws `FieldFaults` when it is full.
  private static func end(of place: BannerPlace, in transaction: any Transaction) throws -> Int {
    let standing = try BannerTable.banners(
      "place = \(place)", limit: mostBanners, in: transaction, lock: transaction.dialect.forUpdate)
    guard standing.count < mostBanners else {
      throw FieldFaults(field: "place", code: "tooMany", details: ["max": String(mostBanners)])
    }
    return (standing.map(\.position).max() ?? -1) + 1
  }

  private func write(_ banner: Banner, isNew: Bool, by actor: Actor, in transaction: any Transaction) throws {
    try BannerTable.write(banner, isNew: isNew, at: clock.now, by: actor, in: transaction)
    try tell(banner.place, in: transaction)
  }

  private func tell(_ place: BannerPlace, in transaction: any Transaction) throws {
    try outbox.tell(BannersChanged(place: place), in: transaction)
    transaction.afterCommit { [weak self] in self?.forget() }
  }
}

extension BannerDraft {
  fileprivate func banner(_ id: BannerID, picture: FileKey, position: Int, version: Int) -> Banner {
    Banner(
      id: id, place: place, title: title, text: text, action: action, link: link, picture: picture,
      picturePhone: picturePhone, from: from, until: until, isOn: isOn, position: position, version: version)
  }
}
