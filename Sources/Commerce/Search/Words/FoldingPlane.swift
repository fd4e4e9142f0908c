import Foundation

/// What becomes of each of the first 65,536 characters. Worked out once: asking for properties as we go would cost more
/// than all the rest of the analysis.
struct FoldingPlane {
  private(set) var forms = [UInt16](repeating: 0x20, count: 0x10000)
  private(set) var kinds = [Folding.Kind](repeating: .gap, count: 0x10000)

  init() {
    for value in UInt32(0)..<0x10000 where !(0xD800...0xDFFF).contains(value) { set(value) }
    for (traditional, simplified) in zip(
      SimplifiedForms.traditional.unicodeScalars, SimplifiedForms.simplified.unicodeScalars)
    where traditional.value < 0x10000 && simplified.value < 0x10000 {
      forms[Int(traditional.value)] = UInt16(simplified.value)
    }
    for value in UInt32(0xF900)...0xFAFF {
      guard let scalar = Unicode.Scalar(value),
        let usual = String(scalar).decomposedStringWithCompatibilityMapping.unicodeScalars.first, usual.value < 0x10000
      else { continue }
      forms[Int(value)] = forms[Int(usual.value)]
    }
    for value in Self.expansions.keys { kinds[Int(value)] = .several }
  }

  private mutating func put(_ value: UInt32, _ form: UInt32, _ kind: Folding.Kind) {
    forms[Int(value)] = UInt16(truncatingIfNeeded: form)
    kinds[Int(value)] = kind
  }

  private mutating func set(_ value: UInt32) {
    switch value {
    case 0..<0x80: setASCII(value, as: value)
    case 0xFF01...0xFF5E: setASCII(value, as: value - 0xFEE0)
    case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0x3041...0x3096, 0x30A1...0x30FA, 0x30FC, 0xAC00...0xD7A3, 0x3005, 0x3007,
      0xF900...0xFAFF:
      put(value, value, .han)
    case 0x2018, 0x2019, 0x2BC, 0x2B9, 0x60, 0xB4, 0xAD, 0x300...0x36F, 0x610...0x61A, 0x640, 0x64B...0x65F,
      0x5B0...0x5C7,
      0xFE00...0xFE0F, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xFEFF:
      kinds[Int(value)] = .none
    case 0x2010...0x2015, 0x2212: put(value, 0x2D, .joint)
    case 0x201C, 0x201D, 0x2033: put(value, 0x22, .inch)
    case 0xFF0C: put(value, 0x2C, .comma)
    case 0x2000...0x206F, 0x3000...0x303F, 0xD7, 0xA0...0xA9, 0xE000...0xF8FF: break
    default: setOther(value)
    }
  }

  private mutating func setASCII(_ value: UInt32, as ascii: UInt32) {
    switch ascii {
    case 0x61...0x7A: put(value, ascii, .letter)
    case 0x41...0x5A: put(value, ascii + 32, .letter)
    case 0x30...0x39: put(value, ascii, .digit)
    case 0x27, 0x60: kinds[Int(value)] = .none
    case 0x2D, 0x5F: put(value, 0x2D, .joint)
    case 0x2E: put(value, ascii, .point)
    case 0x2C: put(value, ascii, .comma)
    case 0x22: put(value, ascii, .inch)
    case 0..<0x20: put(value, 0x20, .gap)
    default: put(value, ascii, .gap)
    }
  }

  private mutating func setOther(_ value: UInt32) {
    guard let scalar = Unicode.Scalar(value) else { return }
    let properties = scalar.properties
    if properties.numericType == .decimal, let number = properties.numericValue {
      return put(value, 0x30 + UInt32(number), .digit)
    }
    guard properties.isAlphabetic || properties.numericType != nil else { return }
    let lower = properties.lowercaseMapping.unicodeScalars.first ?? scalar
    put(value, lower.value < 0x10000 ? lower.value : value, .letter)
  }

  /// Letters with accents, ligatures, narrow, ringed and squared forms, as what they are made of.
  static let expansions: [UInt32: [UInt32]] = {
    var table: [UInt32: [UInt32]] = [
      0xDF: [0x73, 0x73], 0xE6: [0x61, 0x65], 0xC6: [0x61, 0x65], 0xF8: [0x6F], 0xD8: [0x6F], 0x111: [0x64],
      0x110: [0x64], 0x142: [0x6C], 0x141: [0x6C], 0x153: [0x6F, 0x65], 0x152: [0x6F, 0x65], 0x131: [0x69],
      0x2113: [0x6C], 0x2103: [0x63],
    ]
    let ranges: [ClosedRange<UInt32>] = [
      0xAA...0xBE, 0xC0...0x24F, 0x386...0x3CE, 0x400...0x45F, 0x1E00...0x1FFF, 0x2070...0x209C, 0x2150...0x2188,
      0x2460...0x24EA, 0x3300...0x33FF, 0xFB00...0xFB06, 0xFF65...0xFF9F,
    ]
    for range in ranges {
      for value in range where table[value] == nil && ![0xAD, 0xB4, 0x419, 0x439].contains(value) {
        guard let scalar = Unicode.Scalar(value) else { continue }
        let parts = String(scalar).decomposedStringWithCompatibilityMapping.unicodeScalars.map(\.value)
        if parts != [value] { table[value] = parts.filter { !(0x300...0x36F).contains($0) && $0 != 0x2044 } }
      }
    }
    return table
  }()
}
