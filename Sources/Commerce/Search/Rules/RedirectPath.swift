import Values

/// Where rules lead.
public enum RedirectPath {
  /// Whether whoever asks for the text and is led to the path would be led there again.
  public static func leads(_ path: String, backTo text: String) -> Bool {
    searched(path) == QueryReader.key(of: text)
  }

  /// Whether it stays within the shop, for every browser: none reads another host out of it, or another page.
  static func isSound(_ path: String) -> Bool {
    guard path.hasPrefix("/"), !path.hasPrefix("//"),
      path.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F && $0 != "\\" })
    else { return false }
    // Broken escapes are read in more than one way.
    let isReadable = query(of: path).map { FormText.pairs($0.utf8) != nil } ?? true
    return isReadable && !steps(of: path).contains { $0 == "." || $0 == ".." }
  }

  /// What the path searches for, as queries are compared; nil where it leads elsewhere, or finds exactly what is typed.
  static func searched(_ path: String) -> String? {
    guard steps(of: path) == ["search"], let query = query(of: path) else { return nil }
    var asked: [String: String] = [:]
    // Of a name that comes twice the page takes the first.
    for pair in query.utf8.split(separator: UInt8(ascii: "&")) {
      guard let (name, value) = FormText.pairs(pair)?.first, asked[name] == nil else { continue }
      asked[name] = value
    }
    return asked["exact"] == "1" ? nil : asked["q"].map { QueryReader.key(of: $0) }
  }

  /// What stands between slashes, as browsers and the router read it: several slashes are one, escapes characters.
  private static func steps(of path: String) -> [String] {
    path.prefix { $0 != "?" && $0 != "#" }.split(separator: "/").map { step in
      // A plus is no space in a path.
      FormText.unescaped(step.replacing("+", with: "%2B").utf8) ?? String(step)
    }
  }

  private static func query(of path: String) -> Substring? {
    let plain = path.prefix { $0 != "#" }
    return plain.firstIndex(of: "?").map { plain[plain.index(after: $0)...] }
  }
}
