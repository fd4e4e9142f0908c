import Imports

extension ImportReport {
  /// The report of a run that was broken off, to be carried on.
  init(resuming figures: ImportFigures) {
    self.init(
      created: figures.created, updated: figures.updated, unchanged: figures.unchanged, refused: figures.refused,
      warnings: figures.warnings)
    rows = figures.rows
  }

  /// - Parameters:
  ///   - done: products of the file that were gone through.
  ///   - products: those that the file has.
  func figures(done: Int, of products: Int) -> ImportFigures {
    ImportFigures(
      rows: rows, products: products, done: done, created: created, updated: updated, unchanged: unchanged,
      refused: refusedCount, warnings: warningCount)
  }

  /// Hands over what is listed and lists anew, so that each step brings what was found since the one before.
  mutating func takeNotes() -> [ImportNote] {
    let (refused, warnings) = takeLists()
    return (refused.map { $0.kept(isWarning: false) } + warnings.map { $0.kept(isWarning: true) })
      .sorted { $0.line < $1.line }
  }
}

extension ImportReport.Note {
  func kept(isWarning: Bool) -> ImportNote {
    ImportNote(
      isWarning: isWarning, line: line, handle: handle, code: code,
      column: column ?? NoteColumns.column(of: code)?.rawValue, reason: reason)
  }
}

/// Which column of a file a note is about, where its code says it.
enum NoteColumns {
  static func column(of code: String) -> ProductColumn? {
    switch code {
    case "noTitle", "secondTitle": .title
    case "badHandle", "handleTooLong", "noHandle": .handle
    case "noOptionValue", "repeatedVariant": .option1Value
    case "noPrice", "badPrice", "ambiguousPrice", "foreignCurrency", "noPriceColumn": .price
    case "badListPrice": .compareAtPrice
    case "badQuantity", "negativeQuantity", "noStockColumn", "heldStock": .inventoryQuantity
    case "badWeight": .grams
    case "badPicture", "tooManyPictures": .imageSource
    case "badAttributes": .attributes
    case "badFlag": .published
    case "badStatus": .status
    case "skuTaken": .sku
    case "unknownMerchant": .merchant
    case "unknownCategory": .type
    case "tooManyBrands": .vendor
    default: nil
    }
  }
}
