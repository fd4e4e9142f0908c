/// Which documents hold which tokens, for a block of neighbouring documents. Never changes once built. A posting is the
/// document's number within the segment, shifted by 6, and the bits of the fields that hold the token.
final class Segment: Sendable {
  let documents: Int
  let tokens: TokenTable
  /// Where each token's postings begin; one more than there are tokens.
  let starts: [UInt32]
  let postings: [UInt32]

  init(documents: Int, tokens: TokenTable, starts: [UInt32], postings: [UInt32]) {
    self.documents = documents
    self.tokens = tokens
    self.starts = starts
    self.postings = postings
  }

  func range(of token: Int) -> Range<Int> { Int(starts[token])..<Int(starts[token + 1]) }

  func postings(of token: [UInt8]) -> ArraySlice<UInt32> {
    guard let index = tokens.find(token) else { return [] }
    return postings[range(of: index)]
  }

  /// Two neighbours as one. The numbers of the second follow on the first's; postings of documents that are gone are
  /// dropped, their numbers stay.
  static func merged(_ left: Segment, _ right: Segment, isGone: [Bool]) -> Segment {
    var tokens = TokenTable()
    tokens.reserve(
      tokens: max(left.tokens.count, right.tokens.count), bytes: max(left.tokens.bytes.count, right.tokens.bytes.count))
    var starts: [UInt32] = [0]
    var postings: [UInt32] = []
    postings.reserveCapacity(left.postings.count + right.postings.count)
    let shift = UInt32(left.documents) << 6
    func take(_ segment: Segment, _ token: Int, shift: UInt32) {
      for posting in segment.postings[segment.range(of: token)] {
        let moved = posting + shift
        if !isGone[Int(moved >> 6)] { postings.append(moved) }
      }
    }
    func finish(_ token: ArraySlice<UInt8>) {
      guard postings.count > Int(starts[starts.count - 1]) else { return }
      tokens.append(token)
      starts.append(UInt32(postings.count))
    }
    var (first, second) = (0, 0)
    while first < left.tokens.count || second < right.tokens.count {
      if second == right.tokens.count {
        take(left, first, shift: 0)
        finish(left.tokens.token(first))
        first += 1
        continue
      }
      let other = right.tokens.token(second)
      if first == left.tokens.count || TokenTable.precedes(other, left.tokens.token(first)) {
        take(right, second, shift: shift)
        finish(other)
        second += 1
        continue
      }
      let token = left.tokens.token(first)
      take(left, first, shift: 0)
      if token.elementsEqual(other) {
        take(right, second, shift: shift)
        second += 1
      }
      finish(token)
      first += 1
    }
    return Segment(documents: left.documents + right.documents, tokens: tokens, starts: starts, postings: postings)
  }
}
