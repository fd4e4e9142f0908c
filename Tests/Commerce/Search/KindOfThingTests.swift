import PartKit
import Search
import TestKit
import Testing
import Values

/// Who asks for a thing gets the thing, not what is made for it.
@Suite struct KindOfThingTests {
  // req: 3.1.6-1
  @Test(arguments: Way.allCases) func `the few laptops stand before the many bags for laptops`(_ way: Way) async throws
  {
    let shop = try await SearchFixture(way)
    let titles = [
      ("Gaming laptop 16 inch", "天选游戏笔记本"), ("Ultralight laptop, 14 inch screen", "小新轻薄笔记本"),
      ("Laptop for students", "学生笔记本电脑"),
    ]
    let laptops = titles.enumerated().map { place, title in
      document(
        Int64(place) + 101, title.0, title.1, category: 1,
        categoryNames: LocalizedText(en: "Laptops\nComputers", zhHans: "笔记本\n电脑"))
    }
    let bags = (1...30).map { number in
      document(
        Int64(number), number.isMultiple(of: 2) ? "Laptop bag \(number)" : "Bag for a laptop, no. \(number)",
        "笔记本电脑包", category: 2,
        categoryNames: LocalizedText(en: "Laptop bags\nComputers", zhHans: "电脑包\n电脑"),
        figures: figures(Int64(number), sold: number * 20, rating: 48, reviews: 90))
    }
    _ = try await shop.search.index(bags + laptops)
    for text in ["laptop", "laptops", "笔记本"] {
      let found = try await shop.search.search(SearchQuery(text: text, language: .en))
      #expect(found.total == 33, "\(text)")
      #expect(Set(found.ids.prefix(3)) == [101, 102, 103], "\(text): \(found.ids.prefix(6))")
    }
    #expect(try await shop.find("laptop bag").prefix(30).allSatisfy { $0 <= 30 })
  }

  // req: 3.1.6-1
  @Test(arguments: Way.allCases) func `phones stand before their cases in both languages`(_ way: Way) async throws {
    let shop = try await SearchFixture(way)
    let phones = ["智能手机", "老人手机", "5G全网通手机"].enumerated().map { place, title in
      document(
        Int64(place) + 101, "Smartphone \(place + 1)", title, category: 1,
        categoryNames: LocalizedText(en: "Phones", zhHans: "手机"))
    }
    let cases = (1...30).map { number in
      document(
        Int64(number), "Smartphone case \(number)", number.isMultiple(of: 2) ? "手机壳" : "防摔手机保护套", category: 2,
        categoryNames: LocalizedText(en: "Cases", zhHans: "手机配件"),
        figures: figures(Int64(number), sold: number * 20, rating: 48, reviews: 90))
    }
    _ = try await shop.search.index(cases + phones)
    for text in ["手机", "smartphone"] {
      let found = try await shop.search.search(SearchQuery(text: text, language: .zhHans))
      #expect(found.total == 33, "\(text)")
      #expect(Set(found.ids.prefix(3)) == [101, 102, 103], "\(text): \(found.ids.prefix(6))")
    }
    #expect(try await shop.find("手机壳").first.map { $0 <= 30 } == true)
  }
}
