import AuditLog
import Events
import Storage
import Values

extension StoredContent {
  private static let titleLimit = 60

  public func menu(_ place: MenuPlace) async throws -> Menu {
    try await database.read { try MenuTable.menu(place, in: $0) }
  }

  public func save(
    _ lines: [MenuLine], as place: MenuPlace, version: Int, by actor: Actor
  ) async throws -> Menu {
    let lines = try Self.checked(lines)
    let now = clock.now
    return try await database.write { [self] transaction in
      guard try MenuTable.lock(place, at: now, by: actor, in: transaction) == version else {
        throw ContentRefusal.contentChanged
      }
      let old = try MenuTable.menu(place, in: transaction)
      let menu = Menu(place: place, lines: lines, version: version + 1)
      try MenuTable.write(menu, at: now, by: actor, in: transaction)
      try outbox.tell(MenuChanged(place: place), in: transaction)
      transaction.afterCommit { [weak self] in self?.forget() }
      let deed = Deed(
        "content.saveMenu", on: place.rawValue, of: nil, before: old.deedFields, after: menu.deedFields)
      try DeedLog.note(deed, by: actor, at: now, in: transaction)
      return menu
    }
  }

  private static func checked(_ lines: [MenuLine]) throws -> [MenuLine] {
    var faults = FieldFaults()
    if lines.count > mostMenuLines { faults.add("lines", "tooMany", ["max": String(mostMenuLines)]) }
    let checked = lines.prefix(mostMenuLines).enumerated().map { index, line in
      let count = faults.faults.count
      let title = LocalizedText(
        en: faults.text(line.title.en, "titleEn.\(index)", max: titleLimit, required: false),
        zhHans: faults.text(line.title.zhHans, "titleZh.\(index)", max: titleLimit, required: false))
      if title.isEmpty, faults.faults.count == count { faults.add("titleEn.\(index)", "missing") }
      let headsOthers = !line.isNested && index + 1 < lines.count && lines[index + 1].isNested
      let address = ContentAddress.checked(line.address, "address.\(index)", required: !headsOthers, &faults)
      if line.isNested, index == 0 { faults.add("level.\(index)", "nothingAbove") }
      return MenuLine(title: title, address: address, isNested: line.isNested)
    }
    try faults.throwIfAny()
    return checked
  }

  // MARK: Pictures

  public func pictures(_ page: PageRequest) async throws -> Page<ContentPicture> {
    var conditions: [SQL] = []
    if let parts = page.after?.parts, parts.count == 2, let at = Int64(parts[0]) {
      conditions.append("added_at < \(at) OR (added_at = \(at) AND file < \(parts[1]))")
    }
    let condition = SQL.all(conditions)
    return try await database.read { transaction in
      let pictures = try PictureTable.pictures(condition, limit: page.limit + 1, in: transaction)
      return Page(fetched: pictures, limit: page.limit) {
        Cursor([String($0.addedAt.milliseconds), $0.file.rawValue])
      }
    }
  }

  public func picture(_ file: FileKey) async throws -> ContentPicture? {
    try await database.read { try PictureTable.pictures("file = \(file.rawValue)", limit: 1, in: $0).first }
  }

  public func shown(among files: [FileKey]) async throws -> Set<FileKey> {
    guard !files.isEmpty else { return [] }
    // What entries and banners show is among these.
    return try await database.read { transaction in
      let condition: SQL = "file IN \(list: files.map(\.rawValue))"
      return Set(try PictureTable.pictures(condition, limit: files.count, in: transaction).map(\.file))
    }
  }

  public func add(_ file: FileKey, alternative: LocalizedText, by actor: Actor) async throws -> ContentPicture {
    var check = EntryCheck(now: clock.now)
    let alternative = check.localized(alternative, "alternative", max: 200)
    try check.faults.throwIfAny()
    let picture = ContentPicture(file: file, alternative: alternative, addedAt: clock.now, addedBy: actor)
    return try await database.write { [self] transaction in
      guard try PictureTable.count(in: transaction) < Self.mostPictures else {
        throw ContentRefusal.tooMuchContent(max: Self.mostPictures)
      }
      let old = try PictureTable.pictures("file = \(file.rawValue)", limit: 1, in: transaction).first
      try PictureTable.write(picture, in: transaction)
      let deed = Deed(
        "content.addPicture", on: file, of: nil, before: old?.deedFields, after: picture.deedFields)
      try DeedLog.note(deed, by: actor, at: clock.now, in: transaction)
      return picture
    }
  }
}
