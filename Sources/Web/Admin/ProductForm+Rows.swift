import Catalog
import Pages

extension ProductForm {
  /// Does what a button asks of the rows: `addValue.1`, `pictureUp.3`.
  /// - Returns: false where the button asks for something else.
  mutating func turn(_ asked: String?) -> Bool {
    let parts = (asked ?? "").split(separator: ".").map(String.init)
    guard let name = parts.first else { return false }
    let places = parts.dropFirst().compactMap { Int($0) }
    let (at, within) = (places.first ?? -1, places.dropFirst().first ?? -1)
    switch name {
    case "addOption": addOption()
    case "removeOption": removeOption(at)
    case "addValue": if options.indices.contains(at) { options[at].values.append(Value()) }
    case "removeValue": removeValue(within, of: at)
    case "fill":
      tidy()
      fill(onlyNew: false)
    case "addAttribute": attributes.append(Attribute())
    case "removeAttribute": if attributes.indices.contains(at) { attributes.remove(at: at) }
    case "pictureUp": movePicture(at, to: at - 1)
    case "pictureDown": movePicture(at, to: at + 1)
    case "pictureRemove": rearrangePictures(pictures.indices.filter { $0 != at })
    default: return false
    }
    return true
  }

  /// Takes out rows that are empty and variants that are dropped, and makes the variants of values that are new. What is
  /// left has the places that faults name.
  mutating func tidy() {
    for option in options.indices.reversed() {
      if options[option].isEmpty {
        removeOption(option)
        continue
      }
      for value in options[option].values.indices.reversed() where options[option].values[value].isEmpty {
        removeValue(value, of: option)
      }
    }
    attributes.removeAll(where: \.isEmpty)
    variants.removeAll(where: \.isDropped)
    fill(onlyNew: true)
  }

  private mutating func addOption() {
    guard options.count < DraftLimits.standard.options else { return }
    options.append(Option())
    // What there is has the first value of it.
    for index in variants.indices { variants[index].choice.append(0) }
  }

  private mutating func removeOption(_ option: Int) {
    guard options.indices.contains(option) else { return }
    options.remove(at: option)
    var seen: Set<[Int]> = []
    for index in variants.indices where variants[index].choice.indices.contains(option) {
      variants[index].choice.remove(at: option)
    }
    // Of variants that are alike now, the first stays.
    variants.removeAll { !seen.insert($0.choice).inserted }
  }

  private mutating func removeValue(_ value: Int, of option: Int) {
    guard options.indices.contains(option), options[option].values.indices.contains(value) else { return }
    options[option].values.remove(at: value)
    variants.removeAll { $0.choice.indices.contains(option) && $0.choice[option] == value }
    for index in variants.indices where variants[index].choice.indices.contains(option) {
      if variants[index].choice[option] > value { variants[index].choice[option] -= 1 }
    }
  }

  private mutating func movePicture(_ from: Int, to: Int) {
    guard pictures.indices.contains(from), pictures.indices.contains(to) else { return }
    var order = Array(pictures.indices)
    order.swapAt(from, to)
    rearrangePictures(order)
  }

  /// Makes the variants that are lacking, each after the first one's price and weight.
  /// - Parameter onlyNew: those alone of which a value is new and nothing has it yet.
  private mutating func fill(onlyNew: Bool) {
    if variants.isEmpty && options.isEmpty { variants = [Variant()] }
    let most = DraftLimits.standard.variants
    let counts = options.map(\.values.count)
    guard !options.isEmpty, !counts.contains(0), counts.reduce(1, { min($0 * $1, most + 1) }) <= most else { return }
    let taken = Set(variants.map(\.choice))
    let lacking = options.indices.map { option in
      Set(
        options[option].values.indices.filter { value in
          options[option].values[value].isNew
            && !variants.contains { $0.choice.indices.contains(option) && $0.choice[option] == value }
        })
    }
    let made = Self.choices(counts).filter { choice in
      !taken.contains(choice) && (!onlyNew || zip(choice, lacking).contains { $1.contains($0) })
    }
    guard !made.isEmpty else { return }
    let example = variants.first ?? Variant()
    variants += made.map { choice in
      Variant(
        choice: choice, price: example.price, list: example.list, weight: example.weight, ships: example.ships)
    }
    variants.sort { $0.choice.lexicographicallyPrecedes($1.choice) }
  }

  private static func choices(_ counts: [Int]) -> [[Int]] {
    counts.reduce([[]]) { found, count in found.flatMap { choice in (0..<count).map { choice + [$0] } } }
  }
}
