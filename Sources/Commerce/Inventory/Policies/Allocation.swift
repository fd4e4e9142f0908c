import Values

/// From which locations the units of a hold are taken: from the first that has them all, else from several in order.
enum Allocation {
  struct Shelf {
    let location: LocationID
    let free: Int
    let isUnlimited: Bool
  }

  /// The units per location; nil when there aren't enough.
  /// - Parameter shelves: in the order in which stock is taken from them.
  static func take(_ count: Int, from shelves: [Shelf]) -> [(location: LocationID, count: Int)]? {
    if let whole = shelves.first(where: { $0.isUnlimited || $0.free >= count }) { return [(whole.location, count)] }
    var left = count
    var parts: [(LocationID, Int)] = []
    for shelf in shelves where left > 0 && shelf.free > 0 {
      let taken = min(left, shelf.free)
      parts.append((shelf.location, taken))
      left -= taken
    }
    return left == 0 ? parts : nil
  }
}
