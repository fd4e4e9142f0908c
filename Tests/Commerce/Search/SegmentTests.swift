import TestKit
import Testing
import Values

@testable import Search

/// What a file keeps of the latest documents.
@Suite struct SegmentTests {
  private var segment: Segment {
    var builder = SegmentBuilder()
    for id in 1...3 { _ = builder.add(document(Int64(id), "Lamp number \(id)")) }
    return builder.build()
  }

  @Test func `a segment comes back from its bytes`() throws {
    let read = try #require(Segment(bytes: segment.bytes))
    #expect(read.documents == 3 && read.postings == segment.postings && read.starts == segment.starts)
    #expect(read.postings(of: Array("lamp".utf8)).count == 3)
  }

  @Test func `bytes that are cut, or lead beyond the segment, are none`() {
    let bytes = segment.bytes
    for length in [0, 3, 16, bytes.count - 1] { #expect(Segment(bytes: Array(bytes.prefix(length))) == nil) }
    // Every four bytes are a number up to the text of the tokens; the first says how many documents there are.
    let numbers = (bytes.count - segment.tokens.bytes.count) / 4
    for place in 0..<numbers {
      var broken = bytes
      for byte in 0..<4 { broken[place * 4 + byte] = 0xFF }
      #expect(Segment(bytes: broken) == nil || place == 0, "\(place)")
    }
    var fewer = bytes
    fewer[0] = 2
    #expect(Segment(bytes: fewer) == nil)
  }
}
