import Foundation

/// The things that a stand-in picture can show. The light comes from the upper left; everything stands on y = 660.
enum StandInShape: String, CaseIterable {
  case box, bag, bottle, cup, teapot, pot, garment, dress, shoe, lamp, book, ring, plant, pillow

  /// Words that name the thing; the one that stands last in the text counts, as in `tea cup` and `phone case`. English
  /// words are looked for at the start of a word.
  private static let words: [(StandInShape, [String])] = [
    (.teapot, ["teapot", "kettle", "茶壶", "水壶", "壶"]),
    (.cup, ["cup", "mug", "bowl", "coffee", "tumbler", "杯", "碗", "咖啡"]),
    (.pot, ["pan", "pot", "wok", "cooker", "cookware", "kitchen", "锅", "煲", "厨", "餐具"]),
    (
      .bottle,
      [
        "bottle", "perfume", "shampoo", "lotion", "serum", "cream", "oil", "wine", "sauce", "soap", "candle", "beauty",
        "ink",
        "瓶", "香水", "洗发", "乳", "霜", "精华", "酒", "酱", "皂", "护理", "美妆", "洗", "墨",
      ]
    ),
    (.dress, ["dress", "skirt", "gown", "裙"]),
    (
      .garment,
      [
        "shirt", "top", "blouse", "jacket", "coat", "sweater", "jumper", "cardigan", "hoodie", "vest", "tee", "polo",
        "knit",
        "pyjama", "cloth", "apparel", "women", "men", "jeans", "pants", "服", "衣", "衫", "裤", "毛衣", "外套", "马甲", "夹克", "装",
      ]
    ),
    (.shoe, ["shoe", "sneaker", "boot", "sandal", "slipper", "loafer", "oxford", "鞋", "靴"]),
    (.lamp, ["lamp", "light", "lantern", "灯", "烛台"]),
    (
      .book,
      ["book", "notebook", "planner", "journal", "paper", "pen", "stationery", "sketch", "书", "本", "册", "纸", "文具", "笔"]
    ),
    (
      .ring,
      [
        "ring", "necklace", "bracelet", "earring", "jewel", "brooch", "anklet", "pendant", "watch", "戒", "项链", "手链",
        "耳",
        "首饰", "珠宝", "胸针", "手表",
      ]
    ),
    (
      .plant,
      [
        "plant", "flower", "monstera", "bonsai", "orchid", "succulent", "fern", "garden", "vase", "tree", "tea", "绿植",
        "花",
        "盆", "植物", "多肉", "竹", "茶",
      ]
    ),
    (
      .pillow,
      [
        "pillow", "cushion", "bed", "blanket", "duvet", "quilt", "sheet", "towel", "rug", "throw", "mattress", "sofa",
        "枕",
        "被", "毯", "床", "垫", "毛巾", "套件", "件套", "布艺", "沙发", "家纺",
      ]
    ),
    (
      .bag,
      [
        "bag", "backpack", "tote", "suitcase", "wallet", "briefcase", "pouch", "duffel", "luggage", "包", "箱包", "行李",
        "袋",
      ]
    ),
    (.box, ["box", "gift", "set", "toy", "game", "snack", "cake", "food", "盒", "礼", "箱", "玩具", "糕", "食品", "零食", "饼"]),
  ]

  static func kind(of text: String) -> StandInShape? {
    let text = " " + text.lowercased()
    var best: (end: String.Index, length: Int, kind: StandInShape)?
    for (kind, words) in words {
      for word in words {
        let isASCII = word.utf8.allSatisfy { $0 < 0x80 }
        guard let end = isASCII ? wordEnd(word, in: text) : text.range(of: word, options: .backwards)?.upperBound else {
          continue
        }
        if best.map({ ($0.end, $0.length) < (end, word.count) }) ?? true { best = (end, word.count, kind) }
      }
    }
    return best?.kind
  }

  private static func wordEnd(_ word: String, in text: String) -> String.Index? {
    var end: String.Index?
    var rest = text[...]
    while let found = rest.range(of: word) {
      if !text[text.index(before: found.lowerBound)].isLetter { end = found.upperBound }
      rest = rest[found.upperBound...]
    }
    return end
  }
}
