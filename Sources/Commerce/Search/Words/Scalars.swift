/// Folded characters as strings. Written out by hand, since it is done for every token of every document.
enum Scalars {
  static func text(_ scalars: ArraySlice<UInt32>) -> String {
    String(unsafeUninitializedCapacity: 4 * scalars.count) { buffer in
      var count = 0
      for value in scalars { put(value, into: buffer, at: &count) }
      return count
    }
  }

  static func text(_ one: UInt32) -> String {
    String(unsafeUninitializedCapacity: 4) { buffer in
      var count = 0
      put(one, into: buffer, at: &count)
      return count
    }
  }

  static func text(_ one: UInt32, _ two: UInt32) -> String {
    String(unsafeUninitializedCapacity: 8) { buffer in
      var count = 0
      put(one, into: buffer, at: &count)
      put(two, into: buffer, at: &count)
      return count
    }
  }

  /// In UTF-8.
  @inline(__always)
  private static func put(_ value: UInt32, into buffer: UnsafeMutableBufferPointer<UInt8>, at count: inout Int) {
    @inline(__always) func byte(_ byte: UInt32) {
      buffer[count] = UInt8(truncatingIfNeeded: byte)
      count += 1
    }
    switch value {
    case 0..<0x80: byte(value)
    case 0x80..<0x800:
      byte(0xC0 | value >> 6)
      byte(0x80 | value & 0x3F)
    case 0x800..<0x10000:
      byte(0xE0 | value >> 12)
      byte(0x80 | value >> 6 & 0x3F)
      byte(0x80 | value & 0x3F)
    default:
      byte(0xF0 | value >> 18)
      byte(0x80 | value >> 12 & 0x3F)
      byte(0x80 | value >> 6 & 0x3F)
      byte(0x80 | value & 0x3F)
    }
  }
}
