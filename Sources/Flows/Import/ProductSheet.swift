import Foundation
import Values

/// The rows of one product, wherever in the file they stand.
struct ProductGroup {
  /// What the file calls the product; see `ProductSheet.key`.
  let key: String
  var rows: [CSVRecord] = []
  /// More rows than a product may have; the others weren't kept.
  var isTooLong = false
}

/// A product file as a series of products, in the order in which each first appears.
///
/// Rows of a product normally follow one another, but sorted and merged files scatter them. So the file is read twice. The
/// first reading keeps, for every handle, a hash and where its first run of rows begins (40 bytes a product); runs beyond
/// the first are rare and kept with their places. The second reading gathers each product at its first run: its other
/// runs are fetched from their places, and skipped when they come along. Memory is bounded by one product's rows, and a
/// syntax fault anywhere in the file is known before anything is imported.
final class ProductSheet {
  static let rowLimit = 2000

  private struct Run {
    let offset: Int
    let line: Int
  }

  let columns: ProductColumns
  let delimiter: UInt8
  private(set) var rowCount = 0
  private(set) var productCount = 0
  private(set) var strayCount = 0
  /// The first of the rows with neither handle nor title, before any product.
  private(set) var strayLines: [Int] = []

  private let url: URL
  private var reader: CSVReader
  private var record = CSVRecord()
  private var hasRecord = false
  private var furtherRuns: [Int: [Run]] = [:]
  private var gathered: Set<Int> = []

  /// - Parameter url: UTF-8 text.
  init(_ url: URL) throws {
    self.url = url
    let chunks = try FileChunks(url)
    reader = try CSVReader { try chunks.next() }
    delimiter = reader.delimiter
    do {
      guard try reader.next(into: &record) else { throw ImportFault.emptyFile }
    } catch CSVFault.unterminatedQuote(let line) {
      throw ImportFault.unterminatedQuote(line: line)
    }
    columns = try ProductColumns(header: record)
    guard let start = try index() else { return }
    try chunks.seek(to: start.offset)
    reader = CSVReader(delimiter: delimiter, line: start.line, offset: start.offset) { try chunks.next() }
    hasRecord = try nextRow()
  }

  /// Bytes read so far in the second reading.
  var offset: Int { reader.offset }

  func next() throws -> ProductGroup? {
    while hasRecord {
      // Rows without a name before the first product were noted while indexing.
      guard let key = key(of: record) else {
        hasRecord = try nextRow()
        continue
      }
      let hash = key.hashValue
      let isScattered = furtherRuns[hash] != nil
      let isKnown = isScattered && !gathered.insert(hash).inserted
      var group = ProductGroup(key: key)
      repeat {
        if !isKnown { add(record, to: &group) }
        hasRecord = try nextRow()
      } while hasRecord && (self.key(of: record) ?? key) == key
      if isKnown { continue }
      for run in furtherRuns[hash] ?? [] { try gather(run, into: &group) }
      return group
    }
    return nil
  }

  private func add(_ record: CSVRecord, to group: inout ProductGroup) {
    if group.rows.count < Self.rowLimit { group.rows.append(record) } else { group.isTooLong = true }
  }

  private func gather(_ run: Run, into group: inout ProductGroup) throws {
    let chunks = try FileChunks(url, size: 32 * 1024, from: run.offset)
    var reader = CSVReader(delimiter: delimiter, line: run.line, offset: run.offset) { try chunks.next() }
    var row = CSVRecord()
    while try reader.next(into: &row) {
      if row.isEmpty { continue }
      guard (key(of: row) ?? group.key) == group.key else { return }
      add(row, to: &group)
    }
  }

  private func nextRow() throws -> Bool {
    while try reader.next(into: &record) {
      if !record.isEmpty { return true }
    }
    return false
  }

  /// Answers where the first row begins.
  private func index() throws -> Run? {
    var first: Run?
    var seen: Set<Int> = []
    var current: String?
    do {
      while try nextRow() {
        rowCount += 1
        if first == nil { first = Run(offset: record.offset, line: record.line) }
        guard let key = key(of: record) ?? current else {
          if strayLines.count < ImportReport.listLimit { strayLines.append(record.line) }
          strayCount += 1
          continue
        }
        if key == current { continue }
        current = key
        if !seen.insert(key.hashValue).inserted {
          furtherRuns[key.hashValue, default: []].append(Run(offset: record.offset, line: record.line))
        }
      }
    } catch CSVFault.unterminatedQuote(let line) {
      throw ImportFault.unterminatedQuote(line: line)
    }
    productCount = seen.count
    return first
  }

  /// The handle, else the handle that the title makes; rows with neither belong to the product above them. Handles that
  /// are written in capitals or with blanks are the same as their address form. With a column for merchants, equal
  /// handles of two merchants are two products.
  private func key(of row: CSVRecord) -> String? {
    let text = columns.line(.handle, of: row)
    let name = text.isEmpty ? title(of: row) : text
    if name.isEmpty { return nil }
    let handle = Slug(rawValue: name) ?? Slug(from: name)
    // A handle that was cut would mix products up.
    let key = name.unicodeScalars.count > Slug.limit ? name : handle?.rawValue ?? name
    return columns.has(.merchant) ? columns.line(.merchant, of: row) + "\u{0}" + key : key
  }

  private func title(of row: CSVRecord) -> String {
    columns.text(.title, of: row)[.en]
  }
}
