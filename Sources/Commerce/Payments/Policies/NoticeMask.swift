import Foundation
import Values

/// What stands in a notice and isn't everybody's to read: who the buyer is, for those without the right; what opens
/// something, for all.
public enum NoticeMask {
  /// Of people, by the names that providers use, in form fields and in JSON.
  private static let people: Set<String> = [
    "buyer_id", "buyer_logon_id", "buyer_open_id", "buyer_user_id", "openid", "email", "receipt_email", "phone",
    "name", "line1", "line2", "city", "postal_code", "customer_email", "mobile", "buyer_name", "last4",
    "fingerprint", "user_received_account", "payer_account", "ip",
  ]
  /// A signature is none of these: it opens nothing, and whoever looks at it wants to know why it holds or doesn't.
  private static let secrets: Set<String> = ["client_secret", "session_key", "token", "auth_token"]

  /// - Parameter showsPeople: whether the reader may know who buyers are.
  public static func masked(_ body: String, showsPeople: Bool) -> String {
    let names = showsPeople ? secrets : secrets.union(people)
    return isJSON(body) ? json(body, names) : form(body, names)
  }

  /// Whether a body, however it goes on, begins as JSON does.
  public static func isJSON(_ body: String) -> Bool {
    let first = body.first { !$0.isWhitespace }
    return first == "{" || first == "["
  }

  private static func form(_ body: String, _ names: Set<String>) -> String {
    body.split(separator: "&", omittingEmptySubsequences: false).map { pair -> String in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, names.contains(parts[0].lowercased()), !parts[1].isEmpty else { return String(pair) }
      return "\(parts[0])=***"
    }.joined(separator: "&")
  }

  /// As text, so that the rest stays as it came; also where it was cut off in the midst of a value.
  private static func json(_ body: String, _ names: Set<String>) -> String {
    body.replacing(/"([A-Za-z0-9_]+)"(\s*:\s*)("(?:[^"\\]|\\.)*(?:"|$)|[0-9]+)/) { match in
      names.contains(match.1.lowercased()) ? "\"\(match.1)\"\(match.2)\"***\"" : String(match.0)
    }
  }
}
