import PartKit
import Search
import TestKit
import Testing
import Values

@Suite struct WordTests {
  @Test(arguments: Way.allCases) func `Chinese words of two characters are found inside longer runs`(_ way: Way)
    async throws
  {
    let shop = try await SearchFixture(way)
    _ = try await shop.search.index([
      document(1, "Phone stand", "智能手机支架"), document(2, "Cast iron teapot", "铸铁茶壶"), document(3, "Watch", "机械手表"),
      document(4, "Green tea", "龙井茶"),
    ])
    #expect(try await shop.find("手机") == [1])
    #expect(try await shop.find("茶壶") == [2])
    #expect(try await shop.find("支架手机") == [1])
    #expect(try await shop.find("手表") == [3])
    #expect(Set(try await shop.find("茶")) == [2, 4])
    // No goods hold the pair: its characters are found one by one.
    #expect(Set(try await shop.find("机手")) == [1, 3])
    #expect(try await shop.find("铸铁 茶壶") == [2])
    #expect(try await shop.find("电脑").isEmpty)
  }

  @Test(arguments: Way.allCases) func `words are found whatever their case, width, accents and number`(_ way: Way)
    async throws
  {
    let shop = try await SearchFixture(way)
    _ = try await shop.search.index([
      document(1, "Café Crème cups", ""), document(2, "Sony WH-1000XM4 headphones", "索尼耳机 ＷＨ１０００"),
      document(3, "Boxes of cherries", ""), document(4, "Men's T-Shirt 1.5L", ""), document(5, "Чайник", ""),
    ])
    for text in ["cafe creme", "CAFÉ", "ｃａｆｅ　ｃｕｐ", "Cups", "cafe\u{301}"] {
      #expect(try await shop.find(text) == [1], "\(text)")
    }
    for text in [
      "wh-1000xm4", "WH1000XM4", "1000xm4", "wh 1000xm4", "Headphone", "索尼 wh", "WH－1000XM4", "wh–1000xm4", "耳机sony",
    ] {
      #expect(try await shop.find(text) == [2], "\(text)")
    }
    for text in ["box cherry", "boxes cherries", "a box of cherry"] {
      #expect(try await shop.find(text) == [3], "\(text)")
    }
    for text in ["men shirt", "mens tshirt", "men’s", "t-shirt", "1.5l"] {
      #expect(try await shop.find(text) == [4], "\(text)")
    }
    #expect(try await shop.find("чайник") == [5])
    // The beginning of an unknown last word is enough.
    #expect(try await shop.find("sony headp") == [2])
  }

  @Test(arguments: Way.allCases)
  func `titles count most, then brands, categories, other words and the body, and sales break ties`(_ way: Way)
    async throws
  {
    let shop = try await SearchFixture(way)
    _ = try await shop.search.index([
      document(1, "Desk", body: "goes with a lamp"), document(2, "Shade", words: "lamp"), document(3, "Lamp"),
      document(4, "Lamp", figures: figures(4, sold: 5)), document(5, "Chair"),
      document(6, "Rug", body: "lamp lamp lamp lamp"), document(7, "Hook", categoryNames: LocalizedText(en: "Lamp")),
      document(8, "Shelf", brandName: "Lamp"),
    ])
    #expect(try await shop.find("lamp") == [4, 3, 8, 7, 2, 6, 1])
  }

  @Test(arguments: Way.allCases)
  func `goods with all words come first, and where there are few of these, those that hold most follow`(
    _ way: Way
  ) async throws {
    let shop = try await SearchFixture(way)
    _ = try await shop.search.index([document(1, "Red cup"), document(2, "Red iron pot"), document(3, "Blue plate")])
    #expect(try await shop.find("red cup") == [1, 2])
    #expect(try await shop.find("red iron cup") == [1, 2])
    #expect(try await shop.find("red zzz") == [1, 2])
  }

