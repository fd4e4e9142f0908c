import Search
import Values

/// A catalogue of any size, the same for the same seed: goods in both languages with brands, series, materials,
/// colours, sizes and model codes, of which a few are common and most are rare. Any product is made without the
/// others, so a million of them need no memory.
public struct MadeCatalogue: Sendable {
  public let count: Int
  private let seed: UInt64
  let stock: MadeStock
  private let kinds: Zipf
  private let colours: Zipf
  private let brands: Zipf
  private let proseRanks: Zipf
  private let chineseRanks: Zipf

  public init(count: Int, seed: UInt64 = 2026) {
    self.count = count
    self.seed = seed
    stock = MadeStock(seed: seed)
    kinds = Zipf(stock.kinds.count, exponent: 0.5)
    colours = Zipf(stock.colours.count, exponent: 1)
    brands = Zipf(stock.brands.count, exponent: 0.5)
    proseRanks = Zipf(stock.prose.count, exponent: 1)
    chineseRanks = Zipf(stock.chineseProse.count, exponent: 0.5)
  }

  public func product(_ index: Int) -> ProductID { ProductID(raw: Int64(index) + 1) }
  public func index(_ product: ProductID) -> Int { Int(product.raw) - 1 }

  /// - Parameter index: 0 up to but not `count`.
  public func facts(_ index: Int) -> MadeFacts {
    var random = MadeRandom(seed &+ UInt64(index) &* 0xD1B5_4A32_D192_ED03)
    return facts(index, &random)
  }

  public func documents(_ range: Range<Int>) -> [SearchDocument] { range.compactMap { document($0) } }

  /// - Parameter price: another one than it was made with, in minor units.
  public func figures(_ index: Int, price: Int64? = nil) -> ProductFigures {
    let facts = facts(index)
    return ProductFigures(
      product: product(index), price: Money(minor: price ?? facts.price, currency: .cny), listPrice: nil,
      hasPriceRange: false, inStock: facts.inStock, sold: facts.sold, ratingTenths: facts.ratingTenths,
      reviewCount: facts.reviewCount)
  }

  public func document(_ index: Int) -> SearchDocument? {
    var random = MadeRandom(seed &+ UInt64(index) &* 0xD1B5_4A32_D192_ED03)
    let facts = facts(index, &random)
    guard let handle = Slug(rawValue: "made-\(index + 1)") else { return nil }
    let leaf = stock.leaves[facts.leaf]
    let (colour, material) = (stock.colours[facts.colour], leaf.materials[facts.material])
    let size = facts.size ?? LocalizedText()
    let code = "SKU-\(index + 1)"
    let card = ProductCard(
      product: product(index), handle: handle, merchant: MerchantID(raw: Int64(facts.merchant) + 1),
      title: title(facts, &random), picture: nil, category: CategoryID(raw: Int64(facts.leaf) + 101),
      brand: BrandID(raw: Int64(facts.brand) + 1), figures: figures(index))
    let choices = [stock.colourChoices[facts.colour], stock.materialChoices[facts.leaf][facts.material]]
    return SearchDocument(
      card: card, brand: stock.brands[facts.brand], categoryNames: leaf.names,
      words: LocalizedText(
        en: "\(colour.en) \(material.en) \(size.en) \(code)",
        zhHans: "\(colour.zh) \(material.zh) \(size.zhHans) \(code)"),
      body: body(facts, &random), choices: choices.compactMap(\.self),
      createdAt: Timestamp(milliseconds: 1_700_000_000_000 + Int64(index) * 60_000))
  }

  private func facts(_ index: Int, _ random: inout MadeRandom) -> MadeFacts {
    let kind = kinds.draw(&random)
    let leaf = stock.kinds[kind].leaf
    let brand = brands.draw(&random)
    // A brand has some twenty series of its own.
    let series = random.happens(0.6) ? (brand * 20 + random.below(20)) % MadeStock.seriesCount : nil
    let first = random.below(stock.manners.count)
    let manners = random.happens(0.5) ? [first] : [first, random.below(stock.manners.count)]
    let magnitude = random.share() * random.share()
    let price = 900 + Int64(magnitude * 200_000)
    let isKnown = random.happens(0.4)
    return MadeFacts(
      kind: kind, leaf: leaf, colour: colours.draw(&random), material: random.below(stock.leaves[leaf].materials.count),
      manners: manners, brand: brand, series: series, size: size(stock.leaves[leaf].measure, &random),
      model: random.happens(0.4) ? model(index, brand) : nil, merchant: random.below(50), price: price,
      sold: isKnown ? random.below(40) * random.below(50) : 0, ratingTenths: isKnown ? 30 + random.below(21) : 0,
      reviewCount: isKnown ? 1 + random.below(400) : 0, inStock: random.happens(0.9))
  }

