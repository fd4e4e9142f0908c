import Values

/// The values that products can be filtered by, with numbers of their own that columns and file keep. They only grow in
/// number; names follow the document that came last.
struct ChoiceBook: Sendable {
  /// More values than this say nothing to a person any more; those that come later can't be filtered by.
  static let most = 200_000

  struct Key: Hashable, Sendable {
    let attribute: UInt32
    let value: String
  }

  private(set) var attributes = Interner<String>()
  private(set) var choices: [AttributeChoice] = []
  /// By choice, the number of its attribute.
  private(set) var attributeOf: [UInt32] = []
  private var numbers: [Key: UInt32] = [:]

  var count: Int { choices.count }

  func known(_ attribute: String, _ value: String) -> UInt32? {
    numbers[Key(attribute: attributes.known(attribute), value: value)]
  }

  /// Answers the number, and whether the choice has to be written: it is new or has other names.
  mutating func note(_ choice: AttributeChoice) -> (number: UInt32, isNews: Bool)? {
    let key = Key(attribute: attributes.number(of: choice.attribute), value: choice.value)
    if let known = numbers[key] {
      if choices[Int(known)] == choice { return (known, false) }
      choices[Int(known)] = choice
      return (known, true)
    }
    guard choices.count < Self.most else { return nil }
    let number = UInt32(choices.count)
    choices.append(choice)
    attributeOf.append(key.attribute)
    numbers[key] = number
    return (number, true)
  }
}
