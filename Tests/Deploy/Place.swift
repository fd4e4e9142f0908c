import Foundation
import TestKit
import Yams

/// A place in a YAML file, which may turn out to be empty.
struct Place {
  let value: Any?

  /// The documents of a file below `deploy`.
  static func documents(_ file: String) throws -> [Place] {
    try Yams.load_all(yaml: try text(file)).map { Place(value: $0) }
  }

  /// The text of a file below `deploy`.
  static func text(_ file: String) throws -> String {
    try String(contentsOf: packageFolder.appending(path: "deploy/\(file)"), encoding: .utf8)
  }

  subscript(_ path: String...) -> Place {
    Place(value: path.reduce(value) { value, key in (value as? [String: Any])?[key] })
  }

  var isThere: Bool { value != nil }
  var text: String? { value.map { "\($0)" } }
  var items: [Place] { (value as? [Any] ?? []).map { Place(value: $0) } }
  var texts: [String] { items.compactMap(\.text) }
  var members: [String: Place] { (value as? [String: Any] ?? [:]).mapValues { Place(value: $0) } }
  /// All labels, to be compared.
  var labels: [String: String] { members.compactMapValues(\.text) }
}
