import Foundation
import NIOCore
import Synchronization
import Values

/// The places of a shared page that differ from visitor to visitor.
public enum Hole: String, CaseIterable, Sendable {
  case account, cart, flash, history, favourite, loginPrompt, buyActions
}

/// Marks that stand in a rendered page where its holes are. A mark holds a random part, so that no text of a shopper or
/// merchant can imitate one.
struct Holes: Sendable {
  private let secret = String(UInt64.random(in: .min ... .max), radix: 36)

  var marks: Model {
    Dictionary(uniqueKeysWithValues: Hole.allCases.map { ($0.rawValue, "\u{1}\(secret)\($0.rawValue)\u{2}") })
  }

  /// The pieces of a page between its holes, and the hole after each but the last.
  func cut(_ text: String) -> (pieces: [String], holes: [Hole]) {
    var pieces: [String] = []
    var holes: [Hole] = []
    var rest = text[...]
    let opening = "\u{1}\(secret)"
    while let start = rest.range(of: opening), let end = rest[start.upperBound...].firstIndex(of: "\u{2}") {
      if let hole = Hole(rawValue: String(rest[start.upperBound..<end])) {
        pieces.append(String(rest[..<start.lowerBound]))
        holes.append(hole)
      }
      rest = rest[rest.index(after: end)...]
    }
    pieces.append(String(rest))
    return (pieces, holes)
  }
}

/// A page rendered once for everyone, to be filled for each visitor.
public final class PreparedPage: Sendable {
  private let pieces: [ByteBuffer]
  private let holes: [Hole]
  /// What it takes in memory: its pieces, and as much again for the page without cookies.
  public let byteCount: Int
  /// The page as someone sees it who brings no cookies, at the address where it was last asked for.
  private let plain = Mutex<(path: String, page: ByteBuffer)?>(nil)

  init(_ text: String, holes marks: Holes) {
    let (texts, holes) = marks.cut(text)
    pieces = texts.map { ByteBuffer(string: $0) }
    self.holes = holes
    byteCount = pieces.reduce(1000) { $0 + $1.readableBytes * 2 }
  }

  public func filled(_ texts: [Hole: String]) -> ByteBuffer {
    var buffer = ByteBufferAllocator().buffer(
      capacity: byteCount / 2 + texts.values.reduce(64) { $0 + $1.utf8.count * 2 })
    for (index, piece) in pieces.enumerated() {
      buffer.writeImmutableBuffer(piece)
      if index < holes.count, let text = texts[holes[index]] { buffer.writeString(text) }
    }
    return buffer
  }

  func plain(at path: String) -> ByteBuffer? {
    plain.withLock { $0.flatMap { $0.path == path ? $0.page : nil } }
  }

  func keepPlain(_ page: ByteBuffer, at path: String) { plain.withLock { $0 = (path, page) } }
}
