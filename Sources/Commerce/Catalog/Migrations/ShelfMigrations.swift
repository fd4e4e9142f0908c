import Storage

extension StoredCatalog {
  /// Categories can be hidden, brands have logos, and both are found with their goods.
  static let arrangeShelves = Migration("catalog", 5, "005_ArrangeShelves") { transaction in
    try transaction.addColumn(.integer("is_hidden", default: 0), to: "category")
    try transaction.addColumn(.integer("version", default: 1), to: "category")
    try transaction.addColumn(.text("logo", 80, nullable: true), to: "brand")
    try transaction.addColumn(.integer("version", default: 1), to: "brand")
    // The merchant whose staff brought it, and when.
    try transaction.addColumn(.integer("made_by", nullable: true), to: "brand")
    try transaction.addColumn(.integer("made_at", nullable: true), to: "brand")
    try transaction.createIndex("brand_by_maker", on: "brand", ["made_by", "made_at"])
    // Whether all goods were told of that show the brand's name.
    try transaction.addColumn(.integer("is_told", default: 1), to: "brand")
    try transaction.createIndex("brand_by_told", on: "brand", ["is_told", "id"])
  }
}
