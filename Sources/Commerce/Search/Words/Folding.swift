import Foundation

/// Brings text to one form for comparing: lower case, without accents, full-width forms narrowed, compatibility forms
/// resolved, traditional Chinese characters as simplified ones.
enum Folding {
  enum Kind: UInt8 {
    case gap, letter, digit, han, joint, point, comma, inch
    /// Is nothing: marks over letters, apostrophes, directions of writing.
    case none
    /// Stands for several characters, see `expansions`.
    case several

    var isWord: Bool { self == .letter || self == .digit }
    /// Whether a word of letters may go on with it.
    var continuesWord: Bool { self == .digit || self == .joint || self == .letter }
  }

  struct Folded {
    var scalars: [UInt32] = []
    var kinds: [Kind] = []
  }

  /// - Parameter limit: only so many scalars of the text are looked at.
  static func fold(_ text: some StringProtocol, limit: Int) -> Folded {
    var folded = Folded()
    let room = min(limit, text.utf8.count)
    folded.scalars.reserveCapacity(room)
    folded.kinds.reserveCapacity(room)
    var count = 0
    plane.forms.withUnsafeBufferPointer { forms in
      plane.kinds.withUnsafeBufferPointer { kinds in
        for scalar in text.unicodeScalars {
          count += 1
          if count > limit { break }
          let value = Int(scalar.value)
          guard value < 0x10000 else {
            appendRare(scalar, to: &folded)
            continue
          }
          switch kinds[value] {
          case .none: break
          case .several: appendExpansion(of: scalar.value, to: &folded)
          case let kind:
            folded.scalars.append(UInt32(forms[value]))
            folded.kinds.append(kind)
          }
        }
      }
    }
    return folded
  }

  /// The folded text as a string, for containment.
  static func plain(_ text: String) -> String {
    var plain = String.UnicodeScalarView()
    for value in fold(text, limit: .max).scalars { if let scalar = Unicode.Scalar(value) { plain.append(scalar) } }
    return String(plain)
  }

  /// Of one scalar; nil when it is nothing or stands for several.
  static func simple(_ value: UInt32) -> (form: UInt32, kind: Kind)? {
    guard value < 0x10000 else { return nil }
    let kind = plane.kinds[Int(value)]
    return kind == .none || kind == .several ? nil : (UInt32(plane.forms[Int(value)]), kind)
  }

  private static func appendExpansion(of value: UInt32, to folded: inout Folded) {
    for part in expansions[value] ?? [] {
      guard let known = simple(part) else { continue }
      folded.scalars.append(known.form)
      folded.kinds.append(known.kind)
    }
  }

  /// Beyond the first 65,536 characters: rare Chinese ones, letters of mathematics, scripts of the past, pictures.
  private static func appendRare(_ scalar: Unicode.Scalar, to folded: inout Folded) {
    switch scalar.value {
    case 0x1D400...0x1D7FF, 0x2F800...0x2FA1F:
      for part in String(scalar).decomposedStringWithCompatibilityMapping.unicodeScalars {
        guard let known = simple(part.value) else { continue }
        folded.scalars.append(known.form)
        folded.kinds.append(known.kind)
      }
    case 0x20000...0x3FFFF:
      folded.scalars.append(scalar.value)
      folded.kinds.append(.han)
    case 0xE0000...0xE0FFF, 0x1F3FB...0x1F3FF: break
    default:
      let isLetter = scalar.properties.isAlphabetic
      folded.scalars.append(isLetter ? scalar.value : 0x20)
      folded.kinds.append(isLetter ? .letter : .gap)
    }
  }

  private static let plane = FoldingPlane()
  private static let expansions = FoldingPlane.expansions
}
