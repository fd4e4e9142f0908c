import Storage
import Values

/// One batch of drafts on its way into the tables: reads what is there in a fixed number of statements, decides draft by
/// draft in memory, and writes everything at the end. No two drafts of a batch name the same product.
struct BatchSave {
  struct Place: Hashable {
    let merchant: MerchantID
    let text: String
  }

  private let ids: IDGenerator
  private let now: Timestamp
  private var rows: [Place: ProductRow] = [:]
  private var variants: [ProductID: [VariantRow]] = [:]
  private var pictures: [ProductID: [PictureRow]] = [:]
  private var skuOwners: [Place: ProductID] = [:]
  private var categories: Set<CategoryID> = []
  private var brands: Set<BrandID> = []
  private let withheld: Set<MerchantID>
  private var changes = BatchChanges()

  /// - Parameter locks: whether what is read stays as it is until the transaction ends, as whoever writes needs it.
  init(
    _ drafts: [CheckedDraft], ids: IDGenerator, now: Timestamp, locks: Bool = true, in transaction: any ReadTransaction
  ) throws {
    self.ids = ids
    self.now = now
    let merchants = Set(drafts.map(\.merchant)).sorted()
    withheld = Set(
      try transaction.rows(
        """
        SELECT merchant_id FROM withheld_merchant WHERE merchant_id IN \(list: merchants) AND is_withheld = 1
        ORDER BY merchant_id
        """
      ).map { try $0["merchant_id"] })
    let namedCategories = Set(drafts.compactMap(\.content.category)).sorted()
    let namedBrands = Set(drafts.compactMap(\.content.brand)).sorted()
    // Locked, since a category or a brand is removed only once nothing is found on it.
    let share: SQL = locks ? transaction.dialect.forShare : ""
    categories = Set(
      try transaction.rows("SELECT id FROM category WHERE id IN \(list: namedCategories) ORDER BY id \(share)").map {
        try $0["id"]
      })
    brands = Set(
      try transaction.rows("SELECT id FROM brand WHERE id IN \(list: namedBrands) ORDER BY id \(share)").map {
        try $0["id"]
      })
    let lock: SQL = locks ? transaction.dialect.forUpdate : ""
    for (merchant, drafts) in Dictionary(grouping: drafts, by: \.merchant) {
      try look(for: drafts, of: merchant, lock: lock, in: transaction)
    }
    if !rows.isEmpty {
      let known = rows.values.map(\.id).sorted()
      variants = Dictionary(grouping: try VariantTable.variants(of: known, in: transaction), by: \.product)
      pictures = Dictionary(grouping: try PictureTable.pictures(of: known, in: transaction), by: \.product)
    }
  }

  /// Finds the merchant's products that the drafts name, and who holds their SKUs.
  ///
  /// Each statement of a write sees what was committed before it. A product that another made after it was looked for
  /// in vain holds its SKUs here all the same, and would be taken for a stranger: so where a holder isn't known, what is
  /// missing is looked for again. Every further look but the last finds at least one more of the products.
  private mutating func look(
    for drafts: [CheckedDraft], of merchant: MerchantID, lock: SQL, in transaction: any ReadTransaction
  ) throws {
    let handles = drafts.map(\.handle.rawValue)
    let skus = Array(Set(drafts.flatMap { $0.variants.map(\.sku) }.filter { !$0.isEmpty })).sorted()
    var known = try find(handles, of: merchant, lock: lock, in: transaction)
    var owners = try VariantTable.owners(of: skus, merchant: merchant, in: transaction)
    while owners.values.contains(where: { !known.contains($0) }) {
      let missing = handles.filter { rows[Place(merchant: merchant, text: $0)] == nil }
      let late = try find(missing, of: merchant, lock: lock, in: transaction)
      if late.isEmpty { break }
      known.formUnion(late)
      // What they hold was read before they were locked.
      owners = try VariantTable.owners(of: skus, merchant: merchant, in: transaction)
    }
    for (sku, owner) in owners { skuOwners[Place(merchant: merchant, text: sku)] = owner }
  }

