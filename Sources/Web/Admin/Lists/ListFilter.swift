import Values

/// One filter of a list. Its fields stand in the address under its name: `number`; a range has two, `dueFrom` and `dueTo`.
struct ListFilter: Sendable {
  enum Kind: Hashable, Sendable {
    /// - longest: in characters, `ListFilter.longestText` at most.
    case text(longest: Int)
    /// Days of the shop's calendar, both included.
    case days
    case amounts(Currency)
    /// One of several; the words of each stand at `WORD.VALUE`.
    case choice([String])
  }

  /// An e-mail address is the longest that is looked for.
  static let longestText = 254

  let name: String
  /// The key of its label.
  let word: String
  let kind: Kind
  /// What the label of each choice is looked up under.
  var choiceWord = ""
  /// Names of choices that aren't the theme's, by value.
  var names: [String: String] = [:]

  var fields: [String] {
    switch kind {
    case .text, .choice: [name]
    case .days, .amounts: ["\(name)From", "\(name)To"]
    }
  }
}
