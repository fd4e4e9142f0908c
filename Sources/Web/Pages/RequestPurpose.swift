import HTTPTypes
import Hummingbird

extension Request {
  private static let secPurpose = HTTPField.Name("Sec-Purpose")

  /// Whether a browser fetches it ahead of time, so that nobody sees it yet (Fetch standard, `Sec-Purpose: prefetch`).
  public var isAhead: Bool {
    guard let name = Self.secPurpose else { return false }
    return headers[name] != nil
  }
}
