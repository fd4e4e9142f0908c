/// The attributes of one element that may be written, checked and in a fixed order.
struct HTMLAttributes {
  private static let longestAddress = 2000
  private var written: [(name: String, value: String)] = []

  init(of element: String, _ attributes: [HTMLTokens.Attribute], in source: [UInt8], links: HTMLSanitizer.Links) {
    let wanted: [String]
    switch element {
    case "a": wanted = ["href"]
    case "img": wanted = ["src", "alt"]
    case "td", "th": wanted = ["colspan", "rowspan"]
    default: return
    }
    for name in wanted {
      // Of a repeated attribute the first counts, as in browsers.
      let found = attributes.first { source[$0.name].map(HTMLTokens.lower).elementsEqual(name.utf8) }
      let value = found.map { HTMLEntities.decode(source[$0.value]) }
      switch name {
      case "href": add(name, value.flatMap { Self.link($0, links) })
      // Pages show no pictures of other sites, so only the shop's own are worth a tag.
      case "src": add(name, value.flatMap { Self.address($0, schemes: ["/media/"]) })
      case "alt": add(name, value ?? "")
      default: add(name, value.flatMap { Int($0) }.flatMap { (2...100).contains($0) ? String($0) : nil })
      }
    }
    if element == "a", let href = self["href"], !href.hasPrefix("/") { add("rel", "nofollow noopener noreferrer") }
  }

  subscript(_ name: String) -> String? { written.first { $0.name == name }?.value }

  func write(into bytes: inout [UInt8]) {
    for (name, value) in written {
      bytes.append(UInt8(ascii: " "))
      bytes.append(contentsOf: name.utf8)
      bytes.append(contentsOf: "=\"".utf8)
      HTMLEntities.escape(value, into: &bytes)
      bytes.append(UInt8(ascii: "\""))
    }
  }

  private mutating func add(_ name: String, _ value: String?) {
    if let value { written.append((name, value)) }
  }

  private static func link(_ text: String, _ links: HTMLSanitizer.Links) -> String? {
    address(text, schemes: ["http://", "https://", "mailto:"])
      ?? (links == .anywhere ? address(text, schemes: ["/"]).flatMap { $0.contains("\\") ? nil : $0 } : nil)
  }

  /// The address without the control characters and spaces that disguise a scheme; nil unless it begins as one of the
  /// listed kinds. `//host/…`, which imports are full of, becomes `https://host/…`.
  private static func address(_ text: String, schemes: [String]) -> String? {
    let scalars = text.unicodeScalars.filter { $0.value > 0x20 && !(0x7F...0xA0).contains($0.value) }
    guard scalars.count <= longestAddress else { return nil }
    var address = String(String.UnicodeScalarView(scalars))
    if address.hasPrefix("//") { address = "https:" + address }
    let lower = address.lowercased()
    // The shop's first page is `/` alone.
    guard schemes.contains(where: { lower.hasPrefix($0) && (lower.utf8.count > $0.utf8.count || $0 == "/") }) else {
      return nil
    }
    if lower.hasPrefix("/media/"), lower.contains("..") || lower.contains("\\") { return nil }
    return address
  }
}
