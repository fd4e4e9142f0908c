import AuditLog
import Events
import Storage
import Values

extension StoredCatalog {
  public func brands(named text: String?, _ page: PageRequest) async throws -> Page<Brand> {
    let after = page.after?.parts.first
    let wanted = Self.folded(text ?? "")
    let brands = try await database.read { transaction in
      var conditions: [SQL] = []
      if !wanted.isEmpty { conditions.append("INSTR(folded_name, \(wanted)) > 0") }
      if let after { conditions.append("folded_name > \(after)") }
      return try transaction.rows(
        """
        SELECT \(BrandTable.columns) FROM brand WHERE \(SQL.all(conditions)) ORDER BY folded_name
        LIMIT \(page.limit + 1)
        """
      ).map(BrandTable.brand)
    }
    return Page(fetched: brands, limit: page.limit) { Cursor([Self.folded($0.name)]) }
  }

  public func brand(_ id: BrandID) async throws -> Brand? {
    try await database.read { try BrandTable.brand(id, in: $0) }
  }

  public func goods(of brands: [BrandID]) async throws -> [BrandID: Int] {
    guard !brands.isEmpty else { return [:] }
    return try await database.read { transaction in
      let rows = try transaction.rows(
        """
        SELECT brand_id, COUNT(*) AS goods FROM product WHERE brand_id IN \(list: brands) GROUP BY brand_id
        ORDER BY brand_id LIMIT \(Self.mostBrands)
        """)
      return try Dictionary(rows.map { (try $0["brand_id"], try $0["goods"]) }, uniquingKeysWith: { first, _ in first })
    }
  }

  public func addBrand(_ face: BrandFace, by actor: Actor) async throws -> Brand {
    let name = try Self.checked(face.name)
    do {
      return try await database.write { [self] transaction in
        try BrandTable.expectSpace("name", in: transaction)
        guard try BrandTable.named(Self.folded(name), in: transaction) == nil else { throw Self.taken }
        let id: BrandID = ids.next()
        var slug = Slug(from: name)
        if let wanted = slug, try BrandTable.isTaken(wanted, in: transaction) { slug = nil }
        guard let slug = slug ?? Slug(from: "\(name.prefix(100)) \(id)") ?? Slug(from: id.description) else {
          throw FieldFaults(field: "name", code: "unprintable")
        }
        let brand = Brand(id: id, slug: slug, name: name, logo: face.logo)
        try BrandTable.write(brand, folded: Self.folded(name), in: transaction)
        try tell(id, in: transaction)
        try note("catalog.addBrand", brand, after: brand.deedFields, by: actor, in: transaction)
        return brand
      }
    } catch StorageFault.duplicateKey {
      throw Self.taken
    }
  }

  public func change(_ brand: BrandID, to face: BrandFace, version: Int, by actor: Actor) async throws -> Brand {
    let name = try Self.checked(face.name)
    let changed: (brand: Brand, isRenamed: Bool)
    do {
      changed = try await database.write { [self] transaction -> (brand: Brand, isRenamed: Bool) in
        guard let before = try BrandTable.brand(brand, lock: transaction.dialect.forUpdate, in: transaction) else {
          throw CatalogRefusal.unknownBrand
        }
        guard before.version == version else { throw CatalogRefusal.shelfChanged }
        guard before.name != name || before.logo != face.logo else { return (before, false) }
        if let other = try BrandTable.named(Self.folded(name), in: transaction), other.id != brand { throw Self.taken }
        let after = Brand(id: brand, slug: before.slug, name: name, logo: face.logo, version: version + 1)
        try transaction.execute(
          """
          UPDATE brand SET name = \(name), folded_name = \(Self.folded(name)), logo = \(face.logo?.rawValue),
            version = \(after.version) WHERE id = \(brand)
          """)
        if before.name != name { try transaction.execute("UPDATE brand SET is_told = 0 WHERE id = \(brand)") }
        try tell(brand, in: transaction)
        try note(
          "catalog.changeBrand", after, before: before.deedFields, after: after.deedFields, by: actor, in: transaction)
        return (after, before.name != name)
      }
    } catch StorageFault.duplicateKey {
      throw Self.taken
    }
    // Brands with more goods are left to `tellRenamedBrands`, so that nobody waits for a million of them.
    if changed.isRenamed { try await tellGoods(of: brand, version: changed.brand.version, slices: 10) }
    return changed.brand
  }

