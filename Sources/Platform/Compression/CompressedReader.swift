import CArchive

/// Reads what zip and gzip files hold, piece by piece, so that a file of any size takes little memory and one that unpacks
/// to more than it should is left.
public struct CompressedReader: Sendable {
  public enum Kind: Sendable { case zip, gzip }

  private static let pieceBytes = 65_536

  let kind: Kind
  /// Of all that comes out.
  let limitBytes: Int

  public init(_ kind: Kind, limitBytes: Int) {
    self.kind = kind
    self.limitBytes = limitBytes
  }

  /// Hands on the pieces of each entry in turn, with the bytes of its name as they stand in the file (empty for gzip).
  /// Throws `CompressionFault`, and what `take` throws.
  public func read(path: String, _ take: (_ entry: [UInt8], _ piece: ArraySlice<UInt8>) throws -> Void) throws {
    guard let archive = archive_read_new() else { throw CompressionFault.unreadable("no memory") }
    defer { archive_read_free(archive) }
    switch kind {
    case .zip: archive_read_support_format_zip(archive)
    case .gzip:
      archive_read_support_filter_gzip(archive)
      archive_read_support_format_raw(archive)
    }
    try check(archive_read_open_filename(archive, path, Self.pieceBytes), archive)
    // Raw reading takes whatever is there: what isn't compressed isn't what was promised.
    if kind == .gzip, archive_filter_code(archive, 0) != ARCHIVE_FILTER_GZIP {
      throw CompressionFault.unreadable("not gzip")
    }
    var left = limitBytes
    var entry: OpaquePointer?
    while try hasNext(archive, &entry) {
      let name = kind == .zip ? archive_entry_pathname(entry).map { bytes(of: $0) } ?? [] : []
      try readEntry(archive, left: &left) { try take(name, $0) }
    }
  }

  private func hasNext(_ archive: OpaquePointer, _ entry: inout OpaquePointer?) throws -> Bool {
    let result = archive_read_next_header(archive, &entry)
    if result == ARCHIVE_EOF { return false }
    // A name that isn't of the machine's character set is a warning, and no concern of ours.
    if result != ARCHIVE_WARN { try check(result, archive) }
    return true
  }

  private func readEntry(
    _ archive: OpaquePointer, left: inout Int, _ take: (ArraySlice<UInt8>) throws -> Void
  ) throws {
    var piece = [UInt8](repeating: 0, count: Self.pieceBytes)
    while true {
      let count = archive_read_data(archive, &piece, piece.count)
      if count == 0 { return }
      guard count > 0 else { throw fault(archive) }
      left -= count
      guard left >= 0 else { throw CompressionFault.tooLarge }
      try take(piece[..<count])
    }
  }

  private func bytes(of text: UnsafePointer<CChar>) -> [UInt8] {
    var bytes: [UInt8] = []
    var at = text
    while at.pointee != 0 {
      bytes.append(UInt8(bitPattern: at.pointee))
      at += 1
    }
    return bytes
  }

  private func check(_ result: Int32, _ archive: OpaquePointer) throws {
    if result != ARCHIVE_OK { throw fault(archive) }
  }

  private func fault(_ archive: OpaquePointer) -> CompressionFault {
    .unreadable(archive_error_string(archive).map { String(cString: $0) } ?? "broken")
  }
}
