/// How busy an engine is, for those who watch over it.
public struct Workload: Hashable, Sendable {
  public struct Pool: Hashable, Sendable {
    /// `read` or `write`.
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

  public let pools: [Pool]
  /// How often transactions had to run again since the start, by reason.
  public let retries: [String: Int]

  public init(pools: [Pool] = [], retries: [String: Int] = [:]) {
    self.pools = pools
    self.retries = retries
  }
}
