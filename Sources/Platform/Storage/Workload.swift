/// How busy an engine is, for those who watch over it.
public struct Workload: Hashable, Sendable {
  public struct Pool: Hashable, Sendable {
    /// `read` or `write`, or `replica HOST:PORT`.
    public let name: String
    /// How many connections work now, and how many there may be.
    public let working: Int
    public let size: Int
    /// How much work waits for one.
    public let waiting: Int

    public init(name: String, working: Int, size: Int, waiting: Int) {
      self.name = name
      self.working = working
      self.size = size
      self.waiting = waiting
    }
  }

  /// A server that follows the main one, for reads that may be some seconds old.
  public struct Replica: Hashable, Sendable {
    /// `HOST:PORT`.
    public let name: String
    /// Whether it is read now.
    public let isFit: Bool
    /// How much older than the main server it is at most; nil when that isn't known.
    public let lag: Duration?

    public init(name: String, isFit: Bool, lag: Duration?) {
      self.name = name
      self.isFit = isFit
      self.lag = lag
    }
  }

  public let pools: [Pool]
  /// How often transactions had to run again since the start, by reason.
  public let retries: [String: Int]
  public let replicas: [Replica]

  public init(pools: [Pool] = [], retries: [String: Int] = [:], replicas: [Replica] = []) {
    self.pools = pools
    self.retries = retries
    self.replicas = replicas
  }
}
