import Catalog
import Flows
import Foundation
import Glibc
import Testing
import Values

@Suite struct ImportEncodingTests {
  static let text = "Handle,Title,Variant Price\nhu,宜兴紫砂茶壶㐀,88\nbei,青瓷茶杯,12.5\n"

  static func encoded(_ text: String, _ name: String) throws -> [UInt8] {
    guard let converter = iconv_open(name, "UTF-8"), converter != iconv_t(bitPattern: -1) else {
      throw CocoaError(.fileReadUnknownStringEncoding)
    }
    defer { iconv_close(converter) }
    var source = Array(text.utf8CString.dropLast())
    var target = [CChar](repeating: 0, count: source.count * 4 + 16)
    let space = target.count
    var (sourceLeft, targetLeft) = (source.count, space)
    source.withUnsafeMutableBufferPointer { source in
      target.withUnsafeMutableBufferPointer { target in
        var (from, into) = (source.baseAddress, target.baseAddress)
        _ = iconv(converter, &from, &sourceLeft, &into, &targetLeft)
      }
    }
    #expect(sourceLeft == 0)
    return target.prefix(space - targetLeft).map { UInt8(bitPattern: $0) }
  }

  @Test(arguments: ["UTF-8", "GB18030", "UTF-16LE", "UTF-16BE", "UTF-16"])
  func `the encoding is found out`(name: String) async throws {
    let shop = try ImportFixture()
    // Enough of ASCII around that UTF-16 without a mark can be told.
    let report = try await shop.importer.run(file: shop.file(Self.encoded(Self.text, name)))
    #expect(report.created == 2)
    #expect(shop.catalog.find("hu")?.content.title.zhHans == "宜兴紫砂茶壶㐀")
    #expect(report.encoding.name.hasPrefix(name))
  }

  @Test func `marks at the beginning count`() async throws {
    let shop = try ImportFixture()
    let utf8 = try await shop.importer.run(file: shop.file([0xEF, 0xBB, 0xBF] + Array(Self.text.utf8)))
    #expect(utf8.created == 2 && shop.catalog.find("hu") != nil)
    let utf16 = try await shop.importer.run(file: shop.file([0xFF, 0xFE] + Self.encoded(Self.text, "UTF-16LE")))
    #expect(utf16.unchanged == 2)
    let big = try await shop.importer.run(file: shop.file([0xFE, 0xFF] + Self.encoded(Self.text, "UTF-16BE")))
    #expect(big.unchanged == 2)
  }

  @Test func `a Chinese character far down in a file decides too`() async throws {
    let shop = try ImportFixture()
    let padding = (0..<40_000).map { "p\($0),Padding number \($0) of a long file,1\n" }.joined()
    let bytes = try Self.encoded("Handle,Title,Variant Price\n\(padding)hu,茶壶,88\n", "GB18030")
    let report = try await shop.importer.run(file: shop.file(bytes))
    #expect(report.encoding == .gb18030)
    #expect(shop.catalog.find("hu")?.content.title.zhHans == "茶壶")
  }

  @Test func `a few broken bytes in UTF-8 are replaced and told`() async throws {
    let shop = try ImportFixture()
    let padding = (0..<60).map { "p\($0),茶壶,1\n" }.joined()
    let bytes = Array("Handle,Title,Variant Price\n\(padding)x,A".utf8) + [0xFF] + Array("B,2\n".utf8)
    let report = try await shop.importer.run(file: shop.file(bytes))
    #expect(report.encoding == .utf8 && report.warnings.map(\.code) == ["brokenBytes", "noStockColumn"])
    #expect(shop.catalog.find("x")?.content.title.en == "A\u{FFFD}B")
  }

  @Test func `a given encoding overrules, and one that doesn't fit is refused`() async throws {
    let shop = try ImportFixture()
    let western = try #require(TextEncoding("windows-1252"))
    let report = try await shop.importer.run(
      file: shop.file(Array("Title,Price\nCaf".utf8) + [0xE9] + Array(" chair,5\n".utf8)),
      options: ImportOptions(encoding: western))
    #expect(report.created == 1 && shop.catalog.all.first?.content.title.en == "Café chair")
    await #expect(throws: ImportFault.undecodable("GB18030", byte: 12)) {
      try await shop.importer.run(file: shop.file(Array("Title,Price\n".utf8) + [0xFF, 0xFF, 0x0A]))
    }
    #expect(TextEncoding("nonsense-9") == nil && TextEncoding("../x") == nil && TextEncoding("gbk") == .gb18030)
  }

  @Test func `copies of recoded files are removed`() async throws {
    let shop = try ImportFixture()
    _ = try await shop.importer.run(file: shop.file(Self.encoded(Self.text, "GB18030")))
    // Other tests recode at the same time; theirs come and go, so only this one's handle is looked for.
    let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap {
      try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
    }
    #expect(!open.contains { $0.contains("martlet-import-") && $0.hasSuffix("(deleted)") })
  }
}
