import Governance
import Values

/// What the page of parts shows beside the switches.
public struct PartsReport: Sendable {
  /// A running process.
  public struct Instance: Sendable {
    public let part: String
    public let address: String
    public let version: String
    public let startedAt: Timestamp?
    public let isHealthy: Bool
    /// How much of what it can do it does: 0…1.
    public let load: Double

    public init(
      part: String, address: String, version: String, startedAt: Timestamp?, isHealthy: Bool, load: Double
    ) {
      self.part = part
      self.address = address
      self.version = version
      self.startedAt = startedAt
      self.isHealthy = isHealthy
      self.load = load
    }
  }

  /// What waits to be done. Nil where the database doesn't say.
  public struct Backlog: Sendable {
    public let facts: Int
    public let oldest: Duration
    public let deadLetters: Int

    public init(facts: Int, oldest: Duration, deadLetters: Int) {
      self.facts = facts
      self.oldest = oldest
      self.deadLetters = deadLetters
    }
  }

  public var instances: [Instance] = []
  /// Of the process that answers.
  public var findings: [Health.Finding] = []
  public var breakers: [(name: String, state: CircuitBreaker.State)] = []
  public var backlog: Backlog?

  public init() {}
}
