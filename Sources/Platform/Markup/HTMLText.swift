/// The words of HTML without its markup, for search and for descriptions in page heads.
public struct HTMLText: Sendable {
  private static let inline: Set<String> = [
    "strong", "em", "b", "i", "u", "a", "span", "sub", "sup", "small", "font", "s",
  ]

  /// References become characters, blocks and line breaks become spaces, and runs of white space become one space.
  /// - Parameter limit: at most this many characters (Unicode scalars), cut without further ado.
  public static func plain(_ html: String, limit: Int = .max) -> String {
    var tokens = HTMLTokens(html)
    var scalars = String.UnicodeScalarView()
    var count = 0
    var isGap = false
    while count < limit, let token = tokens.next() {
      switch token {
      case .start(let name, _), .end(let name): isGap = isGap || !inline.contains(name)
      case .text(let range):
        for scalar in HTMLEntities.decode(tokens.bytes[range]).unicodeScalars {
          if scalar.properties.isWhitespace || scalar.value < 0x20 {
            isGap = true
            continue
          }
          guard count < limit else { break }
          if isGap, count > 0 {
            scalars.append(" ")
            count += 1
            guard count < limit else { break }
          }
          isGap = false
          scalars.append(scalar)
          count += 1
        }
      }
    }
    if scalars.last == " " { scalars.removeLast() }
    return String(scalars)
  }
}
