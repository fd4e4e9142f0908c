import Imports
import Values

extension ImportPreview {
  /// What the head of a file says of the rest.
  init(_ sheet: ProductSheet, read text: DecodedFile) {
    self.init(
      encoding: text.encoding.name, delimiter: String(decoding: [sheet.delimiter], as: UTF8.self))
    columns = sheet.columns.headings.prefix(Self.mostColumns).map { heading in
      Column(name: String(heading.name.prefix(80)), meaning: heading.meaning, isIdle: heading.isRepeated)
    }
  }

  mutating func add(brands: [String], categories: [String], figures: ImportFigures) {
    func first(_ names: [String]) -> [String] { names.prefix(Self.mostNames).map { String($0.prefix(200)) } }
    (newBrands, newBrandCount) = (first(brands), brands.count)
    (newCategories, newCategoryCount) = (first(categories), categories.count)
    self.figures = figures
  }
}
