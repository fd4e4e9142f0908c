/// One line of Prometheus' text format.
struct ExpositionLine: Sendable {
  private let name: String
  private let labels: [(name: String, value: String)]
  private let value: Double

  init(_ name: String, _ labels: [String], _ values: [String], _ value: Double) {
    self.init(name, Array(zip(labels, values)), value)
  }

  private init(_ name: String, _ labels: [(String, String)], _ value: Double) {
    self.name = name
    self.labels = labels.map { (name: $0.0, value: $0.1) }
    self.value = value
  }

  static func lines(
    of histogram: Histogram, _ name: String, _ labels: [String], _ values: [String]
  ) -> [ExpositionLine] {
    let (counts, sum) = histogram.reading
    let own = Array(zip(labels, values))
    let bounds = histogram.bounds.map(text) + ["+Inf"]
    let buckets = zip(bounds, counts).map { bound, count in
      ExpositionLine(name + "_bucket", own + [("le", bound)], Double(count))
    }
    return buckets + [
      ExpositionLine(name + "_sum", own, sum), ExpositionLine(name + "_count", own, Double(counts.last ?? 0)),
    ]
  }

  func write(to text: inout String, _ common: [(name: String, value: String)]) {
    text += name
    let all = common + labels
    if !all.isEmpty {
      text += "{" + all.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",") + "}"
    }
    text += " \(Self.text(value))\n"
  }

  private static func text(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    return value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
  }

  private static func escaped(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == 92 || $0 == 34 || $0 == 10 }) else { return text }
    return text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }
}
