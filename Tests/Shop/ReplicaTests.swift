import Catalog
import Flows
import Foundation
import NIOHTTP1
import TestKit
import Testing
import Values

@testable import App

/// A whole shop beside a replica of its database.
@Suite(.enabled(if: TestEngine.current == .mysql)) struct ReplicaTests {
  // req: 3.3.6-3
  @Test
  func `the map of the shop and an export come from the replica, what is bought doesn't, and without it all goes on`()
    async throws
  {
    let servers = try await ReplicatedServers.start()
    defer { servers.stop() }
    let replica = "127.0.0.1:\(servers.replica.port)"
    try await TestShop.run([
      "--database-url", servers.main.url(of: "shop"), "--database-replicas", replica,
    ]) { test in
      let product = try await test.product(of: try await test.merchant())
      try await test.settle()
      let machine = test.browser()
      func map() async throws -> String { try await machine.get("/sitemaps/products.xml").body }
      func export() async throws -> String {
        let bytes = Bytes()
        _ = try await test.shop.exportCatalog().run(options: ExportOptions()) { bytes.add($0) }
        return bytes.text
      }
      try await eventually { try await map().contains("/products/\(product.id)/teapot") }
      // Nothing but the replica's own copy has it.
      try await servers.replica.run("UPDATE shop.product SET handle = 'only-there'")
      try await eventually { try await map().contains("/products/\(product.id)/only-there") }
      #expect(try await export().contains("\nonly-there,"))
      #expect(
        try await test.shop.contexts.catalog.products(.init(), of: nil).items.map(\.handle.rawValue) == ["teapot"])
      #expect(try await machine.get("/products/\(product.id)/teapot").status == 200)
      let watched = try await machine.get("/metrics").body
      #expect(watched.contains(#"martlet_check_up{part="shop",check="replica \#(replica)"} 1"#))
      #expect(watched.contains(#"martlet_replica_lag_seconds{part="shop",replica="\#(replica)"} "#))
      #expect(watched.contains(#"martlet_pool_size{part="shop",pool="replica \#(replica)"} "#))

      servers.replica.stop()
      #expect(try await map().contains("/products/\(product.id)/teapot"))
      #expect(try await export().contains("\nteapot,"))
      try await eventually {
        try await machine.get("/readyz").body.contains(
          #"{"isNeeded":false,"name":"replica \#(replica)","state":"failing"}"#)
      }
      #expect(try await machine.get("/readyz").status == 200)
      let (browser, account, address) = try await test.buyer()
      _ = try await test.placedOrder(product, by: browser, account: account, address: address)
    }
  }

  // req: 3.3.6-3
  @Test func `the shop opens while its replica is away`() async throws {
    let away = "127.0.0.1:\(try freePort())"
    try await TestShop.run(["--database-replicas", away]) { test in
      let product = try await test.product(of: try await test.merchant())
      #expect(try await test.browser().get("/sitemaps/products.xml").body.contains("\(product.id)"))
      #expect(try await test.browser().get("/readyz").status == 200)
    }
  }
}

private final class Bytes {
  private var bytes: [UInt8] = []
  var text: String { String(decoding: bytes, as: UTF8.self) }
  func add(_ more: ArraySlice<UInt8>) { bytes += more }
}
