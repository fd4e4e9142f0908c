/// The headers of a notice in which providers sign: without them what was believed, or wasn't, can't be proved later.
enum NoticeHeaders {
  /// Of all that is kept, in characters: who isn't believed sends what they like.
  static let longest = 4000
  private static let longestValue = 1000
  private static let names: Set<String> = ["stripe-signature", "sandbox-time", "sandbox-signature"]

  /// `name: value` line by line, by name; empty where there are none.
  /// - Parameter headers: names in lower case.
  static func kept(_ headers: [String: String]) -> String {
    let lines = headers.filter { names.contains($0.key) || $0.key.hasPrefix("wechatpay-") }
      .sorted { $0.key < $1.key }
      .map { "\(plain($0.key)): \(plain($0.value))" }
    return String(lines.joined(separator: "\n").prefix(longest))
  }

  /// No signature has other characters.
  private static func plain(_ text: String) -> String {
    let shown = text.unicodeScalars.prefix(longestValue).map { (0x20..<0x7F).contains($0.value) ? Character($0) : "?" }
    return String(shown)
  }
}
