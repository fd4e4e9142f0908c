import Foundation

/// Refuses variables that name no setting: a slip in one would else go unnoticed, and the shop sell from another database.
enum SettingVariables {
  private static let prefix = "MARTLET_"

  /// Of the house's own tools and tests.
  private static let others: Set = [
    "MARTLET_TEST_ENGINE", "MARTLET_SOAK_SECONDS", "MARTLET_SAMPLE_DATA", "MARTLET_PROGRAM", "MARTLET_BROWSER_SHOP",
    "MARTLET_BROWSER_EMAIL", "MARTLET_BROWSER_PASSWORD",
  ]

  /// `MARTLET_HTTP_PUBLIC_URL` for `http.publicURL`.
  static func name(of key: String) -> String {
    prefix + SettingArguments.name(of: key).dropFirst(2).uppercased().replacing("-", with: "_")
  }

  /// Throws `UnknownVariable` for the first one by name.
  /// - Parameter file: what stands in `.env`.
  static func check(_ environment: [String: String], file: String) throws(UnknownVariable) {
    let keys = Dictionary(SettingArguments.keys.map { (name(of: $0), $0) }, uniquingKeysWith: { first, _ in first })
    func isUnknown(_ name: String) -> Bool {
      name.hasPrefix(prefix) && keys[name] == nil && !others.contains(name)
    }
    let links = Self.links(in: environment)
    let variables = environment.keys.filter { name in isUnknown(name) && !links.contains { name.hasPrefix($0) } }
    let lines = names(in: file).filter(isUnknown)
    guard let name = variables.min() ?? lines.min() else { return }
    let nearest = keys.min { ($0.key.distance(to: name), $0.key) < ($1.key.distance(to: name), $1.key) }
    throw UnknownVariable(
      name: name, isInFile: variables.isEmpty, nearest: nearest?.key ?? "", key: nearest?.value ?? "")
  }

  /// Kubernetes tells each pod of the services beside it: `MARTLET_SHOP_SERVICE_HOST`, `MARTLET_SHOP_PORT_8080_TCP`.
  private static func links(in environment: [String: String]) -> [String] {
    environment.keys.filter { $0.hasSuffix("_SERVICE_HOST") }.map { $0.dropLast("_SERVICE_HOST".count) }
      .flatMap { ["\($0)_SERVICE_", "\($0)_PORT"] }
  }

  private static func names(in file: String) -> [String] {
    file.split(whereSeparator: \.isNewline).compactMap { line in
      let halves = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return halves.count == 2 ? halves[0].trimmingCharacters(in: .whitespaces) : nil
    }
  }
}

/// A variable that looks like a setting and is none. Its value may be a secret.
struct UnknownVariable: Error, CustomStringConvertible {
  let name: String
  let isInFile: Bool
  /// The variable that looks most like it, and the key of its setting.
  let nearest: String
  let key: String

  var description: String {
    "\(isInFile ? "the line" : "the variable") \(name)\(isInFile ? " of .env" : "") names no setting; the nearest is "
      + "\(nearest) (\(key)): correct it, or leave it out"
  }
}

extension String {
  /// How many signs must be put in, taken out or changed to make one of the other (Levenshtein).
  fileprivate func distance(to other: String) -> Int {
    let other = Array(other.utf8)
    var row = Array(0...other.count)
    for (line, sign) in utf8.enumerated() {
      var diagonal = row[0]
      row[0] = line + 1
      for (column, otherSign) in other.enumerated() {
        let changed = diagonal + (sign == otherSign ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = Swift.min(changed, diagonal + 1, row[column] + 1)
      }
    }
    return row[other.count]
  }
}
