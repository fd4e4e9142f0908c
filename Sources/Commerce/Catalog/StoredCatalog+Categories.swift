import Events
import Storage
import Synchronization
import Values

extension StoredCatalog {
  static let nameLimit = 100
  private static let deepest = 16

  public func categories() async throws -> CategoryTree {
    let (known, age) = memory.withLock { ($0.tree, $0.age) }
    if let known { return known }
    let tree = CategoryTree(try await database.read { try CategoryTable.all(in: $0) })
    memory.withLock { if $0.age == age { $0.tree = tree } }
    return tree
  }

  /// Throws `FieldFaults`: `name`, and `parent` with `unknown`, `circular` or `tooDeep`.
  public func saveCategory(_ draft: CategoryDraft) async throws -> Category {
    var faults = FieldFaults()
    let name = LocalizedText(
      en: faults.text(draft.name.en, "name", max: Self.nameLimit, required: draft.name.zhHans.isEmpty),
      zhHans: faults.text(draft.name.zhHans, "name", max: Self.nameLimit, required: false))
    try faults.throwIfAny()
    return try await database.write { [self] transaction in
      let all = try CategoryTable.all(in: transaction, lock: transaction.dialect.forUpdate)
      let old = all.first { $0.slug == draft.slug }
      let category = Category(
        id: old?.id ?? ids.next(), slug: draft.slug, name: name, parent: draft.parent, position: draft.position,
        picture: draft.picture, isHidden: old?.isHidden ?? false, version: old?.version ?? 1)
      if category == old { return category }
      if old == nil, all.count >= Self.mostCategories { throw FieldFaults(field: "slug", code: "tooMany") }
      try Self.checkParent(of: category, in: all)
      if old == nil {
        try CategoryTable.insert(category, in: transaction)
      } else {
        try CategoryTable.update(category, in: transaction)
      }
      try outbox.tell(CategoryChanged(category: category.id), in: transaction)
      transaction.afterCommit { [weak self] in self?.forgetCategories() }
      return category
    }
  }

  static func checkParent(of category: Category, in all: [Category]) throws {
    guard let parent = category.parent else { return }
    let tree = CategoryTree(all)
    guard tree[parent] != nil else { throw FieldFaults(field: "parent", code: "unknown") }
    guard !tree.subtree(of: category.id).contains(parent) else { throw FieldFaults(field: "parent", code: "circular") }
    // What hangs below the category moves with it.
    let depth = tree.path(to: parent).count + height(of: category.id, in: tree)
    guard depth <= deepest else {
      throw FieldFaults(field: "parent", code: "tooDeep", details: ["max": String(deepest)])
    }
  }

  private static func height(of category: CategoryID, in tree: CategoryTree) -> Int {
    1 + (tree.children(of: category).map { height(of: $0.id, in: tree) }.max() ?? 0)
  }

  public func brands() async throws -> [Brand] {
    let (known, age) = memory.withLock { ($0.brands, $0.age) }
    if let known { return known }
    let brands = try await database.read { try BrandTable.all(in: $0) }
    memory.withLock { memory in
      guard memory.age == age else { return }
      memory.brands = brands
      memory.brandByName = Dictionary(
        brands.map { (Self.folded($0.name), $0) }, uniquingKeysWith: { first, _ in first })
    }
    return brands
  }

  public func brand(named name: String, broughtBy merchant: MerchantID?) async throws -> Brand {
    var faults = FieldFaults()
    let name = faults.text(name, "brand", max: Self.nameLimit)
    try faults.throwIfAny()
    let folded = Self.folded(name)
    if let known = memory.withLock({ $0.brandByName[folded] }) { return known }
    do {
      return try await made(name, folded: folded, by: merchant)
    } catch StorageFault.duplicateKey {
      // Another process made it, or its slug, at the same moment.
      return try await made(name, folded: folded, by: merchant)
    }
  }

  private func made(_ name: String, folded: String, by merchant: MerchantID?) async throws -> Brand {
    let now = clock.now
    let age = memory.withLock { $0.age }
    let brand = try await database.write { [self] transaction in
      if let brand = try BrandTable.named(folded, in: transaction) { return brand }
      try BrandTable.expectSpace("brand", in: transaction)
      if let brand = try BrandTable.named(folded, in: transaction) { return brand }
      if let merchant { try BrandTable.expectRoom(for: merchant, at: now, in: transaction) }
      let id: BrandID = ids.next()
      var slug = Slug(from: name)
      if let wanted = slug, try BrandTable.isTaken(wanted, in: transaction) { slug = nil }
      guard let slug = slug ?? Slug(from: "\(name.prefix(100)) \(id)") ?? Slug(from: id.description) else {
        throw FieldFaults(field: "brand", code: "unprintable")
      }
      let brand = Brand(id: id, slug: slug, name: name)
      try BrandTable.write(brand, folded: folded, broughtBy: merchant, at: now, in: transaction)
      transaction.afterCommit { [weak self] in self?.forgetBrands(butFor: brand, folded) }
      return brand
    }
    // Somebody may have removed one that was found since: then it must not come back into memory.
    memory.withLock { if $0.age == age { $0.brandByName[folded] = brand } }
    return brand
  }

  static func folded(_ name: String) -> String { name.lowercased() }

  /// Drops what is kept in memory of the brands: after each commit of this process, and when another has changed them.
  public func forgetBrands() { forgetBrands(butFor: nil, "") }

  private func forgetBrands(butFor fresh: Brand?, _ folded: String) {
    memory.withLock { memory in
      memory.age += 1
      memory.brands = nil
      memory.brandByName = fresh.map { [folded: $0] } ?? [:]
    }
  }

  /// Drops what is kept in memory of the tree: after each commit of this process, and when another has changed it.
  public func forgetCategories() {
    memory.withLock { memory in
      memory.age += 1
      memory.tree = nil
    }
  }
}
