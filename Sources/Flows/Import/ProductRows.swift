import Catalog
import Foundation
import Pricing
import Values

/// Makes products out of rows.
///
/// A row is a variant if it has an option's value, a SKU, a barcode or a price; a product without such a row has its first
/// row as its only variant. Rows with nothing but a picture add that. What is said of the whole product is taken from the
/// first row that says it, so it doesn't matter which row comes first.
struct ProductRows {
  let columns: ProductColumns
  let currency: Currency
  let filesAddress: String

  func product(
    of group: ProductGroup, notes: inout [ImportReport.Note]
  ) throws(RowFault) -> ImportedProduct {
    let rows = group.rows
    guard let first = rows.first else { throw RowFault(line: 0, code: "noRows", reason: "There are no rows.") }
    if group.isTooLong {
      throw RowFault(
        line: first.line, code: "tooManyRows", reason: "A product has at most \(ProductSheet.rowLimit) rows.")
    }
    if let cut = rows.first(where: \.isCut) {
      throw RowFault(
        line: cut.line, code: "cellTooLong", reason: "A cell is longer than \(CSVReader.fieldLimit) bytes.")
    }
    let title = firstText(.title, of: rows)
    guard !title.isEmpty else { throw RowFault(line: first.line, code: "noTitle", reason: "There is no title.") }
    let handle = try handle(of: rows, title: title)
    var notebook = RowNotebook(handle: handle.rawValue)
    defer { notes += notebook.notes }
    noteStrayCells(rows, in: &notebook)
    noteSecondTitles(rows, title: title, in: &notebook)
    let isPublished = isPublished(rows, notebook: &notebook)

    var pictures = PictureRows(columns: columns, filesAddress: filesAddress)
    pictures.gather(rows, notebook: &notebook)
    let variants = VariantRows(columns: columns, currency: currency, needsPrices: isPublished)
    let (options, imported) = try variants.variants(of: rows, pictures: &pictures, notebook: &notebook)

    let (path, extras) = category(of: rows)
    let content = ProductContent(
      title: title, subtitle: firstText(.subtitle, of: rows), introduction: firstText(.body, of: rows, multiline: true),
      options: options, attributes: attributes(of: rows, notebook: &notebook), tags: tags(of: rows),
      extras: extras.merging(self.extras(of: rows, variants: imported.map(\.line), notebook: &notebook)) { first, _ in
        first
      })
    return ImportedProduct(
      line: first.line, handle: handle, merchant: firstLine(.merchant, of: rows), categoryPath: path,
      vendor: firstLine(.vendor, of: rows), content: content, variants: imported, pictures: pictures.drafts,
      isPublished: isPublished, size: rows.reduce(0) { $0 + $1.size })
  }

  private func firstLine(_ column: ProductColumn, of rows: [CSVRecord]) -> String {
    for row in rows {
      let text = columns.line(column, of: row)
      if !text.isEmpty { return text }
    }
    return ""
  }

  private func firstText(_ column: ProductColumn, of rows: [CSVRecord], multiline: Bool = false) -> LocalizedText {
    for row in rows {
      let text = columns.text(column, of: row, multiline: multiline)
      if !text.isEmpty { return text }
    }
    return LocalizedText()
  }

  private func handle(of rows: [CSVRecord], title: LocalizedText) throws(RowFault) -> Slug {
    let given = firstLine(.handle, of: rows)
    let name = given.isEmpty ? title[.en] : given
    let line = rows.first?.line ?? 0
    guard name.unicodeScalars.count <= Slug.limit else {
      throw RowFault(line: line, code: "handleTooLong", reason: "The handle is longer than \(Slug.limit) characters.")
    }
    guard let slug = Slug(rawValue: name) ?? Slug(from: name) else {
      throw RowFault(line: line, code: "badHandle", reason: "'\(name)' has no letters or digits to make a handle of.")
    }
    return slug
  }

  /// Signs that a comma or a quote inside of a cell was taken for one between cells.
  private func noteStrayCells(_ rows: [CSVRecord], in notebook: inout RowNotebook) {
    for row in rows {
      if columns.isOverfull(row) {
        notebook.warn(
          row.line, "tooManyCells",
          "The row has \(row.count) cells, the header \(columns.count); a comma inside of a cell needs quotes around it."
        )
      }
      if row.isRagged {
        notebook.warn(
          row.line, "strayQuote",
          "Text follows a closing quote; a quote inside of a cell must be doubled, else rows run together.")
      }
    }
  }

  private func noteSecondTitles(_ rows: [CSVRecord], title: LocalizedText, in notebook: inout RowNotebook) {
    for row in rows.dropFirst() {
      let other = columns.text(.title, of: row)
      guard !other.isEmpty, other != title else { continue }
      notebook.warn(
        row.line, "secondTitle", "This handle already has the title '\(title[.en])'; '\(other[.en])' is ignored.")
      return
    }
  }