  @Test(arguments: Way.allCases) func `nasty queries are answered`(_ way: Way) async throws {
    let shop = try await SearchFixture(way)
    _ = try await shop.search.index([document(1, "Teapot 🦜 emoji", "茶壶")])
    #expect(try await shop.find("") == [1])
    #expect(try await shop.find("   \n　") == [1])
    for text in ["!?", "🦜", "%", "_", "'", "\u{0}", "\u{202E}", "--", "(((", "*"] {
      #expect(try await shop.find(text).isEmpty, "\(text)")
    }
    for text in [
      "'; DROP TABLE search_document; --", "<script>alert(1)</script>", "مرحبا", String(repeating: "x", count: 10_000),
    ] {
      #expect(try await shop.find(text).isEmpty, "\(text.prefix(20))")
    }
    // Cut at 100 characters.
    #expect(try await shop.find("teapot " + String(repeating: " ", count: 100) + " unknown") == [1])
    #expect(try await shop.find(String(repeating: "茶壶", count: 5000)) == [1])
    #expect(try await shop.find("teapot") == [1])
  }

  @Test(arguments: Way.allCases) func `suggestions hold words and products that begin so`(_ way: Way) async throws {
    let shop = try await SearchFixture(way)
    _ = try await shop.search.index([
      document(1, "Iron teapot", "铸铁茶壶"), document(2, "Tea cups", "茶杯", figures: figures(2, sold: 3)),
      document(3, "Chair", "椅子"),
      document(4, "Teak table", "柚木桌", figures: figures(4, price: nil)), document(5, "Pot for tea", "壶茶"),
    ])
    func suggest(_ text: String, _ language: Language = .en, limit: Int = 8) async throws -> [Suggestion] {
      try await shop.search.suggest(SuggestQuery(text: text, language: language, limit: limit))
    }
    let english = try await suggest("te")
    #expect(Set(english.filter { $0.target == .query }.map(\.text)).isSuperset(of: ["tea", "teapot"]))
    let products = english.compactMap { if case .product(let product) = $0.target { product.raw } else { nil } }
    #expect(Set(products) == [1, 2, 5])
    let two = try await suggest("iron te", .zhHans)
    #expect(two.contains(Suggestion(text: "铸铁茶壶", target: .product(ProductID(raw: 1)))))
    #expect(try await suggest("茶壶", .zhHans).map(\.text) == ["铸铁茶壶"])
    #expect(try await suggest("茶", .zhHans, limit: 2).count == 2)
    #expect(try await suggest("").isEmpty)
    #expect(try await suggest("zzz").isEmpty)
  }

  // req: 3.1.4-1
  @Test(arguments: Way.allCases) func `suggestions complete Chinese words as titles go on`(_ way: Way) async throws {
    let shop = try await SearchFixture(way)
    _ = try await shop.search.index([
      document(1, "", "智能手机"), document(2, "", "手机壳透明"), document(3, "", "手机支架车载"), document(4, "", "手机支架 桌面"),
      document(5, "", "机械手表"), document(6, "", "手表 女款"), document(7, "Bluetooth earphones", "蓝牙耳机"),
    ])
    func words(_ text: String) async throws -> [String] {
      try await shop.search.suggest(SuggestQuery(text: text, language: .zhHans, limit: 8))
        .filter { $0.target == .query }.map(\.text)
    }
    #expect(try await words("手") == ["手机", "手表"])
    #expect(try await words("手机") == ["手机支架", "手机壳透明"])
    for text in ["蓝牙耳", "藍牙耳"] { #expect(try await words(text) == ["蓝牙耳机"], "\(text)") }
    #expect(try await words("bluetooth 蓝牙耳") == ["bluetooth 蓝牙耳机"])
    #expect(try await words("蓝牙耳机").isEmpty)
    #expect(try await words("手机 ").isEmpty)
  }

  @Test func `Chinese words are completed by more goods than are shown`() async throws {
    let shop = try await SearchFixture(.stored)
    let phones = (1...13).map { document($0, "", "手机 \($0)", figures: figures($0, sold: 500)) }
    _ = try await shop.search.index(phones + [document(20, "", "手机膜"), document(21, "", "手机膜 高清")])
    let found = try await shop.search.suggest(SuggestQuery(text: "手机", language: .zhHans, limit: 4))
    #expect(found.first == Suggestion(text: "手机膜", target: .query))
    #expect(found.count == 4)
  }
}
