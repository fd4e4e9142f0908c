import Foundation
import NIOCore
import Synchronization
import Testing

@testable import App

@Suite struct PublicPictureFetcherTests {
  private static func addresses(_ texts: String...) throws -> [SocketAddress] {
    try texts.map { try SocketAddress(ipAddress: $0, port: 80) }
  }

  @Test(arguments: [
    "http://127.0.0.1/a.png", "http://localhost/a.png", "http://[::1]/a.png", "http://0x7f.1/a.png", "http://10.0.0.1/",
    "http://169.254.169.254/latest/meta-data", "http://[::ffff:127.0.0.1]/a.png",
  ])
  func `nothing within the shop's own network is asked`(address: String) async throws {
    await #expect(throws: PictureFetchFault.notPublic) { try await PublicPictureFetcher().fetch(address) }
  }

  @Test(arguments: [
    "", "file:///etc/passwd", "ftp://example.com/a", "http://", "http://lin:secret@example.com/a.png",
    "http://%6c%6fcalhost/a.png", "http://a_b/", "http://[fe80::1%25lo]/a.png",
  ])
  func `only addresses of the web are asked`(address: String) async throws {
    await #expect(throws: PictureFetchFault.notAnAddress) { try await PublicPictureFetcher().fetch(address) }
  }

  @Test func `a host with one private address among public ones isn't asked`() async throws {
    let found = try Self.addresses("93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "192.168.1.1")
    let fetcher = PublicPictureFetcher(resolve: { _, _ in found })
    await #expect(throws: PictureFetchFault.notPublic) { try await fetcher.fetch("http://pictures.example/a.png") }
  }

  @Test func `the connection goes to the address that was checked, under the host's own name`() async throws {
    try await TestShop.run { test in
      let found = try Self.addresses("127.0.0.1")
      let asked = Mutex<[String]>([])
      let fetcher = PublicPictureFetcher(
        resolve: { host, _ in
          asked.withLock { $0.append(host) }
          return found
        }, isAllowed: { _ in true })
      // Nobody else knows this name.
      let bytes = try await fetcher.fetch("http://Pictures.invalid:\(test.settings.port)/robots.txt")
      #expect(String(decoding: bytes, as: UTF8.self).contains("User-agent"))
      #expect(asked.withLock { $0 } == ["Pictures.invalid"])
      // `/account` leads to `/login`.
      _ = try await fetcher.fetch("http://pictures.invalid:\(test.settings.port)/account")
      #expect(asked.withLock { $0.count } == 3)
    }
  }

  @Test func `a redirect is followed only to where a first address might lead`() async throws {
    try await TestShop.run { test in
      let found = try Self.addresses("127.0.0.1")
      let isFirst = Mutex(true)
      let fetcher = PublicPictureFetcher(
        resolve: { _, _ in found },
        isAllowed: { _ in
          isFirst.withLock { isFirst in
            defer { isFirst = false }
            return isFirst
          }
        })
      await #expect(throws: PictureFetchFault.notPublic) {
        try await fetcher.fetch("http://pictures.invalid:\(test.settings.port)/account")
      }
    }
  }
}
