import Values

/// What a caller sends: a form whose names say with brackets where a value belongs. The brackets may be escaped, and a list
/// may be told by `[]` as well as by `[0]`.
struct StripeForm: Sendable {
  static let mostPairs = 1000
  static let deepestName = 10

  /// As they came, unescaped.
  let pairs: [(name: String, value: String)]
  private let values: [[String]: String]

  /// Throws `StripeProblem` for what no form is.
  init(_ bytes: some Sequence<UInt8>) throws(StripeProblem) {
    guard let pairs = FormText.pairs(bytes) else { throw .unreadable }
    guard pairs.count <= Self.mostPairs else { throw .unreadable }
    self.pairs = pairs
    var values: [[String]: String] = [:]
    var counting = Counting()
    for pair in pairs {
      let steps = try Self.steps(pair.name)
      values[counting.numbered(steps)] = pair.value
    }
    self.values = values
    for path in values.keys {
      for length in 1..<path.count where values[Array(path.prefix(length))] != nil {
        throw .invalid(path[0], "Invalid object")
      }
    }
  }

  /// An empty value is what takes something away, so it counts as none.
  subscript(path: String...) -> String? { self[path] }

  subscript(path: [String]) -> String? {
    guard let value = values[path], !value.isEmpty else { return nil }
    return value
  }

  /// What stands right beneath, lists in the order of their numbers.
  func names(under path: String...) -> [String] {
    let names = Set(values.keys.filter { $0.count > path.count && $0.starts(with: path) }.map { $0[path.count] })
    return names.sorted { left, right in
      guard let one = Int(left), let other = Int(right) else { return left < right }
      return one < other
    }
  }

  /// The values of `name[]`, in their order.
  func list(_ name: String) -> [String] { names(under: name).compactMap { self[name, $0] } }

  func metadata(_ path: String...) throws(StripeProblem) -> [String: String] {
    var read: [String: String] = [:]
    let depth = path.count
    for (place, value) in values where place.count == depth + 1 && place.starts(with: path) && !value.isEmpty {
      guard place[depth].count <= 40, value.count <= 500 else {
        throw .invalid(path[0], "Metadata names have up to 40 characters, values up to 500")
      }
      read[place[depth]] = value
    }
    guard read.count <= 50 else { throw .invalid(path[0], "You may only specify up to 50 metadata keys") }
    return read
  }

  func integer(_ path: String...) throws(StripeProblem) -> Int64? { try integer(path) }

  func integer(_ path: [String]) throws(StripeProblem) -> Int64? {
    guard let text = self[path] else { return nil }
    guard let number = Int64(text), text.first != "+" else {
      throw .invalid(Self.name(path), "Invalid integer: \(text.prefix(40))", code: "parameter_invalid_integer")
    }
    return number
  }

  func flag(_ path: String...) throws(StripeProblem) -> Bool? {
    switch self[path] {
    case nil: return nil
    case "true": return true
    case "false": return false
    case .some(let text): throw .invalid(Self.name(path), "Invalid boolean: \(text.prefix(40))")
    }
  }

  func needed(_ path: String...) throws(StripeProblem) -> String {
    guard let value = self[path] else { throw .missing(Self.name(path)) }
    return value
  }

  /// Throws for what isn't known: a misspelt name would do nothing without a word.
  func expectOnly(_ names: Set<String>) throws(StripeProblem) {
    if let other = values.keys.map({ $0[0] }).filter({ !names.contains($0) && $0 != "expand" }).min() {
      throw .unknownParameter(other)
    }
  }

  /// `line_items[0][quantity]`
  static func name(_ path: [String]) -> String { path[0] + path.dropFirst().map { "[\($0)]" }.joined() }

  // MARK: Reading

  /// `a[b][0]` in three steps; an empty one for `[]`.
  private static func steps(_ name: String) throws(StripeProblem) -> [String] {
    let head = name.prefix { $0 != "[" }
    var steps = [String(head)]
    var rest = name.dropFirst(head.count)
    while let open = rest.first {
      guard open == "[", let end = rest.firstIndex(of: "]") else { throw .unreadable }
      steps.append(String(rest[rest.index(after: rest.startIndex)..<end]))
      rest = rest[rest.index(after: end)...]
    }
    guard !head.isEmpty, steps.count <= deepestName else { throw .unreadable }
    return steps
  }

  /// Gives the items of `[]` their numbers: the next one begins when something is said for the second time.
  private struct Counting {
    private var current: [[String]: (number: Int, said: Set<[String]>)] = [:]

    mutating func numbered(_ steps: [String]) -> [String] {
      guard let place = steps.firstIndex(of: "") else { return steps }
      let prefix = Array(steps[..<place])
      let rest = Array(steps[(place + 1)...])
      var item = current[prefix] ?? (0, [])
      // What is a list itself may be said often of one item.
      if item.said.contains(rest), !rest.contains("") { item = (item.number + 1, []) }
      item.said.insert(rest)
      current[prefix] = item
      return numbered(prefix + ["\(item.number)"] + rest)
    }
  }
}
