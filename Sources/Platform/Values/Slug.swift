import Foundation

/// A name fit for an address: 1…200 of letters (of any script), digits, `-` and `_`, lower case.
public struct Slug: RawRepresentable, Hashable, Codable, Sendable, CustomStringConvertible {
  public static let limit = 200
  public let rawValue: String

  public init?(rawValue: String) {
    guard (1...Self.limit).contains(rawValue.unicodeScalars.count), rawValue == rawValue.lowercased(),
      rawValue.unicodeScalars.allSatisfy({
        $0.properties.isAlphabetic || $0.properties.numericType != nil || $0 == "-" || $0 == "_"
      })
    else { return nil }
    self.rawValue = rawValue
  }

  /// Makes a slug out of any text: runs of other characters become one `-`. Nil when nothing is left.
  public init?(from text: String) {
    var slug = ""
    // Composed, so that one name typed on two keyboards makes one slug.
    for scalar in text.lowercased().precomposedStringWithCanonicalMapping.unicodeScalars {
      if scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "_" {
        slug.unicodeScalars.append(scalar)
      } else if !slug.isEmpty, !slug.hasSuffix("-") {
        slug += "-"
      }
    }
    var cut = String.UnicodeScalarView(slug.unicodeScalars.prefix(Self.limit))
    while cut.last == "-" { cut.removeLast() }
    self.init(rawValue: String(cut))
  }

  public var description: String { rawValue }
}
