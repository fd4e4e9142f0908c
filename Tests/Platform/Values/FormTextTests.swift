import Testing
import Values

@Suite struct FormTextTests {
  @Test(arguments: [
    ("", ""), ("a b", "a+b"), ("a+b", "a%2Bb"), ("-._~*", "-._~%2A"), ("茶 ☕", "%E8%8C%B6+%E2%98%95"),
    ("\n\u{0}", "%0A%00"),
  ])
  func `text is escaped for forms and comes back`(text: String, escaped: String) {
    #expect(FormText.escaped(text) == escaped)
    #expect(FormText.unescaped(escaped.utf8) == text)
  }

  @Test func `addresses keep what is safe in them`() {
    #expect(FormText.percentEscaped("a b/c+d") == "a%20b%2Fc%2Bd")
    #expect(FormText.percentEscaped("a b/c+d", keeping: "/+") == "a%20b/c+d")
  }

  @Test(arguments: ["%", "%4", "%4G", "%G4", "%+4", "% 4", "%FF", "%E8%8C"])
  func `what is no text isn't read`(escaped: String) {
    #expect(FormText.unescaped(escaped.utf8) == nil)
    #expect(FormText.pairs("a=\(escaped)".utf8) == nil)
    #expect(FormText.pairs("\(escaped)=a".utf8) == nil)
  }

  @Test func `a form is read in its order, each name and value once`() throws {
    let pairs = try #require(FormText.pairs("b=1&a=%2541&&b=2=3&c&d=".utf8))
    #expect(pairs.map(\.name) == ["b", "a", "b", "c", "d"])
    #expect(pairs.map(\.value) == ["1", "%41", "2=3", "", ""])
    #expect(FormText.joined(pairs) == "b=1&a=%2541&b=2%3D3&c=&d=")
  }
}
