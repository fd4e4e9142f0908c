/// Parameters of the gateway, as they are signed and as they travel (section 1.2 of Alipay's signing rules).
enum AlipayForm {
  /// `k=v` in the order of the keys' bytes, joined by `&`, raw.
  static func canonical(_ parameters: [String: String]) -> String {
    parameters.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { "\($0.key)=\($0.value)" }
      .joined(separator: "&")
  }

  /// As `application/x-www-form-urlencoded`, in the order of the keys.
  static func encoded(_ parameters: [String: String]) -> String {
    parameters.sorted { $0.key < $1.key }.map { "\(FormText.escaped($0.key))=\(FormText.escaped($0.value))" }.joined(
      separator: "&")
  }

  /// Each value decoded once; nil for bytes that aren't UTF-8, broken escapes and names that come twice.
  static func decoded(_ body: [UInt8]) -> [String: String]? {
    var parameters: [String: String] = [:]
    for pair in body.split(separator: UInt8(ascii: "&")) {
      let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = FormText.unescaped(parts[0]), let value = parts.count == 2 ? FormText.unescaped(parts[1]) : "",
        parameters.updateValue(value, forKey: name) == nil
      else { return nil }
    }
    return parameters
  }
}