  /// One of its own for each product, such as `KX-48211`.
  private func model(_ index: Int, _ brand: Int) -> String {
    let letters = "ABCDEFGHKLMNPRSTVWXZ".unicodeScalars.map { String($0) }
    return letters[brand % 20] + letters[(brand / 20) % 20] + "-\(index + 1001)"
  }

  private func size(_ measure: String, _ random: inout MadeRandom) -> LocalizedText? {
    guard random.happens(0.6) else { return nil }
    func one(_ sizes: [String], _ en: String, _ zh: String) -> LocalizedText {
      let size = sizes[random.below(sizes.count)]
      return LocalizedText(en: "\(size) \(en)", zhHans: "\(size)\(zh)")
    }
    return switch measure {
    case "L": one(["0.8", "1", "1.2", "1.5", "1.8", "2", "3", "5", "20", "30"], "L", "升")
    case "ml": one(["50", "100", "200", "250", "300", "350", "400", "500", "750"], "ml", "毫升")
    case "cm": one(["12", "18", "20", "24", "26", "28", "30", "45", "60", "90", "120", "150"], "cm", "厘米")
    case "mm": one(["1.5", "3", "5", "6", "8", "10", "40", "50"], "mm", "毫米")
    case "inch": one(["6", "13", "14", "15.6", "20", "24", "27", "32"], "inch", "英寸")
    case "W": one(["5", "9", "12", "20", "30", "65", "100", "300", "700"], "W", "瓦")
    case "GB": one(["64", "128", "256", "512"], "GB", "GB")
    case "g": one(["50", "100", "125", "250", "500"], "g", "克")
    case "kg": one(["1", "2", "3", "5", "10"], "kg", "公斤")
    case "mAh": one(["5000", "10000", "20000"], "mAh", "毫安时")
    case "size": LocalizedText(["S", "M", "L", "XL", "XXL"][random.below(5)])
    case "shoe": LocalizedText("\(36 + random.below(10))")
    default: nil
    }
  }
}

extension MadeCatalogue {
  private func title(_ facts: MadeFacts, _ random: inout MadeRandom) -> LocalizedText {
    let leaf = stock.leaves[facts.leaf]
    let (kind, colour, material) = (
      stock.kinds[facts.kind].name, stock.colours[facts.colour], leaf.materials[facts.material]
    )
    var (en, zh) = ([String](), [String]())
    if random.happens(0.6) {
      en.append(stock.brands[facts.brand])
      zh.append(stock.brands[facts.brand] + " ")
    }
    if let series = facts.series {
      let name = MadeStock.capital(stock.series[series])
      en.append(name)
      zh.append(name + " ")
    }
    for manner in facts.manners.map({ stock.manners[$0] }) {
      en.append(manner.en)
      zh.append(manner.zh)
    }
    if random.happens(0.5) {
      en.append(colour.en)
      zh.append(colour.zh)
    }
    if random.happens(0.6) {
      en.append(material.en)
      zh.append(material.zh)
    }
    en.append(kind.en)
    zh.append(kind.zh)
    if let purpose = leaf.purpose {
      en.append("for \(purpose.en)")
      zh[zh.count - 1] = "\(purpose.zh)用" + kind.zh
    }
    for end in [facts.size, facts.model.map { LocalizedText($0) }].compactMap(\.self) {
      en.append(end.en)
      zh.append(" " + end.zhHans)
    }
    return LocalizedText(en: MadeStock.capital(en.joined(separator: " ")), zhHans: zh.joined())
  }

  /// Now and then an introduction speaks of other goods, which aren't what somebody looks for who names them.
  private func body(_ facts: MadeFacts, _ random: inout MadeRandom) -> LocalizedText {
    var en = (0..<(18 + random.below(20))).map { _ in stock.prose[proseRanks.draw(&random)] }
    var zh = (0..<(12 + random.below(14))).map { _ in stock.chineseProse[chineseRanks.draw(&random)] }
    if random.happens(0.2) {
      let other = stock.kinds[kinds.draw(&random)].name
      en.append("goes well with your \(other.en)")
      zh.append("，与\(other.zh)搭配更好")
    }
    return LocalizedText(en: en.joined(separator: " "), zhHans: zh.joined())
  }
}