  public func tellRenamedBrands(limit: Int) async throws -> Int {
    let renamed = try await database.read { transaction in
      try transaction.rows(
        "SELECT id, version FROM brand WHERE is_told = 0 ORDER BY id LIMIT \(min(max(limit, 1), 500))"
      ).map { row -> (brand: BrandID, version: Int) in (try row["id"], try row["version"]) }
    }
    for (brand, version) in renamed { try await tellGoods(of: brand, version: version) }
    return renamed.count
  }

  public func removeBrand(_ brand: BrandID, by actor: Actor) async throws {
    try await database.write { [self] transaction in
      guard let before = try BrandTable.brand(brand, lock: transaction.dialect.forUpdate, in: transaction) else {
        throw CatalogRefusal.unknownBrand
      }
      guard try !hasGoods(brand, in: transaction) else { throw CatalogRefusal.shelfInUse }
      try transaction.execute("DELETE FROM brand WHERE id = \(brand)")
      try tell(brand, in: transaction)
      try note("catalog.removeBrand", before, before: before.deedFields, by: actor, in: transaction)
    }
  }

  func hasGoods(_ brand: BrandID, in transaction: any Transaction) throws -> Bool {
    try transaction.row("SELECT id FROM product WHERE brand_id = \(brand) ORDER BY id LIMIT 1") != nil
  }

  /// What shows a brand's name is made anew: lists, pages, the words that goods are found by. After the change is there
  /// for everybody, slice by slice; what is saved meanwhile tells of itself.
  /// - Parameter slices: how many of them are told at most.
  private func tellGoods(of brand: BrandID, version: Int, slices: Int = .max) async throws {
    var last = ProductID(raw: 0)
    for _ in 0..<slices {
      let after = last
      let end = try await database.write { [self] transaction -> ProductID? in
        let rows = try transaction.rows(
          """
          SELECT \(ProductRow.columns) FROM product WHERE brand_id = \(brand) AND id > \(after)
          ORDER BY id LIMIT \(Self.toldAtOnce)
          """
        ).map { try ProductRow($0) }
        try tell(rows, in: transaction)
        return rows.last?.id
      }
      guard let end else {
        // A later name has yet to be told.
        try await database.write { transaction in
          try transaction.execute("UPDATE brand SET is_told = 1 WHERE id = \(brand) AND version = \(version)")
        }
        return
      }
      last = end
    }
  }

  func tell(_ brand: BrandID, in transaction: any Transaction) throws {
    try outbox.tell(BrandChanged(brand: brand), in: transaction)
    transaction.afterCommit { [weak self] in self?.forgetBrands() }
  }

  func note(
    _ verb: String, _ brand: Brand, before: DeedFields? = nil, after: DeedFields? = nil, by actor: Actor,
    in transaction: any Transaction
  ) throws {
    try DeedLog.note(
      Deed(verb, on: brand.id, named: brand.name, of: nil, before: before, after: after), by: actor, at: clock.now,
      in: transaction)
  }

  private static let taken = FieldFaults(field: "name", code: "taken")

  private static func checked(_ name: String) throws -> String {
    var faults = FieldFaults()
    let name = faults.text(name, "name", max: nameLimit)
    try faults.throwIfAny()
    return name
  }
}

extension Brand {
  var deedFields: DeedFields { ["name": name, "slug": slug.rawValue, "logo": logo] }
}
