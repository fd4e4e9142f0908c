import Synchronization
import Values

/// How many may use one thing at once. Who comes when it is full is refused at once rather than made to wait, so that
/// something slow ties up a bounded part of the program.
public final class ConcurrencyLimit: Sendable {
  /// What it guards, for people: `payments`.
  public let name: String
  public let most: Int
  private let taken = Atomic<Int>(0)

  /// - Parameter most: 1 or more.
  public init(_ name: String, most: Int) {
    precondition(most >= 1, "at least one at a time")
    self.name = name
    self.most = most
  }

  public var inUse: Int { taken.load(ordering: .relaxed) }

  /// Runs the body in a place of its own. Throws `NoPlace`, or what the body throws.
  public func run<Value>(
    isolation: isolated (any _Concurrency.Actor)? = #isolation, _ body: () async throws -> Value
  ) async throws -> Value {
    defer { taken.subtract(1, ordering: .relaxed) }
    guard taken.add(1, ordering: .relaxed).newValue <= most else { throw NoPlace(name: name) }
    return try await body()
  }
}

/// As many as may are using it already.
public struct NoPlace: Refusal, Codable {
  public let name: String

  public init(name: String) { self.name = name }
  public var code: String { "temporarilyUnavailable" }
  public var details: [String: String] { ["name": name] }
  public var kind: RefusalKind { .unavailable }
}
