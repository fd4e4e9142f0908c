/// Numbers as drawings write them.
enum PlotNumber {
  /// With one decimal at most.
  static func text(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    let (whole, rest) = (abs(tenths) / 10, abs(tenths) % 10)
    return (tenths < 0 ? "-" : "") + (rest == 0 ? "\(whole)" : "\(whole).\(rest)")
  }

  /// Where an axis from zero ends: the next of 1, 2, 5, 10, 20, …
  static func top(over most: Int64) -> Int64 {
    var power: Int64 = 1
    while power <= Int64.max / 100 {
      for step in [power, 2 * power, 5 * power] where step >= most { return step }
      power *= 10
    }
    return max(most, 1)
  }
}
