import CArchive

/// Makes zip and gzip files in memory, of things that are small enough for it.
public enum CompressedWriter {
  /// `AE_IFREG`, which is a cast and doesn't come over from C.
  private static let regularFile: UInt32 = 0o100000

  /// - Parameter entries: names as bytes, since not every reader takes them as UTF-8.
  public static func zip(_ entries: [(name: [UInt8], content: [UInt8])]) throws -> [UInt8] {
    let size = entries.reduce(0) { $0 + $1.content.count + 2 * $1.name.count }
    return try write(room: size) { archive in
      archive_write_set_format_zip(archive)
    } content: { archive in
      for entry in entries { try write(entry.content, named: entry.name, to: archive) }
    }
  }

  public static func gzip(_ content: [UInt8]) throws -> [UInt8] {
    try write(room: content.count) { archive in
      archive_write_add_filter_gzip(archive)
      archive_write_set_format_raw(archive)
    } content: { archive in
      try write(content, named: Array("data".utf8), to: archive)
    }
  }

  private static func write(
    room: Int, prepare: (OpaquePointer) -> Void, content: (OpaquePointer) throws -> Void
  ) throws -> [UInt8] {
    guard let archive = archive_write_new() else { throw CompressionFault.unwritable("no memory") }
    defer { archive_write_free(archive) }
    prepare(archive)
    archive_write_set_bytes_per_block(archive, 0)
    // Deflate adds at most five bytes to each 16 KiB, headers come on top.
    var buffer = [UInt8](repeating: 0, count: room + room / 1000 + 65_536)
    var used = 0
    try buffer.withUnsafeMutableBytes { bytes in
      try check(archive_write_open_memory(archive, bytes.baseAddress, bytes.count, &used), archive)
      try content(archive)
      try check(archive_write_close(archive), archive)
    }
    return Array(buffer[..<used])
  }

  private static func write(_ content: [UInt8], named name: [UInt8], to archive: OpaquePointer) throws {
    guard let entry = archive_entry_new() else { throw CompressionFault.unwritable("no memory") }
    defer { archive_entry_free(entry) }
    (name.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer {
      archive_entry_copy_pathname(entry, $0.baseAddress)
    }
    archive_entry_set_size(entry, Int64(content.count))
    archive_entry_set_filetype(entry, regularFile)
    archive_entry_set_perm(entry, 0o644)
    let header = archive_write_header(archive, entry)
    if header != ARCHIVE_WARN { try check(header, archive) }
    var rest = content[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { archive_write_data(archive, $0.baseAddress, $0.count) }
      guard written > 0 else { throw fault(archive) }
      rest = rest.dropFirst(written)
    }
  }

  private static func check(_ result: Int32, _ archive: OpaquePointer) throws {
    if result != ARCHIVE_OK { throw fault(archive) }
  }

  private static func fault(_ archive: OpaquePointer) -> CompressionFault {
    .unwritable(archive_error_string(archive).map { String(cString: $0) } ?? "broken")
  }
}