  /// Reads the rows of the products with these handles. Answers which products there are.
  private mutating func find(
    _ handles: [String], of merchant: MerchantID, lock: SQL, in transaction: any ReadTransaction
  ) throws -> Set<ProductID> {
    guard !handles.isEmpty else { return [] }
    let found = try transaction.rows(
      """
      SELECT \(ProductRow.columns) FROM product WHERE merchant_id = \(merchant) AND handle IN \(list: handles)
      ORDER BY id \(lock)
      """
    ).map { try ProductRow($0) }
    for row in found { rows[Place(merchant: merchant, text: row.handle)] = row }
    return Set(found.map(\.id))
  }

  /// Whether there was a product with the draft's merchant and handle when the batch was read.
  func knows(_ draft: CheckedDraft) -> Bool {
    rows[Place(merchant: draft.merchant, text: draft.handle.rawValue)] != nil
  }

  mutating func save(_ draft: CheckedDraft) throws -> Result<Saved, CatalogFault> {
    if let fault = unknowns(in: draft) { return .failure(.fields(fault)) }
    let place = Place(merchant: draft.merchant, text: draft.handle.rawValue)
    let old = rows[place]
    for variant in draft.variants where !variant.sku.isEmpty {
      let owner = skuOwners[Place(merchant: draft.merchant, text: variant.sku)]
      if let owner, owner != old?.id { return .failure(.refusal(.skuTaken(variant.sku))) }
    }
    let product = old?.id ?? ids.next()
    let oldPictures = pictures[product] ?? []
    let oldVariants = variants[product] ?? []
    let newPictures = match(draft.pictures, with: oldPictures, of: product)
    let newVariants = match(draft, with: oldVariants, pictures: newPictures, of: product)
    let isChanged =
      old?.contentHash != draft.contentHash || newPictures != oldPictures || newVariants != oldVariants
    let publication = draft.publication(after: old, isChanged: isChanged)
    if let old, !isChanged, old.publication == publication {
      return .success(Saved(outcome: .unchanged, product: try Self.product(old, draft, newVariants, newPictures)))
    }
    let row = ProductRow(
      id: product, merchant: draft.merchant, handle: draft.handle.rawValue,
      isPublished: publication.isShown(at: now),
      isWithheld: withheld.contains(draft.merchant), publication: publication, version: (old?.version ?? 0) + 1,
      createdAt: old?.createdAt ?? now,
      changedAt: now, contentHash: draft.contentHash
    )
    changes.add(row, draft, isNew: old == nil, picture: newPictures.first?.picture.id)
    changes.add(variants: newVariants, from: oldVariants)
    changes.add(pictures: newPictures, from: oldPictures)
    for variant in oldVariants {
      if let sku = variant.skuKey { skuOwners[Place(merchant: draft.merchant, text: sku)] = nil }
    }
    for variant in newVariants {
      if let sku = variant.skuKey { skuOwners[Place(merchant: draft.merchant, text: sku)] = product }
    }
    let outcome: Saved.Outcome = old == nil ? .created : .updated
    return .success(Saved(outcome: outcome, product: try Self.product(row, draft, newVariants, newPictures)))
  }

  func write(in transaction: any Transaction) throws -> BatchChanges {
    try changes.write(in: transaction)
    return changes
  }

  private func unknowns(in draft: CheckedDraft) -> FieldFaults? {
    var faults = FieldFaults()
    if let category = draft.content.category, !categories.contains(category) { faults.add("category", "unknown") }
    if let brand = draft.content.brand, !brands.contains(brand) { faults.add("brand", "unknown") }
    return faults.isEmpty ? nil : faults
  }

