import Events

/// What a process does of the shop.
enum Part: String, CaseIterable, Sendable {
  /// Pages, back office and API.
  case shop
  /// Talks to payment providers and keeps the books of payments.
  case payments
  /// Finds goods.
  case search
  /// Follows events and does the periodic work.
  case jobs

  static let all = Set(allCases)

  /// Whether others call it.
  var isCalled: Bool { self == .payments || self == .search }
}

extension Set<Part> {
  var isWhole: Bool { self == Part.all }

  /// As logs and figures name the process; one that does all is the shop.
  var name: String { isWhole ? "shop" : map(\.rawValue).sorted().joined(separator: ",") }

  /// Whether events come to the subscription in a process that does this.
  func follows(_ subscription: Subscription) -> Bool {
    contains(subscription.subscriber.hasPrefix("search.") ? .search : .jobs)
  }

  /// Reads `payments,search`. Throws `PartFault`.
  init(list: String) throws {
    self = try list.split(separator: ",", omittingEmptySubsequences: false).reduce(into: []) { parts, text in
      let name = text.trimming(while: \.isWhitespace)
      guard let part = Part(rawValue: name) else { throw PartFault(name: name) }
      parts.insert(part)
    }
  }
}

/// A part that this program doesn't have.
struct PartFault: Error, CustomStringConvertible {
  let name: String

  var description: String {
    "this program has no part '\(name)': name some of \(Part.allCases.map(\.rawValue).joined(separator: ", "))"
  }
}

extension Substring {
  fileprivate func trimming(while isBlank: (Character) -> Bool) -> String {
    String(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
  }
}
