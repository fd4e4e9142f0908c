import Mustache

/// The values of a page, by the names that its template uses: text, truth, other models and lists of them.
///
/// A type of its own rather than a dictionary, because the template engine asks each value what it is, and of a
/// dictionary that takes long to find out.
public struct Model: Sendable, ExpressibleByDictionaryLiteral {
  private var values: [String: any Sendable]

  public init(dictionaryLiteral elements: (String, any Sendable)...) {
    values = Dictionary(elements) { _, later in later }
  }

  /// All of them by name.
  public init(_ named: some Sequence<(String, any Sendable)>) { values = Dictionary(named) { _, later in later } }

  public subscript(name: String) -> (any Sendable)? {
    get { values[name] }
    set { values[name] = newValue }
  }

  /// All values of all; of a name in several the last one's counts.
  public static func merged(_ models: Model...) -> Model { models.reduce(into: [:]) { $0.merge($1) } }

  /// Takes over the other's values; of a name in both the other's counts.
  public mutating func merge(_ other: Model) { values.merge(other.values) { _, later in later } }
}

extension Model: MustacheParent {
  public func child(named name: String) -> Any? { values[name] }
}
