import Values

/// What the made shop's visitors ask for. The same for the same seed and size.
public struct MadeQueries: Codable, Sendable {
  public struct Slip: Codable, Sendable {
    public let typed: String
    public let meant: String
  }

  /// One word that very many goods have.
  public var common: [String] = []
  public var threeWords: [String] = []
  public var rare: [String] = []
  /// Two Chinese characters.
  public var chinese: [String] = []
  public var slips: [Slip] = []
  public var judged: [MadeQuestion] = []
  /// Minor units of CNY; about half of the goods are within.
  public var priceFrom: Int64 = 5_000
  public var priceTo: Int64 = 60_000

  /// - Parameter each: how many of a class at most.
  public init(_ catalogue: MadeCatalogue, each: Int) {
    var random = MadeRandom(77)
    let stock = catalogue.stock
    common = Array(
      (stock.colours.prefix(10).map(\.en) + Self.single(stock.manners.map(\.en)) + ["cotton", "plastic"]).prefix(each))
    let two = (stock.colours + stock.manners + stock.kinds.map(\.name)).map(\.zh).filter { $0.count == 2 }
    chinese = Array(two.uniqued().prefix(each))
    for _ in 0..<each {
      let facts = catalogue.facts(random.below(catalogue.count))
      let leaf = stock.leaves[facts.leaf]
      let name = stock.kinds[facts.kind].name.en.split(separator: " ").last.map(String.init) ?? ""
      let material = leaf.materials[facts.material].en.split(separator: " ").last.map(String.init) ?? ""
      threeWords.append("\(stock.colours[facts.colour].en) \(material) \(name)")
    }
    while rare.count < each {
      let facts = catalogue.facts(random.below(catalogue.count))
      if let series = facts.series { rare.append(stock.series[series]) }
    }
    slips = Self.slips(catalogue, each * 2, &random)
    judged = Self.questions(catalogue, each, &random)
  }

  private static func single(_ words: [String]) -> [String] {
    words.filter { word in word.allSatisfy { $0.isASCII && $0.isLetter } }
  }

  /// One in so many slips is made at the first letter.
  private static let firstLetterEvery = 6

  /// Words of titles with one letter too many, too few, wrong or out of place, none of them a word itself.
  private static func slips(_ catalogue: MadeCatalogue, _ count: Int, _ random: inout MadeRandom) -> [Slip] {
    let stock = catalogue.stock
    let names = stock.kinds.flatMap { $0.name.en.split(separator: " ").map(String.init) }
    let brands = stock.brands.compactMap { $0.split(separator: " ").last?.lowercased() }
    let plain = single(names + (stock.colours + stock.manners).map(\.en)).filter { $0.count >= 5 }
    let known = Set(plain + names + brands + stock.series + stock.prose)
    func isSlip(_ typed: String, of word: String) -> Bool {
      typed != word && !known.contains(typed) && !known.contains(typed + "s")
    }
    // Numbers of their own, so that all other slips and questions are the same with them and without.
    var firsts = MadeRandom(79)
    var slips: [Slip] = []
    while slips.count < count {
      let facts = catalogue.facts(random.below(catalogue.count))
      let word =
        switch random.below(3) {
        case 0: facts.series.map { stock.series[$0] } ?? brands[facts.brand]
        case 1: brands[facts.brand]
        default: plain[random.below(plain.count)]
        }
      let typed = slip(of: word, &random)
      guard isSlip(typed, of: word) else { continue }
      let first = firsts.below(firstLetterEvery) == 0 ? firstSlip(of: word, &firsts) : typed
      slips.append(Slip(typed: isSlip(first, of: word) ? first : typed, meant: word))
    }
    return slips
  }

  /// The first letter wrong, missing, or typed after the second.
  private static func firstSlip(of word: String, _ random: inout MadeRandom) -> String {
    var letters = Array(word)
    guard letters.count >= 3 else { return word }
    switch random.below(3) {
    case 0: letters[0] = slipLetters[random.below(slipLetters.count)]
    case 1: letters.remove(at: 0)
    default: letters.swapAt(0, 1)
    }
    return String(letters)
  }

  private static let slipLetters = Array("etaoinshrdlucmfwypvbgkqjxz")

  /// One edit, anywhere but at the first letter.
  public static func slip(of word: String, _ random: inout MadeRandom) -> String {
    var letters = Array(word)
    guard letters.count >= 3 else { return word }
    let place = 1 + random.below(letters.count - 1)
    let letter = slipLetters[random.below(slipLetters.count)]
    switch random.below(4) {
    case 0: letters.remove(at: place)
    case 1: letters.insert(letter, at: place)
    case 2: letters[place] = letter
    default: if place + 1 < letters.count { letters.swapAt(place, place + 1) } else { letters.remove(at: place) }
    }
    return String(letters)
  }

  private static func questions(
    _ catalogue: MadeCatalogue, _ count: Int, _ random: inout MadeRandom
  ) -> [MadeQuestion] {
    let stock = catalogue.stock
    var questions: [MadeQuestion] = []
    for number in 0..<count {
      let facts = catalogue.facts(random.below(catalogue.count))
      let language: Language = (number / 6).isMultiple(of: 2) ? .en : .zhHans
      func word(_ word: MadeWord) -> String { language == .en ? word.en : word.zh }
      func joined(_ words: [String]) -> String { words.joined(separator: language == .en ? " " : "") }
      let name = word(stock.kinds[facts.kind].name)
      let colour = word(stock.colours[facts.colour])
      let material = word(stock.leaves[facts.leaf].materials[facts.material])
      var question = MadeQuestion(text: name, language: language, kind: facts.kind, leaf: facts.leaf)
      switch number % 6 {
      case 0: break
      case 1: (question.text, question.colour) = (joined([colour, name]), facts.colour)
      case 2: (question.text, question.material) = (joined([material, name]), facts.material)
      case 3: (question.text, question.brand) = ("\(stock.brands[facts.brand]) \(name)", facts.brand)
      case 4:
        question.text = joined([colour, material, name])
        (question.colour, question.material) = (facts.colour, facts.material)
      default:
        guard let series = facts.series else { continue }
        question = MadeQuestion(text: stock.series[series], language: language, series: series)
      }
      questions.append(question)
    }
    return graded(questions, catalogue)
  }

  /// Looks at every product once for the best grades that there are.
  private static func graded(_ questions: [MadeQuestion], _ catalogue: MadeCatalogue) -> [MadeQuestion] {
    var counts = [[Int]](repeating: [0, 0, 0, 0], count: questions.count)
    for index in 0..<catalogue.count {
      let facts = catalogue.facts(index)
      for (number, question) in questions.enumerated() {
        let grade = question.grade(facts)
        if grade > 0 { counts[number][grade] += 1 }
      }
    }
    return zip(questions, counts).map { question, counts in
      var question = question
      question.ideal = Array([3, 2, 1].flatMap { [Int](repeating: $0, count: min(counts[$0], 10)) }.prefix(10))
      return question
    }
  }
}

extension Array where Element: Hashable {
  fileprivate func uniqued() -> [Element] {
    var seen = Set<Element>()
    return filter { seen.insert($0).inserted }
  }
}
