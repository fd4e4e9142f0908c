import Synchronization

/// One value of each document, by the document's number. Copies share their memory: whoever adds values copies nothing that
/// somebody reads, as an array would, and whoever changes one copies it only while somebody else holds it.
struct Column<Element: BitwiseCopyable & Sendable>: Sendable {
  private var memory = Memory(capacity: 1)
  private(set) var count = 0

  /// Of `count` values, for walks over many. Good within `withExtendedLifetime` of the column, while it isn't changed.
  var pointer: UnsafePointer<Element> { UnsafePointer(memory.base) }

  subscript(_ place: Int) -> Element {
    get {
      precondition(place >= 0 && place < count, "a place of the column")
      return withExtendedLifetime(memory) { memory.base[place] }
    }
    set {
      precondition(place >= 0 && place < count, "a place of the column")
      if !isKnownUniquelyReferenced(&memory) { leaveShared() }
      memory.base[place] = newValue
    }
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
    // By an eighth: doubling would take twice the memory of a large shop.
    if count == memory.capacity { reserve(count + max(1024, count / 8)) }
    if !memory.claim(count) {
      // Another copy has gone on in this memory.
      leaveShared()
      _ = memory.claim(count)
    }
    memory.base[count] = value
    count += 1
  }

  private mutating func leaveShared() {
    let own = Memory(capacity: memory.capacity)
    own.take(count, of: memory)
    memory = own
  }

  /// Sendable since no place is written while somebody else can read it. A place beyond all counts: of all copies one alone
  /// can claim it, and columns read only places before their count. A place before: only while one column alone holds the
  /// memory, as an array does. What a column wrote itself comes first in its own order; what stood there when it was copied
  /// was written before, and whatever hands a copy to another thread orders that too.
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
