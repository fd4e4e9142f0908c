/// The time that a caller gives a call: up to eight digits and a unit, as gRPC spells it.
enum CallTimeout {
  static let key = "grpc-timeout"

  static func duration(_ text: String?) -> Duration? {
    guard let text, let unit = text.last, let amount = Int64(text.dropLast()), amount >= 0, text.utf8.count <= 9 else {
      return nil
    }
    switch unit {
    case "H": return .seconds(amount * 3600)
    case "M": return .seconds(amount * 60)
    case "S": return .seconds(amount)
    case "m": return .milliseconds(amount)
    case "u": return .microseconds(amount)
    case "n": return .nanoseconds(amount)
    default: return nil
    }
  }
}
