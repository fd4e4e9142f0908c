import Storage
import Values

/// What a batch writes, in the order that unique keys allow.
struct BatchChanges {
  private(set) var products: [ProductRow] = []
  /// All variants of changed products, retired ones too: what caches must forget.
  private(set) var touchedVariants: [VariantID] = []
  private var newProducts: [[SQLValue]] = []
  private var revisedProducts: [(ProductRow, CheckedDraft, PictureID?)] = []
  private var newVariants: [VariantRow] = []
  private var revisedVariants: [VariantRow] = []
  private var freedSKUs: [VariantID] = []
  private var newPictures: [PictureRow] = []
  private var revisedPictures: [PictureRow] = []
  private var removedPictures: [PictureID] = []

  mutating func add(_ row: ProductRow, _ draft: CheckedDraft, isNew: Bool, picture: PictureID?) {
    products.append(row)
    if isNew {
      newProducts.append(ProductTable.values(row, draft, picture: picture))
    } else {
      revisedProducts.append((row, draft, picture))
    }
  }

  mutating func add(variants: [VariantRow], from old: [VariantRow]) {
    let known = Dictionary(old.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    for row in variants {
      touchedVariants.append(row.id)
      guard let before = known[row.id] else {
        newVariants.append(row)
        continue
      }
      if before == row { continue }
      revisedVariants.append(row)
      if before.skuKey != nil, before.skuKey != row.skuKey { freedSKUs.append(row.id) }
    }
  }

  mutating func add(pictures: [PictureRow], from old: [PictureRow]) {
    let known = Dictionary(old.map { ($0.picture.id, $0) }, uniquingKeysWith: { first, _ in first })
    for row in pictures {
      if let before = known[row.picture.id] {
        if before != row { revisedPictures.append(row) }
      } else {
        newPictures.append(row)
      }
    }
    let kept = Set(pictures.map(\.picture.id))
    removedPictures += old.map(\.picture.id).filter { !kept.contains($0) }
  }

  func write(in transaction: any Transaction) throws {
    try insertRows(into: "product", ProductTable.insertColumns, newProducts, in: transaction)
    for (row, draft, picture) in revisedProducts {
      try ProductTable.revise(row, draft, picture: picture, in: transaction)
    }
    // SKUs are set free first, so that two variants can exchange theirs.
    try VariantTable.freeSKUs(of: freedSKUs, in: transaction)
    for row in revisedVariants { try VariantTable.revise(row, in: transaction) }
    try insertRows(into: "variant", VariantTable.insertColumns, newVariants.map(VariantTable.values), in: transaction)
    try PictureTable.remove(removedPictures, in: transaction)
    for row in revisedPictures { try PictureTable.revise(row, in: transaction) }
    try insertRows(into: "picture", PictureTable.insertColumns, newPictures.map(PictureTable.values), in: transaction)
  }
}
