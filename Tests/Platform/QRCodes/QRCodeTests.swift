import Testing

@testable import QRCodes

@Suite struct QRCodeTests {
  @Test func `a text is drawn as a square with ground around it`() throws {
    let code = try #require(QRCode("otpauth://totp/Martlet:bo@example.com?secret=GEZDGNBVGY3TQOJQ"))
    // Every version has 4 modules more than the one before; the smallest has 21.
    #expect((code.side - 8 - 21).isMultiple(of: 4))
    // The mark in the upper left corner, 7 modules wide, after the ground.
    #expect(code.path.hasPrefix("M4 4h7v1h-7z"))
    let columns = code.path.matches(of: /M([0-9]+) ([0-9]+)h([0-9]+)v1h-([0-9]+)z/).map { match in
      ((Int(match.1) ?? 0) + (Int(match.3) ?? 0), Int(match.2) ?? 0)
    }
    #expect(columns.allSatisfy { $0.0 <= code.side - 4 && (4..<code.side - 4).contains($0.1) })
    #expect(columns.count > 100)
  }

  @Test func `the same text is the same drawing, and another is another`() {
    #expect(QRCode("a")?.path == QRCode("a")?.path)
    #expect(QRCode("a")?.path != QRCode("b")?.path)
    #expect(QRCode("长")?.path != nil)
  }

  @Test func `what can't be drawn is none`() {
    #expect(QRCode("a\0b") == nil)
    #expect(QRCode("") == nil)
    #expect(QRCode(String(repeating: "x", count: 5000)) == nil)
  }
}
