import CQREncode

/// A text as a square pattern that cameras read (ISO/IEC 18004), for people who needn't type it then.
public struct QRCode: Sendable {
  /// Modules of ground that cameras want on each side.
  private static let quietZone = 4

  private let modules: [[Bool]]

  /// Nil when there is no room for the text, which is so from about 2,300 bytes on, or when it holds a NUL.
  public init?(_ text: String) {
    guard !text.utf8.contains(0), let code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M) else { return nil }
    defer { QRcode_free(code) }
    let width = Int(code.pointee.width)
    guard let data = code.pointee.data else { return nil }
    // Of each byte the lowest bit says that the module is dark.
    modules = (0..<width).map { row in (0..<width).map { data[row * width + $0] & 1 == 1 } }
  }

  /// Of the whole drawing, in modules.
  public var side: Int { modules.count + 2 * Self.quietZone }

  /// The dark modules as an SVG path in a box of `side` by `side`, those beside one another as one.
  public var path: String {
    var path = ""
    for (row, line) in modules.enumerated() {
      var column = 0
      while column < line.count {
        let length = line[column...].prefix { $0 }.count
        if length > 0 { path += "M\(column + Self.quietZone) \(row + Self.quietZone)h\(length)v1h-\(length)z" }
        column += max(1, length)
      }
    }
    return path
  }
}
