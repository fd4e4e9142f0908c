import AuditLog
import Events
import Storage
import Values

extension StoredCatalog: ShelfService {
  public func goodsPerCategory() async throws -> [CategoryID: Int] {
    try await database.read { transaction in
      let rows = try transaction.rows(
        """
        SELECT category_id, COUNT(*) AS goods FROM product WHERE category_id IS NOT NULL GROUP BY category_id
        ORDER BY category_id LIMIT \(Self.mostCategories * 2)
        """)
      return try Dictionary(
        rows.map { (try $0["category_id"], try $0["goods"]) }, uniquingKeysWith: { first, _ in first })
    }
  }

  public func addCategory(
    _ face: CategoryFace, below parent: CategoryID?, by actor: Actor
  ) async throws -> Category {
    let name = try Self.checked(face.name)
    return try await database.write { [self] transaction in
      let all = try CategoryTable.all(in: transaction, lock: transaction.dialect.forUpdate)
      guard all.count < Self.mostCategories else { throw FieldFaults(field: "parent", code: "tooMany") }
      let id: CategoryID = ids.next()
      let tree = CategoryTree(all)
      let siblings = parent.map { tree.children(of: $0) } ?? tree.roots
      let path = (parent.map { tree.path(to: $0).map(\.name) } ?? []) + [name]
      guard let slug = Self.freeSlug(path, id: id, taken: Set(all.map(\.slug))) else {
        throw FieldFaults(field: "name", code: "unprintable")
      }
      let category = Category(
        id: id, slug: slug, name: name, parent: parent, position: (siblings.map(\.position).max() ?? -1) + 1,
        picture: face.picture, isHidden: face.isHidden)
      try Self.checkParent(of: category, in: all)
      try CategoryTable.insert(category, in: transaction)
      try tell(category.id, in: transaction)
      try note("catalog.addCategory", category, after: category.deedFields, by: actor, in: transaction)
      return category
    }
  }

  public func change(
    _ category: CategoryID, to face: CategoryFace, version: Int, by actor: Actor
  ) async throws -> Category {
    let name = try Self.checked(face.name)
    return try await database.write { [self] transaction in
      let all = try CategoryTable.all(in: transaction, lock: transaction.dialect.forUpdate)
      guard let before = all.first(where: { $0.id == category }) else { throw CatalogRefusal.unknownCategory }
      guard before.version == version else { throw CatalogRefusal.shelfChanged }
      var after = before
      (after.name, after.picture, after.isHidden) = (name, face.picture, face.isHidden)
      guard after != before else { return before }
      after.version += 1
      try CategoryTable.update(after, in: transaction)
      try tell(category, in: transaction)
      try note(
        "catalog.changeCategory", after, before: before.deedFields, after: after.deedFields, by: actor, in: transaction)
      return after
    }
  }

  public func move(_ category: CategoryID, to place: CategoryPlace, by actor: Actor) async throws {
    try await database.write { [self] transaction in
      let all = try CategoryTable.all(in: transaction, lock: transaction.dialect.forUpdate)
      guard let before = all.first(where: { $0.id == category }) else { throw CatalogRefusal.unknownCategory }
      var after = before
      after.parent = place.parent
      try Self.checkParent(of: after, in: all)
      let tree = CategoryTree(all)
      var siblings = (place.parent.map { tree.children(of: $0) } ?? tree.roots).filter { $0.id != category }
      let index = siblings.firstIndex { $0.id == place.before } ?? siblings.count
      siblings.insert(after, at: index)
      after.position = index
      let known = Dictionary(all.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
      var hasChanged = false
      for (position, sibling) in siblings.enumerated() {
        var moved = sibling
        moved.position = position
        guard moved != known[moved.id] else { continue }
        hasChanged = true
        try CategoryTable.update(moved, in: transaction)
      }
      guard hasChanged else { return }
      try tell(category, in: transaction)
      try note(
        "catalog.moveCategory", after, before: before.placeFields, after: after.placeFields, by: actor,
        in: transaction)
    }
  }

  public func removeCategory(_ category: CategoryID, by actor: Actor) async throws {
    try await database.write { [self] transaction in
      let all = try CategoryTable.all(in: transaction, lock: transaction.dialect.forUpdate)
      guard let before = all.first(where: { $0.id == category }) else { throw CatalogRefusal.unknownCategory }
      let goods = try transaction.row("SELECT id FROM product WHERE category_id = \(category) ORDER BY id LIMIT 1")
      guard goods == nil, !all.contains(where: { $0.parent == category }) else { throw CatalogRefusal.shelfInUse }
      try transaction.execute("DELETE FROM category WHERE id = \(category)")
      try tell(category, in: transaction)
      try note("catalog.removeCategory", before, before: before.deedFields, by: actor, in: transaction)
    }
  }

  private func tell(_ category: CategoryID, in transaction: any Transaction) throws {
    try outbox.tell(CategoryChanged(category: category), in: transaction)
    transaction.afterCommit { [weak self] in self?.forgetCategories() }
  }

  private func note(
    _ verb: String, _ category: Category, before: DeedFields? = nil, after: DeedFields? = nil, by actor: Actor,
    in transaction: any Transaction
  ) throws {
    try DeedLog.note(
      Deed(verb, on: category.id, named: category.name[.en], of: nil, before: before, after: after), by: actor,
      at: clock.now, in: transaction)
  }

  private static func checked(_ name: LocalizedText) throws -> LocalizedText {
    var faults = FieldFaults()
    let en = faults.text(name.en, "nameEn", max: nameLimit, required: false)
    let zhHans = faults.text(name.zhHans, "nameZh", max: nameLimit, required: false)
    if en.isEmpty, zhHans.isEmpty, faults.isEmpty { faults.add("nameEn", "missing") }
    try faults.throwIfAny()
    return LocalizedText(en: en, zhHans: zhHans)
  }

  /// The name itself, else the whole path, else with the identifier: addresses are unique over all categories.
  private static func freeSlug(_ path: [LocalizedText], id: CategoryID, taken: Set<Slug>) -> Slug? {
    let names = path.map { $0[.en] }
    let name = names.last ?? ""
    return [name, names.joined(separator: " "), "\(name.prefix(100)) \(id)", id.description].lazy
      .compactMap { Slug(from: $0) }.first { !taken.contains($0) }
  }
}

extension Category {
  fileprivate var deedFields: DeedFields {
    [
      "nameEn": name.en, "nameZh": name.zhHans, "slug": slug.rawValue, "parent": parent, "picture": picture,
      "isHidden": isHidden,
    ]
  }

  fileprivate var placeFields: DeedFields { ["parent": parent, "position": position] }
}