  /// The standard category if there is one, and then the merchant's own type is kept as it is; else the type.
  private func category(of rows: [CSVRecord]) -> (path: [LocalizedText], extras: [String: String]) {
    let standard = firstText(.productCategory, of: rows)
    let type = firstText(.type, of: rows)
    if standard.isEmpty { return (CategoryPath.read(type), [:]) }
    let plain = firstLine(.type, of: rows)
    return (CategoryPath.read(standard), plain.isEmpty ? [:] : [ProductColumn.type.rawValue: plain])
  }

  private func tags(of rows: [CSVRecord]) -> [String] {
    var seen: Set<String> = []
    return firstLine(.tags, of: rows)
      .split { $0 == "," || $0 == "，" }
      .map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty && seen.insert($0).inserted }
  }

  private func attributes(of rows: [CSVRecord], notebook: inout RowNotebook) -> [ProductAttribute] {
    let text = firstLine(.attributes, of: rows)
    if text.isEmpty { return [] }
    if let attributes = try? JSONDecoder().decode([ProductAttribute].self, from: Data(text.utf8)) { return attributes }
    notebook.warn(
      rows.first?.line ?? 0, "badAttributes", "The attributes aren't in the form that an export writes; ignored.")
    return []
  }

  /// Published unless the file says no. `archived` is kept, because the shop itself knows only published and not.
  private func isPublished(_ rows: [CSVRecord], notebook: inout RowNotebook) -> Bool {
    let published = firstLine(.published, of: rows)
    let status = firstLine(.status, of: rows)
    var flag = true
    if !published.isEmpty {
      if let said = Cell.flag(published) {
        flag = said
      } else {
        notebook.warn(
          rows.first?.line ?? 0, "badFlag", "Published is '\(published)', neither true nor false; not published.")
        flag = false
      }
    }
    guard let isActive = Cell.isActive(status) else {
      notebook.warn(
        rows.first?.line ?? 0, "badStatus",
        "Status is '\(status.prefix(40))', neither active nor draft nor archived; not published.")
      return false
    }
    return flag && isActive
  }

  /// What the shop has no place for, by column. Columns of variants keep the first variant's value under their name, and
  /// under `name #2`, `name #3` … those of others that differ.
  private func extras(of rows: [CSVRecord], variants: [Int], notebook: inout RowNotebook) -> [String: String] {
    var extras: [String: String] = [:]
    let byLine = Dictionary(rows.map { ($0.line, $0) }, uniquingKeysWith: { first, _ in first })
    let variantRows = variants.compactMap { byLine[$0] }
    for extra in columns.extras {
      if extra.isPerVariant {
        let values = variantRows.map { Cell.block($0[extra.index]) }
        let first = values.first ?? ""
        if !first.isEmpty { extras[extra.name] = first }
        for (number, value) in values.enumerated() where value != first {
          extras["\(extra.name) #\(number + 1)"] = value
        }
      } else if let value = rows.lazy.map({ Cell.block($0[extra.index]) }).first(where: { !$0.isEmpty }) {
        extras[extra.name] = value
      }
    }
    for (name, value) in extras where value.unicodeScalars.count > Self.extraLimit {
      notebook.warn(
        rows.first?.line ?? 0, "extraTooLong", "\(name) is longer than \(Self.extraLimit) characters; not kept.")
      extras[name] = nil
    }
    if firstLine(.status, of: rows).lowercased() == "archived" { extras[ProductColumn.status.rawValue] = "archived" }
    return extras
  }

  private static let extraLimit = 5000
}

/// Collects what is odd about one product, not more than a handful.
struct RowNotebook {
  static let limit = 20
  let handle: String
  private(set) var notes: [ImportReport.Note] = []

  init(handle: String) { self.handle = handle }

  mutating func warn(_ line: Int, _ code: String, _ reason: String) {
    guard notes.count < Self.limit else { return }
    notes.append(ImportReport.Note(line: line, handle: handle, code: code, reason: reason))
  }
}

/// A category as a file writes it: `Home > Kitchen > Pots`.
enum CategoryPath {
  static let depthLimit = 6

  static func read(_ text: LocalizedText) -> [LocalizedText] {
    let english = steps(text.en), chinese = steps(text.zhHans)
    if english.count == chinese.count { return zip(english, chinese).map { LocalizedText(en: $0, zhHans: $1) } }
    if english.isEmpty { return chinese.map { LocalizedText(zhHans: $0) } }
    // Paths of different lengths can't be laid over each other; the longer one says more.
    return english.count >= chinese.count
      ? english.map { LocalizedText(en: $0) } : chinese.map { LocalizedText(zhHans: $0) }
  }

  static func write(_ path: [LocalizedText]) -> LocalizedText {
    func joined(_ names: [String]) -> String { names.contains("") ? "" : names.joined(separator: " > ") }
    let text = LocalizedText(en: joined(path.map(\.en)), zhHans: joined(path.map(\.zhHans)))
    if !text.isEmpty { return text }
    // Names that share no language: each in the one it has, as `read` takes it.
    return LanguageCells.read(plain: joined(path.map { $0[.zhHans] }), en: "", zhHans: "")
  }

  private static func steps(_ text: String) -> [String] {
    text.split { $0 == ">" || $0 == "＞" || $0 == "›" }
      .map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty }
      .prefix(depthLimit).map { $0 }
  }
}
