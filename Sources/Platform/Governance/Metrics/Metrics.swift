import Synchronization

/// What the program tells of itself, as Prometheus reads it.
public final class Metrics: Sendable {
  public enum Kind: String, Sendable {
    case counter
    case gauge
    case histogram
  }

  /// A value that is read when it's asked for.
  public struct Sample: Sendable {
    /// One for each label of its metric, in their order.
    public let labels: [String]
    public let value: Double

    public init(_ labels: String..., value: Double) {
      self.labels = labels
      self.value = value
    }
  }

  private struct Entry: Sendable {
    let name: String
    let help: String
    let kind: Kind
    let lines: @Sendable () async -> [ExpositionLine]
  }

  private let common: [(name: String, value: String)]
  private let entries = Mutex<[Entry]>([])

  /// - Parameter labels: what every line carries: the part that this process is.
  public init(labels: [(name: String, value: String)] = []) { common = labels }

  public func counter(_ name: String, _ help: String) -> Counter { counters(name, help, by: []).with([]) }

  public func counters(_ name: String, _ help: String, by labels: [String]) -> MetricFamily<Counter> {
    let family = MetricFamily(labels: labels) { Counter() }
    add(name, help, .counter) {
      family.all.map { ExpositionLine(name, labels, $0.values, Double($0.instrument.value)) }
    }
    return family
  }

  public func gauge(_ name: String, _ help: String) -> Gauge { gauges(name, help, by: []).with([]) }

  public func gauges(_ name: String, _ help: String, by labels: [String]) -> MetricFamily<Gauge> {
    let family = MetricFamily(labels: labels) { Gauge() }
    add(name, help, .gauge) { family.all.map { ExpositionLine(name, labels, $0.values, $0.instrument.value) } }
    return family
  }

  /// - Parameter bounds: ascending.
  public func histograms(
    _ name: String, _ help: String, by labels: [String], bounds: [Double] = Histogram.seconds
  ) -> MetricFamily<Histogram> {
    let family = MetricFamily(labels: labels) { Histogram(bounds: bounds) }
    add(name, help, .histogram) {
      family.all.flatMap { ExpositionLine.lines(of: $0.instrument, name, labels, $0.values) }
    }
    return family
  }

  /// Values that are at hand elsewhere, or must be fetched: then within a time of one's own, and none when that fails.
  public func readings(
    _ name: String, _ help: String, _ kind: Kind = .gauge, by labels: [String] = [],
    read: @escaping @Sendable () async -> [Sample]
  ) {
    precondition(kind != .histogram, "a histogram is observed, not read")
    add(name, help, kind) { await read().map { ExpositionLine(name, labels, $0.labels, $0.value) } }
  }

  /// All of them in Prometheus' text format 0.0.4, by name.
  public func text() async -> String {
    let sorted = entries.withLock { $0 }.sorted { $0.name < $1.name }
    var text = ""
    for entry in sorted {
      let lines = await entry.lines()
      guard !lines.isEmpty else { continue }
      text += "# HELP \(entry.name) \(entry.help)\n# TYPE \(entry.name) \(entry.kind.rawValue)\n"
      for line in lines { line.write(to: &text, common) }
    }
    return text
  }

  /// The type of what `text` answers.
  public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  private func add(
    _ name: String, _ help: String, _ kind: Kind, lines: @escaping @Sendable () async -> [ExpositionLine]
  ) {
    entries.withLock { entries in
      precondition(!entries.contains { $0.name == name }, "two metrics are called \(name)")
      entries.append(Entry(name: name, help: help, kind: kind, lines: lines))
    }
  }
}
