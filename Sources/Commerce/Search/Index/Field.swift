import Values

/// Where a token stands in a document, as bits of a posting.
enum Field {
  static let title: UInt8 = 1
  static let brand: UInt8 = 2
  static let category: UInt8 = 4
  static let attributes: UInt8 = 8
  static let body: UInt8 = 16
  /// It says what the thing is.
  static let head: UInt8 = 32
  /// Fields whose words name the thing.
  static let naming: UInt8 = 7
  /// How many fields have a length of their own.
  static let count = 5

  /// A length as one byte: exact for short ones, in steps of 16 beyond.
  static func code(length: Int) -> UInt8 {
    length < 128 ? UInt8(max(0, length)) : UInt8(min(255, 128 + (length - 128) / 16))
  }
  static func length(code: UInt8) -> Int { code < 128 ? Int(code) : 128 + (Int(code) - 128) * 16 }
}
