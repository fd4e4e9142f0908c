import AsyncHTTPClient
import Catalog
import Foundation
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL
import ServiceLifecycleTestKit
import Synchronization
import TestKit
import Testing
import Values

@testable import App

/// The program serving HTTPS by itself.
@Suite struct TLSTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-tls-\(UUID().uuidString)")

  // req: 3.1.5-1 3.3.3-1
  @Test func `a domain of one's own is a setting, and everything about it goes over HTTPS`() async throws {
    let authority = try await TestAuthority(in: folder)
    let pair = try await authority.certificate(for: ["shop.example.com"])
    defer { try? FileManager.default.removeItem(at: folder) }
    try await TestShop.run(
      ["--http-public-url", "https://shop.example.com/", "--tls-certificate", pair.certificate, "--tls-key", pair.key]
    ) { test in
      let product = try await test.product(of: try await test.merchant())
      try await withClient(trusting: authority) { http in
        let base = "https://shop.example.com:\(test.settings.port)"
        let browser = Browser(base: base, http: http, language: .en)
        for path in [
          "/", "/products/\(product.id)", "/api/v1/products", "/static/css/tokens.css", "/admin", "/nowhere",
        ] {
          let answer = try await browser.get(path)
          #expect(
            answer.headers.first(name: "strict-transport-security") == "max-age=31536000; includeSubDomains", "\(path)")
        }
        let page = try await browser.get("/products/\(product.id)").body
        #expect(page.contains(#"rel="canonical" href="https://shop.example.com/"#))
        #expect(!page.contains("http://127.0.0.1") && !page.contains("http://shop.example.com"))
        #expect(try await browser.get("/robots.txt").body.contains("https://shop.example.com/sitemap.xml"))

        let bought = try await browser.post("/cart", [("variant", "\(product.variants[0].id)"), ("quantity", "1")])
        let entered = try await browser.post(
          "/register", [("name", "Lin"), ("email", "lin@example.com"), ("password", TestShop.password)])
        let cookies = bought.headers["set-cookie"] + entered.headers["set-cookie"]
        #expect(cookies.contains { $0.hasPrefix("martlet_session=") })
        for cookie in cookies { #expect(cookie.contains("; Secure") && cookie.contains("; HttpOnly"), "\(cookie)") }
        #expect(try await browser.get("/cart").body.contains("Clay teapot"))
      }
    }
  }

  // req: 3.1.5-1
  @Test func `only TLS 1.2 and 1.3 are spoken, and plain HTTP isn't`() async throws {
    let authority = try await TestAuthority(in: folder)
    let pair = try await authority.certificate(for: ["127.0.0.1"], kind: .rsa)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await TestShop.run(["--tls-certificate", pair.certificate, "--tls-key", pair.key]) { test in
      #expect(test.base.hasPrefix("https://127.0.0.1:"))
      for version in [TLSVersion.tlsv12, .tlsv13] {
        let status = try await withClient(trusting: authority, version) { http in
          try await Browser(base: test.base, http: http, language: .en).get("/robots.txt").status
        }
        #expect(status == 200)
      }
      for version in [TLSVersion.tlsv1, .tlsv11] {
        await #expect(throws: (any Error).self) {
          try await withClient(trusting: authority, version) { http in
            _ = try await Browser(base: test.base, http: http, language: .en).get("/robots.txt")
          }
        }
      }
      let plain = Browser(base: test.base.replacing("https", with: "http"), http: test.http, language: .en)
      await #expect(throws: (any Error).self) { _ = try await plain.get("/robots.txt") }
    }
  }

  // req: 3.1.5-1
  @Test func `a renewed certificate is shown without a restart, and a broken one never`() async throws {
    let (first, second) = (
      try await TestAuthority(in: folder, name: "first"), try await TestAuthority(in: folder, name: "second")
    )
    defer { try? FileManager.default.removeItem(at: folder) }
    let (old, new) = (
      try await first.certificate(for: ["127.0.0.1"], file: "old", kind: .rsa),
      try await second.certificate(for: ["127.0.0.1"], file: "new")
    )
    let served = TestAuthority.Pair(
      certificate: folder.appending(path: "served.pem").path, key: folder.appending(path: "served.key").path)
    try copy(old, to: served)
    let log = Mutex<[String]>([])
    try await serve(served, saying: { line in log.withLock { $0.append(line) } }) { address in
      func answers(trusting authority: TestAuthority) async throws -> Bool {
        try await withClient(trusting: authority) { http in
          (try? await http.execute(HTTPClientRequest(url: address), timeout: .seconds(20)))?.status == .ok
        }
      }
      #expect(try await answers(trusting: first))
      #expect(try await !answers(trusting: second))

      try Data("half of a".utf8).write(to: URL(fileURLWithPath: served.certificate))
      try await eventually("a broken renewal is logged") {
        log.withLock { $0.contains { $0.contains("tls.certificate") } }
      }
      #expect(try await answers(trusting: first))

      try copy(new, to: served)
      try await eventually("the renewed one is shown") { try await answers(trusting: second) }
      #expect(try await !answers(trusting: first))

      try copy(TestAuthority.Pair(certificate: new.certificate, key: old.key), to: served)
      try await eventually("another's key is logged") { log.withLock { $0.contains { $0.contains("tls.key") } } }
      #expect(try await answers(trusting: second))
    }
  }

  // req: 3.1.5-1
  @Test func `a certificate that can't be used stops the start with a sentence that names the setting`() async throws {
    let authority = try await TestAuthority(in: folder)
    defer { try? FileManager.default.removeItem(at: folder) }
    let good = try await authority.certificate(for: ["127.0.0.1"], file: "good")
    let other = try await authority.certificate(for: ["127.0.0.1"], file: "other")
    let expired = try await authority.certificate(for: ["127.0.0.1"], file: "expired", days: -1)
    let cases: [(certificate: String, key: String, more: [String], sentence: String)] = [
      (
        folder.path + "/none.pem", good.key, [], "setting tls.certificate: '\(folder.path)/none.pem' is not a file that"
      ),
      (
        good.certificate, folder.path + "/none.key", [], "setting tls.key: '\(folder.path)/none.key' is not a file that"
      ),
      (good.key, good.key, [], "setting tls.certificate: '\(good.key)' is not a PEM file of certificates"),
      (good.certificate, good.certificate, [], "setting tls.key: '\(good.certificate)' is not a PEM file of a private"),
      (good.certificate, other.key, [], "setting tls.key: '\(other.key)' is not the key of the first certificate"),
      (expired.certificate, expired.key, [], "setting tls.certificate: '\(expired.certificate)' is not valid any more"),
      (good.certificate, "", [], "setting tls.key: '' is not set beside tls.certificate"),
      ("", good.key, [], "setting tls.certificate: '' is not set beside tls.key"),
      (
        good.certificate, good.key, ["--http-public-url", "http://shop.example.com"], "setting http.publicURL: 'http://"
      ),
    ]
    for (certificate, key, more, sentence) in cases {
      let outcome = try await martlet(
        [
          "serve", "--home-folder", packageFolder.path, "--data-folder", folder.appending(path: "data").path,
          "--http-port", "0", "--sandbox-port", "0", "--tls-certificate", certificate, "--tls-key", key,
        ] + more)
      #expect(outcome.status != 0)
      #expect(outcome.errors.contains(sentence), "\(outcome.errors)")
    }
  }

  @Test func `an address that the shop can't be reached at stops the start`() async throws {
    for text in [
      "", "shop.example.com", "ftp://shop.example.com", "https://", "https://shop.example.com/sub", "https://a b",
    ] {
      await #expect(throws: SettingFault.self, "\(text)") {
        _ = try await Settings(arguments: ["--http-public-url", text], environment: [:])
      }
    }
  }

  private func copy(_ pair: TestAuthority.Pair, to place: TestAuthority.Pair) throws {
    for (from, to) in [(pair.certificate, place.certificate), (pair.key, place.key)] {
      try Data(contentsOf: URL(fileURLWithPath: from)).write(to: URL(fileURLWithPath: to))
    }
  }

  /// Serves one word over TLS, with files that are looked at often.
  private func serve(
    _ pair: TestAuthority.Pair, saying: @escaping @Sendable (String) -> Void,
    _ body: @escaping @Sendable (String) async throws -> Void
  ) async throws {
    let settings = try await Settings(
      arguments: ["--tls-certificate", pair.certificate, "--tls-key", pair.key, "--data-folder", folder.path],
      environment: [:])
    let watch = try CertificateWatch(
      try #require(settings.tls), every: .milliseconds(20), clock: .system,
      logger: Logger(label: "test") { _ in SayingLog(say: saying) })
    let router = Router()
    router.get("/") { _, _ in "hello" }
    let (ports, ready) = AsyncStream<Int>.makeStream()
    let application = Application(
      router: router, server: try watch.server(), configuration: .init(address: .hostname("127.0.0.1", port: 0)),
      services: [watch], onServerRunning: { ready.yield($0.localAddress?.port ?? 0) },
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    try await testGracefulShutdown { shutdown in
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          defer { ready.finish() }
          try await application.run()
        }
        defer { shutdown.triggerGracefulShutdown() }
        guard let port = await ports.first(where: { _ in true }) else { return try await group.waitForAll() }
        try await body("https://127.0.0.1:\(port)/")
      }
    }
  }
}

private struct SayingLog: LogHandler {
  let say: @Sendable (String) -> Void
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.info

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) { say("\(event.message) \(event.metadata ?? [:])") }
}