  private static func product(
    _ row: ProductRow, _ draft: CheckedDraft, _ variants: [VariantRow], _ pictures: [PictureRow]
  ) throws -> Product {
    try ProductTable.product(row, content: draft.content, variants: variants, pictures: pictures)
  }

  /// A picture is the same when its address or, without one, its file is; fetched bytes stay with their address.
  private func match(_ drafts: [PictureDraft], with old: [PictureRow], of product: ProductID) -> [PictureRow] {
    var free = old
    return drafts.enumerated().map { position, draft in
      let found = free.firstIndex { row in
        draft.source != nil ? row.picture.source == draft.source : row.picture.file == draft.file
      }
      guard let found else {
        let picture = Picture(id: ids.next(), file: draft.file, source: draft.source, alternative: draft.alternative)
        return PictureRow(picture: picture, product: product, position: position, failures: 0)
      }
      var row = free.remove(at: found)
      row.picture.file = draft.file ?? row.picture.file
      row.picture.alternative = draft.alternative
      row.position = position
      return row
    }
  }

  /// The variants of the draft in order, then those that are no longer for sale.
  private func match(
    _ draft: CheckedDraft, with old: [VariantRow], pictures: [PictureRow], of product: ProductID
  ) -> [VariantRow] {
    let matches = VariantMatch(draft, old)
    var rows: [VariantRow] = []
    rows.reserveCapacity(draft.variants.count)
    let shown = Set(pictures.map(\.picture.id))
    for (position, variant) in draft.variants.enumerated() {
      let known = matches.found[position]
      let kept = known?.picture.flatMap { shown.contains($0) ? $0 : nil }
      rows.append(
        VariantRow(
          id: known?.id ?? ids.next(), product: product, merchant: draft.merchant, position: position,
          isRetired: false, sku: variant.sku, barcode: variant.barcode, choice: variant.choice,
          choiceKey: draft.choiceKeys[position], choiceText: draft.choiceTexts[position],
          weightGrams: variant.weightGrams,
          picture: variant.keepsPicture ? kept : variant.picture.map { pictures[$0].picture.id },
          requiresShipping: variant.requiresShipping))
    }
    for row in matches.left {
      var retired = row
      if !row.isRetired {
        retired.isRetired = true
        retired.position = Self.retiredPosition
      }
      rows.append(retired)
    }
    return rows
  }

  /// Retired variants stand behind all others.
  private static let retiredPosition = 1_000_000
}

/// Which stored variant each drafted one is: the one that it names, else by its option values, then by its SKU; those for
/// sale before retired ones.
struct VariantMatch {
  private(set) var found: [Int: VariantRow] = [:]
  private(set) var left: [VariantRow] = []

  init(_ draft: CheckedDraft, _ old: [VariantRow]) {
    guard !old.isEmpty else { return }
    var taken: Set<VariantID> = []
    func index(_ name: (VariantRow) -> String) -> [String: [VariantRow]] {
      Dictionary(grouping: old.sorted { !$0.isRetired && $1.isRetired }, by: name)
    }
    let byChoice = index(\.choiceKey)
    let bySKU = index(\.sku)
    let byID = Dictionary(old.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    for (position, variant) in draft.variants.enumerated() {
      guard let row = variant.id.flatMap({ byID[$0] }), taken.insert(row.id).inserted else { continue }
      found[position] = row
    }
    for (position, key) in draft.choiceKeys.enumerated() where found[position] == nil {
      guard let row = byChoice[key]?.first(where: { !taken.contains($0.id) }) else { continue }
      found[position] = row
      taken.insert(row.id)
    }
    for (position, variant) in draft.variants.enumerated() where found[position] == nil && !variant.sku.isEmpty {
      guard let row = bySKU[variant.sku]?.first(where: { !taken.contains($0.id) }) else { continue }
      found[position] = row
      taken.insert(row.id)
    }
    left = old.filter { !taken.contains($0.id) }
  }
}
