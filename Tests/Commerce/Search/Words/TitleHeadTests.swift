import Testing
import Values

@testable import Search

@Suite struct TitleHeadTests {
  @Test func `a thing and what is made for it have different heads`() {
    let pairs = [
      ("Gaming Laptop 16 inch", "Laptop sleeve 16 inch"), ("Smartphone 256GB Black", "Case for smartphone"),
      ("智能手机", "手机壳"), ("笔记本电脑", "电脑包"), ("Coffee machine", "Filters for coffee machine"),
    ]
    for (thing, other) in pairs {
      let (one, two) = (TitleHead.tokens(of: LocalizedText(thing)), TitleHead.tokens(of: LocalizedText(other)))
      #expect(!one.isEmpty && !two.isEmpty)
      #expect(one.isDisjoint(with: two), "\(thing), \(other)")
    }
  }

  @Test func `both languages of a title have a head`() {
    let heads = TitleHead.tokens(of: LocalizedText(en: "Cast iron teapot, 0.8 L", zhHans: "铸铁茶壶 800毫升"))
    #expect(heads == ["teapot", "茶壶", "壶"])
  }

  @Test func `a bracket that closes what was never opened parts as a comma does`() {
    for title in ["Clay teapot) for brewing", "2) Clay teapot (with lamp)", "Clay teapot] red", "]) Clay teapot"] {
      #expect(TitleHead.tokens(of: LocalizedText(title)) == ["teapot"], "\(title)")
    }
    for title in ["茶壶】台灯", "】茶壶", "】茶壶（Teapot）", "茶壶）【台灯】"] {
      #expect(TitleHead.tokens(of: LocalizedText(title)) == ["茶壶", "壶"], "\(title)")
    }
  }

  @Test func `titles without words have none`() {
    for title in ["", "!!", "12345", "(", "】", "WH-1000XM4", "黑色"] {
      #expect(TitleHead.tokens(of: LocalizedText(title)).isEmpty, "\(title)")
    }
  }
}
