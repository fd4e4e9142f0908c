import Foundation

/// Brings text to one form for comparing: lower case, without accents, full-width forms narrowed.
enum Folding {
  enum Kind: UInt8 {
    case gap, word, han, joint, point
  }

  struct Folded {
    var scalars: [UInt32] = []
    var kinds: [Kind] = []
  }

  /// - Parameter limit: only so many scalars of the text are looked at.
  static func fold(_ text: String, limit: Int) -> Folded {
    var folded = Folded()
    var count = 0
    for scalar in text.unicodeScalars {
      count += 1
      if count > limit { break }
      append(scalar.value, to: &folded)
    }
    return folded
  }

  /// The folded text as a string, for containment.
  static func plain(_ text: String) -> String {
    var plain = String.UnicodeScalarView()
    for value in fold(text, limit: .max).scalars { if let scalar = Unicode.Scalar(value) { plain.append(scalar) } }
    return String(plain)
  }

  private static func append(_ given: UInt32, to folded: inout Folded) {
    var value = given
    if (0xFF01...0xFF5E).contains(value) { value -= 0xFEE0 }
    if value < 0x80 { return appendASCII(value, to: &folded) }
    switch value {
    case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0x3041...0x3096, 0x30A1...0x30FA, 0x30FC, 0xAC00...0xD7A3, 0x3005, 0x3007,
      0xF900...0xFAFF, 0x20000...0x2FA1F:
      folded.scalars.append(value)
      folded.kinds.append(.han)
    case 0x2019, 0x2BC: break
    case 0x300...0x36F, 0xFE00...0xFE0F, 0x200B...0x200F: break
    case 0x2010...0x2015, 0x2212:
      folded.scalars.append(0x2D)
      folded.kinds.append(.joint)
    case 0x2000...0x206F, 0x3000...0x303F, 0xD7...0xD7, 0xA0...0xA9:
      folded.scalars.append(0x20)
      folded.kinds.append(.gap)
    default: appendOther(value, to: &folded)
    }
  }

  private static func appendASCII(_ value: UInt32, to folded: inout Folded) {
    switch value {
    case 0x61...0x7A, 0x30...0x39: break
    case 0x41...0x5A:
      folded.scalars.append(value + 32)
      folded.kinds.append(.word)
      return
    case 0x27: return
    case 0x2D, 0x5F:
      folded.scalars.append(0x2D)
      folded.kinds.append(.joint)
      return
    case 0x2E:
      folded.scalars.append(value)
      folded.kinds.append(.point)
      return
    default:
      folded.scalars.append(value)
      folded.kinds.append(.gap)
      return
    }
    folded.scalars.append(value)
    folded.kinds.append(.word)
  }

  private static func appendOther(_ value: UInt32, to folded: inout Folded) {
    if let known = decomposed[value] {
      for value in known { append(value, to: &folded) }
      return
    }
    guard let scalar = Unicode.Scalar(value), scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    else {
      folded.scalars.append(0x20)
      folded.kinds.append(.gap)
      return
    }
    for lower in scalar.properties.lowercaseMapping.unicodeScalars where !(0x300...0x36F).contains(lower.value) {
      folded.scalars.append(lower.value)
      folded.kinds.append(.word)
    }
  }

  /// Letters with accents, ligatures and narrow forms, as what they are made of. Worked out once: decomposing as we go
  /// would cost more than all the rest of the analysis.
  private static let decomposed: [UInt32: [UInt32]] = {
    var table: [UInt32: [UInt32]] = [
      0xDF: [0x73, 0x73], 0xE6: [0x61, 0x65], 0xC6: [0x61, 0x65], 0xF8: [0x6F], 0xD8: [0x6F], 0x111: [0x64],
      0x110: [0x64],
      0x142: [0x6C], 0x141: [0x6C], 0x153: [0x6F, 0x65], 0x152: [0x6F, 0x65], 0x131: [0x69],
    ]
    let ranges: [ClosedRange<UInt32>] = [
      0xC0...0x24F, 0x1E00...0x1FFF, 0xFB00...0xFB06, 0xFF66...0xFF9F, 0x2460...0x24EA, 0x2150...0x2188, 0xAA...0xBE,
    ]
    for range in ranges {
      for value in range where table[value] == nil {
        guard let scalar = Unicode.Scalar(value) else { continue }
        let parts = String(scalar).decomposedStringWithCompatibilityMapping.unicodeScalars.map(\.value)
        if parts != [value] { table[value] = parts.filter { !(0x300...0x36F).contains($0) && $0 != 0x2044 } }
      }
    }
    return table
  }()
}
