import Foundation
import NIOCore
import Synchronization
import Values

/// The places of a shared page that differ from visitor to visitor.
public enum Hole: String, CaseIterable, Sendable {
  case account, messages, cart, flash, searches, history, favourite, loginPrompt, buyActions, buyBar
}

/// Marks that stand in a rendered page where its holes are. A mark holds a random part, so that no text of a shopper or
/// merchant can imitate one.
struct Holes: Sendable {
  private let secret = String(UInt64.random(in: .min ... .max), radix: 36)

  var marks: Model {
    Model(Hole.allCases.map { ($0.rawValue, "\u{1}\(secret)\($0.rawValue)\u{2}") })
  }

  /// The pieces of a page between its holes, and the hole after each but the last.
  func cut(_ text: String) -> (pieces: [ArraySlice<UInt8>], holes: [Hole]) {
    let bytes = Array(text.utf8)
    let opening = Array("\u{1}\(secret)".utf8)
    var (pieces, holes): ([ArraySlice<UInt8>], [Hole]) = ([], [])
    var (begin, place) = (0, 0)
    while let start = bytes[place...].firstIndex(of: 1) {
      place = start + 1
      let name = bytes[start...].dropFirst(opening.count)
      guard bytes[start...].starts(with: opening), let end = name.firstIndex(of: 2),
        let hole = Hole(rawValue: String(decoding: name[..<end], as: UTF8.self))
      else { continue }
      pieces.append(bytes[begin..<start])
      holes.append(hole)
      (begin, place) = (end + 1, end + 1)
    }
    return (pieces + [bytes[begin...]], holes)
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
    pieces = texts.map { ByteBuffer(bytes: $0) }
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
