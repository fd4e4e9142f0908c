/// Rewrites HTML from strangers into HTML that is safe to show: only listed elements and attributes come out, each written
/// anew, every element is closed, and addresses are of listed kinds. Takes time in proportion to the text; the result
/// of rewriting a result is the same text.
public struct HTMLSanitizer: Sendable {
  /// Where links may lead.
  public enum Links: Sendable {
    /// To other sites alone: what an import calls `/tea` is a path of the shop that it came from.
    case abroad
    /// To paths of this shop too, which search engines may follow.
    case anywhere
  }

  public static func sanitise(_ html: String, links: Links = .abroad) -> String {
    var writer = Writer(links: links)
    var tokens = HTMLTokens(html)
    writer.bytes.reserveCapacity(tokens.bytes.count + 64)
    while let token = tokens.next() {
      switch token {
      case .text(let range): writer.text(tokens.bytes, range)
      case .start(let name, let attributes): writer.open(name, attributes, in: tokens.bytes)
      case .end(let name): writer.close(name)
      }
    }
    writer.closeAll()
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}

private struct Writer {
  /// Deeper elements lose their tags and keep their text.
  private static let deepest = 64
  private static let void: Set<String> = ["br", "hr", "img"]
  private static let allowed: Set<String> = [
    "p", "br", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "b", "i", "u", "a", "img", "table", "thead", "tbody",
    "tr", "td", "th", "blockquote", "hr", "span", "div", "figure", "figcaption", "sub", "sup",
  ]
  /// A page has one first heading, and it isn't in the introduction.
  private static let renamed = ["h1": "h2", "h5": "h4", "h6": "h4"]
  private static let blocks: Set<String> = [
    "p", "h2", "h3", "h4", "ul", "ol", "table", "blockquote", "hr", "div", "figure", "figcaption",
  ]
  /// Which innermost elements end by themselves when one of these begins.
  private static let endedBy: [String: Set<String>] = [
    "li": ["p", "li"], "td": ["p", "td", "th"], "th": ["p", "td", "th"], "tr": ["p", "td", "th", "tr"],
    "tbody": ["p", "td", "th", "tr", "thead", "tbody"], "thead": ["p", "td", "th", "tr", "thead", "tbody"],
  ]

  let links: HTMLSanitizer.Links
  var bytes: [UInt8] = []
  private var open: [String] = []
  private var openCounts: [String: Int] = [:]

  init(links: HTMLSanitizer.Links) { self.links = links }

  mutating func text(_ source: [UInt8], _ range: Range<Int>) {
    var index = range.lowerBound
    while index < range.upperBound {
      let byte = source[index]
      switch byte {
      case UInt8(ascii: "<"): bytes.append(contentsOf: "&lt;".utf8)
      case UInt8(ascii: ">"): bytes.append(contentsOf: "&gt;".utf8)
      case UInt8(ascii: "&"):
        if let end = HTMLEntities.end(in: source, at: index, limit: range.upperBound) {
          bytes.append(contentsOf: source[index..<end])
          index = end
          continue
        }
        bytes.append(contentsOf: "&amp;".utf8)
      case 0x09, 0x0A: bytes.append(byte)
      case 0x00..<0x20, 0x7F: break
      default: bytes.append(byte)
      }
      index += 1
    }
  }

  mutating func open(_ given: String, _ attributes: [HTMLTokens.Attribute], in source: [UInt8]) {
    let name = Self.renamed[given] ?? given
    guard Self.allowed.contains(name) else { return }
    let written = HTMLAttributes(of: name, attributes, in: source, links: links)
    // A link without an address and a picture without a source are nothing.
    if name == "a", written["href"] == nil { return }
    if name == "img", written["src"] == nil { return }
    endImplied(before: name)
    guard Self.void.contains(name) || open.count < Self.deepest else { return }
    bytes.append(UInt8(ascii: "<"))
    bytes.append(contentsOf: name.utf8)
    written.write(into: &bytes)
    bytes.append(UInt8(ascii: ">"))
    guard !Self.void.contains(name) else { return }
    open.append(name)
    openCounts[name, default: 0] += 1
  }

  mutating func close(_ given: String) {
    let name = Self.renamed[given] ?? given
    guard openCounts[name, default: 0] > 0 else { return }
    while let last = open.last {
      closeLast()
      if last == name { return }
    }
  }

  mutating func closeAll() {
    while !open.isEmpty { closeLast() }
  }

  private mutating func endImplied(before name: String) {
    if name == "a" { close("a") }
    let ended: Set<String> = Self.endedBy[name] ?? (Self.blocks.contains(name) ? ["p"] : [])
    while let last = open.last, ended.contains(last) {
      closeLast()
      if last == name { return }
    }
  }

  private mutating func closeLast() {
    guard let name = open.popLast() else { return }
    openCounts[name, default: 1] -= 1
    bytes.append(contentsOf: "</".utf8)
    bytes.append(contentsOf: name.utf8)
    bytes.append(UInt8(ascii: ">"))
  }
}
