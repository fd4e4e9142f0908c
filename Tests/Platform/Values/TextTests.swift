import Foundation
import Testing
import Values

struct TextTests {
  // MARK: Slugs

  @Test(arguments: [
    ("Red Shoes", "red-shoes"), ("  --Rock'n'Roll!! ", "rock-n-roll"), ("中文 商品 №1", "中文-商品-1"),
    ("cafe\u{301}", "caf\u{e9}"), ("<script>", "script"), ("a_b", "a_b"),
  ])
  func `any text makes a slug`(text: String, slug: String) throws {
    let made = try #require(Slug(from: text))
    #expect(Array(made.rawValue.utf8) == Array(slug.utf8))
  }

  @Test(arguments: ["", "   ", "!!!", "😀", "---", "\u{0}"])
  func `text without letters makes none`(text: String) {
    #expect(Slug(from: text) == nil)
  }

  @Test func `a slug made from text is always a valid one`() {
    let samples = [
      String(repeating: "a ", count: 300), String(repeating: "ab-", count: 100), "İstanbul", "ǅ", "Ⅷ½①",
      "مرحبا بالعالم",
      "हिन्दी", "ﬁne", String(repeating: "é", count: 500),
    ]
    for sample in samples {
      if let slug = Slug(from: sample) {
        #expect(Slug(rawValue: slug.rawValue) == slug)
        #expect(!slug.rawValue.hasSuffix("-"))
        #expect(slug.rawValue.unicodeScalars.count <= Slug.limit)
      }
    }
  }

  @Test(arguments: ["", "A", "a b", "a/b", "..", "a.b", "<", String(repeating: "a", count: 201)])
  func `text that is no slug is refused`(text: String) {
    #expect(Slug(rawValue: text) == nil)
  }

  // MARK: Field faults

  @Test(arguments: [nil, "", "   ", "\u{3000}\n", "\u{200B}", "\u{2060}\u{3164}", "\u{FEFF}"] as [String?])
  func `what can't be seen is missing`(text: String?) {
    var faults = FieldFaults()
    #expect(faults.text(text, "name", max: 5) == "")
    #expect(faults.faults.map(\.code) == ["missing"])
    var lenient = FieldFaults()
    _ = lenient.text(text, "name", max: 5, required: false)
    #expect(lenient.isEmpty)
  }

  @Test(arguments: ["a\u{0}b", "a\u{7F}", "a\u{85}b", "a\u{202E}b", "a\u{2066}b", "a\nb", "a\u{2028}b", "a\u{FFFF}"])
  func `control characters and turned text are unprintable`(text: String) {
    var faults = FieldFaults()
    _ = faults.text(text, "name", max: 50)
    #expect(faults.faults.map(\.code) == ["unprintable"])
  }

  @Test(arguments: ["مرحبا", "שלום", "👨‍👩‍👧", "李雷", "'; DROP TABLE x", "<b>", "e\u{301}"])
  func `words of any script are fine`(text: String) throws {
    var faults = FieldFaults()
    #expect(faults.text("  \(text)\t", "name", max: 50) == text)
    try faults.throwIfAny()
  }

  @Test func `length counts code points and tells the bound`() {
    var faults = FieldFaults()
    _ = faults.text("12345", "name", max: 5)
    _ = faults.text("😀😀😀", "name", max: 2)
    _ = faults.text("a\nb", "text", max: 5, multiline: true)
    #expect(faults == FieldFaults(field: "name", code: "tooLong", details: ["max": "2"]))
    #expect(throws: FieldFaults.self) { try faults.throwIfAny() }
  }

  // MARK: Small names

  @Test func `a file key can't leave its folder`() {
    let hash = String(repeating: "0a", count: 32)
    #expect(FileKey(rawValue: "\(hash).svg") != nil)
    let nasty = [
      "", hash, "\(hash).", "\(hash).s", "\(hash).SVG", "../\(hash.dropFirst(3)).svg", "\(hash).svg.svg",
      "\(hash)/.svg",
      "\(hash.uppercased()).svg", "\(hash).sv\u{0}", "\(hash).toolong",
    ]
    for text in nasty { #expect(FileKey(rawValue: text) == nil, "\(text)") }
  }

  @Test func `regions, channels and quantities keep their ranges`() {
    #expect(RegionCode(rawValue: "310115")?.city == "3101")
    for text in ["", "31011", "3101155", "３１０１１５", "31011a"] { #expect(RegionCode(rawValue: text) == nil) }
    for text in ["", "Main", "a b", String(repeating: "a", count: 33)] { #expect(Channel(rawValue: text) == nil) }
    for count in [0, -1, 10_000, Int.max, Int.min] { #expect(Quantity(count) == nil) }
    #expect(Quantity(9999)?.adding(.one).count == 9999)
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(Quantity.self, from: Data("0".utf8)) }
  }

  @Test func `a missing language falls back to the other`() throws {
    #expect(LocalizedText(en: "Tea")[.zhHans] == "Tea")
    #expect(LocalizedText(zhHans: "茶")[.en] == "茶")
    let text = LocalizedText(en: "Tea", zhHans: "茶")
    #expect(try JSONDecoder().decode(LocalizedText.self, from: JSONEncoder().encode(text)) == text)
    #expect(try JSONDecoder().decode(LocalizedText.self, from: Data("{}".utf8)).isEmpty)
  }
}
