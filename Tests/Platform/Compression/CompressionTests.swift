import Foundation
import Testing

@testable import Compression

struct CompressionTests {
  private func withFile(_ bytes: [UInt8], _ body: (String) throws -> Void) throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("packed-\(UUID().uuidString)")
    try Data(bytes).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    try body(file.path)
  }

  @Test func `a zip gives back its files, whatever their names are written in`() throws {
    // 业务明细 in GBK, which is no UTF-8.
    let name: [UInt8] = [0xD2, 0xB5, 0xCE, 0xF1, 0xC3, 0xF7, 0xCF, 0xB8] + Array(".csv".utf8)
    let long = [UInt8]((0..<200_000).map { UInt8($0 % 251) })
    let packed = try CompressedWriter.zip([(name, long), (Array("sum.csv".utf8), Array("2".utf8))])
    #expect(packed.count < long.count)
    try withFile(packed) { path in
      var found: [[UInt8]: [UInt8]] = [:]
      try CompressedReader(.zip, limitBytes: 1 << 20).read(path: path) { found[$0, default: []] += $1 }
      #expect(found == [name: long, Array("sum.csv".utf8): Array("2".utf8)])
    }
  }

  @Test func `gzip gives back its bytes`() throws {
    let text = Array("ÄÖ 茶\n".utf8)
    try withFile(try CompressedWriter.gzip(text)) { path in
      var found: [UInt8] = []
      try CompressedReader(.gzip, limitBytes: 100).read(path: path) { found += $1 }
      #expect(found == text)
    }
  }

  @Test func `what unpacks to more than it may is left in time`() throws {
    let packed = try CompressedWriter.gzip([UInt8](repeating: 0, count: 50_000_000))
    #expect(packed.count < 100_000)
    try withFile(packed) { path in
      var taken = 0
      #expect(throws: CompressionFault.tooLarge) {
        try CompressedReader(.gzip, limitBytes: 1_000_000).read(path: path) { taken += $1.count }
      }
      #expect(taken <= 1_000_000)
    }
  }

  @Test(arguments: [CompressedReader.Kind.zip, .gzip])
  func `what isn't packed, or is cut off, is said to be so`(kind: CompressedReader.Kind) throws {
    let whole =
      kind == .zip
      ? try CompressedWriter.zip([([97], [UInt8]((0..<9000).map { UInt8($0 * $0 % 253) }))])
      : try CompressedWriter.gzip([UInt8]((0..<9000).map { UInt8($0 * $0 % 253) }))
    for bytes in [Array("<html>not a bill</html>".utf8), Array(whole.prefix(whole.count / 2))] {
      try withFile(bytes) { path in
        #expect(throws: CompressionFault.self) {
          try CompressedReader(kind, limitBytes: 1 << 20).read(path: path) { _, _ in }
        }
      }
    }
  }
}
