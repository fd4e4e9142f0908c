import Catalog
import Flows
import Synchronization
import Testing
import Values

@Suite struct FetchPicturesTests {
  struct Unreachable: Error {}

  final class FakeFetcher: PictureFetcher {
    let atOnce = Mutex((now: 0, most: 0))
    let answers: [String: [UInt8]]
    init(_ answers: [String: [UInt8]]) { self.answers = answers }

    func fetch(_ address: String) async throws -> [UInt8] {
      atOnce.withLock {
        $0.now += 1
        $0.most = max($0.most, $0.now)
      }
      await Task.yield()
      defer { atOnce.withLock { $0.now -= 1 } }
      guard let bytes = answers[address] else { throw Unreachable() }
      return bytes
    }
  }

  static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8)

  // req: 3.3.6-3
  @Test func `pictures that can be fetched replace their stand-ins, others are given up after five tries`() async throws
  {
    let shop = try ImportFixture()
    _ = try await shop.run(
      """
      Handle,Title,Price,Image Src
      a,A,1,https://x.example/good.png
      a,,,https://x.example/away.png
      a,,,https://x.example/page.html
      a,,,HTTP://x.example/script.svg

      """)
    let fetcher = FakeFetcher([
      "https://x.example/good.png": Self.png, "https://x.example/page.html": Array("<html>".utf8),
      "HTTP://x.example/script.svg": Array("<svg onload='x'/>".utf8),
    ])
    let key = try #require(FileKey(rawValue: String(repeating: "b", count: 64) + ".png"))
    let stored = Mutex<[String]>([])
    let flow = FetchPictures(catalog: shop.catalog, fetcher: fetcher) { bytes, kind in
      stored.withLock { $0.append("\(kind) \(bytes.count)") }
      return key
    }
    let first = try await flow.run(limit: 10, atOnce: 2)
    #expect(first.fetched == 1 && first.failed == 3)
    #expect(stored.withLock { $0 } == ["png 16"])
    #expect(shop.catalog.find("a")?.pictures.map(\.file) == [key, nil, nil, nil])
    #expect(fetcher.atOnce.withLock { $0.most } <= 2)
    for _ in 0..<4 { #expect(try await flow.run().failed == 3) }
    let last = try await flow.run()
    #expect(last.fetched == 0 && last.failed == 0)
  }
}
