import Catalog
import Values

/// The pictures of one product: every address once, by position and then as they appear.
struct PictureRows {
  private struct Entry {
    let draft: PictureDraft
    let position: Int
  }

  private static let addressLimit = 2000
  private static let limit = DraftLimits.standard.pictures

  let columns: ProductColumns
  let filesAddress: String
  private var byAddress: [String: Int] = [:]
  private(set) var drafts: [PictureDraft] = []

  init(columns: ProductColumns, filesAddress: String) {
    self.columns = columns
    self.filesAddress = filesAddress
  }

  mutating func gather(_ rows: [CSVRecord], notebook: inout RowNotebook) {
    var entries: [(address: String, entry: Entry)] = []
    for row in rows {
      let address = Self.complete(columns.line(.imageSource, of: row))
      guard !address.isEmpty, byAddress[address] == nil else { continue }
      guard let place = place(of: address, line: row.line, notebook: &notebook) else { continue }
      byAddress[address] = -1
      let position = Int(columns.line(.imagePosition, of: row)) ?? Int.max
      let draft = PictureDraft(file: place.file, source: place.source, alternative: columns.text(.imageAlt, of: row))
      entries.append((address, Entry(draft: draft, position: position)))
    }
    if entries.count > Self.limit {
      notebook.warn(
        rows.first?.line ?? 0, "tooManyPictures",
        "There are \(entries.count) pictures; the first \(Self.limit) are kept.")
    }
    // `sorted` is stable.
    for (address, entry) in entries.sorted(by: { $0.entry.position < $1.entry.position }).prefix(Self.limit) {
      byAddress[address] = drafts.count
      drafts.append(entry.draft)
    }
  }

  /// The picture with this address, added at the end if no row of its own brought it.
  mutating func index(of given: String, line: Int, notebook: inout RowNotebook) -> Int? {
    if given.isEmpty { return nil }
    let address = Self.complete(given)
    if let index = byAddress[address] { return index < 0 ? nil : index }
    guard drafts.count < Self.limit, let place = place(of: address, line: line, notebook: &notebook) else { return nil }
    byAddress[address] = drafts.count
    drafts.append(PictureDraft(file: place.file, source: place.source))
    return drafts.count - 1
  }

  /// Shops write addresses that leave the scheme to the page.
  private static func complete(_ address: String) -> String { address.hasPrefix("//") ? "https:" + address : address }

  private func place(
    of address: String, line: Int, notebook: inout RowNotebook
  ) -> (file: FileKey?, source: String?)? {
    if address.hasPrefix(filesAddress), let key = FileKey(rawValue: String(address.dropFirst(filesAddress.count))) {
      return (key, nil)
    }
    guard FetchPictures.isWebAddress(address), address.utf8.count <= Self.addressLimit else {
      notebook.warn(line, "badPicture", "The picture '\(address.prefix(80))' isn't at a web address; left out.")
      return nil
    }
    return (nil, address)
  }
}
