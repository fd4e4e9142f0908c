/// The W3C `traceparent` of what the current task does. Whoever traces sets it at the edge; calls between parts carry it
/// on, and the part that is called works under it.
public enum TraceParent {
  @TaskLocal public static var current: String?

  public static let key = "traceparent"

  /// The text, if it looks like a `traceparent`; anything else isn't passed on.
  public static func valid(_ text: String?) -> String? {
    guard let text, text.utf8.count == 55 else { return nil }
    let lengths = text.split(separator: "-", omittingEmptySubsequences: false).map(\.utf8.count)
    guard lengths == [2, 32, 16, 2] else { return nil }
    return text.utf8.allSatisfy { $0 == 45 || (48...57).contains($0) || (97...102).contains($0) } ? text : nil
  }
}
