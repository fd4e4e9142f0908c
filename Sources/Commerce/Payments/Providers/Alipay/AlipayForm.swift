import Values

/// Parameters of the gateway, as they are signed and as they travel (section 1.2 of Alipay's signing rules).
enum AlipayForm {
  /// `k=v` in the order of the keys' bytes, joined by `&`, raw.
  static func canonical(_ parameters: [String: String]) -> String {
    parameters.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { "\($0.key)=\($0.value)" }
      .joined(separator: "&")
  }

  /// As `application/x-www-form-urlencoded`, in the order of the keys.
  static func encoded(_ parameters: [String: String]) -> String {
    FormText.joined(parameters.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) })
  }

  /// Each value decoded once; nil for bytes that aren't UTF-8, broken escapes and names that come twice.
  static func decoded(_ body: [UInt8]) -> [String: String]? {
    guard let pairs = FormText.pairs(body) else { return nil }
    var parameters: [String: String] = [:]
    for pair in pairs where parameters.updateValue(pair.value, forKey: pair.name) != nil { return nil }
    return parameters
  }
}
