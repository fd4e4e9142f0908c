import Synchronization

/// A column whose values stay as they are and to which others are added. Copies share its memory, so that whoever adds
/// needn't copy what somebody reads, as with an array.
struct GrowingColumn<Element: BitwiseCopyable & Sendable>: Sendable {
  private var memory = Memory(capacity: 1)
  private(set) var count = 0

  /// Of `count` values. Good as long as the column or a copy of it lives.
  var pointer: UnsafePointer<Element> { UnsafePointer(memory.base) }

  subscript(_ place: Int) -> Element {
    precondition(place >= 0 && place < count, "a place of the column")
    // Whoever reads holds the column, and with it the memory: walks over lists needn't extend its life for each value.
    return memory.base[place]
  }

  func slice(_ places: Range<Int>) -> [Element] {
    precondition(places.lowerBound >= 0 && places.upperBound <= count, "places of the column")
    return withExtendedLifetime(memory) {
      Array(UnsafeBufferPointer(start: memory.base + places.lowerBound, count: places.count))
    }
  }

  mutating func reserve(_ capacity: Int) {
    guard capacity > memory.capacity else { return }
    let larger = Memory(capacity: capacity)
    larger.take(count, of: memory)
    memory = larger
  }

  mutating func append(_ value: Element) {
    if count == memory.capacity { reserve(count + max(1024, count / 8)) }
    if !memory.claim(count) {
      // Another copy has gone on in this memory.
      let own = Memory(capacity: memory.capacity)
      own.take(count, of: memory)
      _ = own.claim(count)
      memory = own
    }
    memory.base[count] = value
    count += 1
  }

  /// Sendable since no place is written while somebody reads it: of all copies one alone can claim a place, it writes there
  /// once, and a column reads only places before its count. What it wrote itself comes first in its own order; what stood
  /// there when it was copied was written before, and whatever hands a copy to another thread orders that too.
  private final class Memory: @unchecked Sendable {
    let base: UnsafeMutablePointer<Element>
    let capacity: Int
    private let claimed = Atomic<Int>(0)

    init(capacity: Int) {
      base = .allocate(capacity: capacity)
      self.capacity = capacity
    }

    deinit { base.deallocate() }

    /// Answers whether the place is the caller's to write.
    func claim(_ place: Int) -> Bool {
      claimed.compareExchange(expected: place, desired: place + 1, ordering: .relaxed).exchanged
    }

    /// Of one that nobody else has yet.
    func take(_ count: Int, of other: Memory) {
      base.update(from: other.base, count: count)
      claimed.store(count, ordering: .relaxed)
    }
  }
}
