import Search
import Values

/// A word in both languages.
struct MadeWord: Sendable {
  let en: String
  let zh: String

  /// Reads `en:zh, …`; neither holds a colon or a comma.
  static func list(_ text: String) -> [MadeWord] {
    text.split(separator: ",").compactMap { pair in
      let halves = pair.split(separator: ":")
      return halves.count == 2 ? MadeWord(en: String(halves[0]), zh: String(halves[1])) : nil
    }
  }
}

/// All that the made shop's goods are called and made of.
struct MadeStock: Sendable {
  struct Leaf: Sendable {
    let root: Int
    let name: LocalizedText
    let names: LocalizedText
    let materials: [MadeWord]
    let measure: String
    let purpose: MadeWord?
  }

  struct Kind: Sendable {
    let leaf: Int
    let name: MadeWord
  }

  static let seriesCount = 40_000

  let roots: [MadeWord]
  let leaves: [Leaf]
  let kinds: [Kind]
  let colours = MadeWord.list(madeColours)
  let manners = MadeWord.list(madeManners)
  let brands: [String]
  let series: [String]
  let prose: [String]
  let chineseProse: [String]
  let colourChoices: [AttributeChoice?]
  /// By leaf and material.
  let materialChoices: [[AttributeChoice?]]

  init(seed: UInt64) {
    var random = MadeRandom(seed)
    var (roots, leaves, kinds) = ([MadeWord](), [Leaf](), [Kind]())
    for line in madeShelves.split(separator: "\n") {
      let parts = line.split(separator: "|").map(String.init)
      guard parts.count >= 7 else { continue }
      let root = MadeWord(en: parts[0], zh: parts[1])
      if roots.last?.en != root.en { roots.append(root) }
      kinds += MadeWord.list(parts[4]).map { Kind(leaf: leaves.count, name: $0) }
      leaves.append(
        Leaf(
          root: roots.count - 1, name: LocalizedText(en: parts[2], zhHans: parts[3]),
          names: LocalizedText(en: "\(parts[2]) \(parts[0])", zhHans: "\(parts[3]) \(parts[1])"),
          materials: MadeWord.list(madeMaterials[parts[5]] ?? ""), measure: parts[6],
          purpose: parts.count > 7 ? MadeWord.list(parts[7]).first : nil))
    }
    (self.roots, self.leaves, self.kinds) = (roots, leaves, kinds)
    brands = Self.brands(&random)
    series = Self.names(Self.seriesCount, syllables: 4, &random)
    prose = madeProse.split(separator: " ").map(String.init) + Self.names(8000, syllables: 3, &random)
    chineseProse = madeChineseProse.split(separator: " ").map(String.init)
    let colour = LocalizedText(en: "Colour", zhHans: "颜色")
    colourChoices = colours.map { Self.choice(colour, $0) }
    let material = LocalizedText(en: "Material", zhHans: "材质")
    materialChoices = leaves.map { $0.materials.map { Self.choice(material, $0) } }
  }

  private static func choice(_ name: LocalizedText, _ word: MadeWord) -> AttributeChoice? {
    AttributeChoice(name: name, label: LocalizedText(en: word.en, zhHans: word.zh))
  }

  /// A third of them carry a Chinese name as well.
  private static func brands(_ random: inout MadeRandom) -> [String] {
    let signs = Array(madeChineseNames)
    return names(2000, syllables: 3, &random).map { name in
      guard random.happens(0.33) else { return capital(name) }
      return "\(signs[random.below(signs.count)])\(signs[random.below(signs.count)]) \(capital(name))"
    }
  }

  private static func names(_ count: Int, syllables: Int, _ random: inout MadeRandom) -> [String] {
    let parts = madeSyllables.split(separator: " ")
    var (names, seen) = ([String](), Set<String>())
    while names.count < count {
      let name = (0..<syllables).map { _ in String(parts[random.below(parts.count)]) }.joined()
      if seen.insert(name).inserted { names.append(name) }
    }
    return names
  }

  static func capital(_ word: String) -> String { word.prefix(1).uppercased() + word.dropFirst() }
}
