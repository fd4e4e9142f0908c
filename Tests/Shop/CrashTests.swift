import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Synchronization
import TestKit
import Testing
import Values

/// The program as a process of its own, ended without warning while it takes orders.
@Suite(.serialized) struct CrashTests {
  private static let rounds = 3
  private static let buyersARound = 16

  // req: 3.3.4-3
  @Test func `killed in the midst of a checkout load, the shop has lost no acknowledged order and its books agree`()
    async throws
  {
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-crash-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let port = try freePort()
    let settings =
      try await TestStorage.arguments().arguments + [
        "--home-folder", TestShop.packageFolder.path, "--data-folder", folder.path, "--http-port", "\(port)",
        "--sandbox-port", "\(try freePort())", "--accounts-password-cost", "10", "--catalog-fetches-pictures", "false",
      ]
    #expect(try await martlet(["demo"] + settings).status == 0)
    var moments = SeededMoments(state: 7)
    for round in 1...Self.rounds {
      let shop = Process.martlet(["serve"] + settings)
      let ending = try shop.start()
      let client = Program(base: "http://127.0.0.1:\(port)")
      try await client.waitUntilUp()
      let buyers = try await client.buyers(Self.buyersARound, round: round)
      let acknowledged = Acknowledged()
      await withTaskGroup(of: Void.self) { group in
        for buyer in buyers {
          group.addTask {
            if let number = try? await client.placeOrder(buyer) { acknowledged.add(number, token: buyer.token) }
          }
        }
        let moment = moments.next()
        group.addTask {
          try? await Task.sleep(for: .milliseconds(moment))
          kill(shop.processIdentifier, SIGKILL)
        }
      }
      _ = await ending.status
      let again = Process.martlet(["serve"] + settings)
      let ended = try again.start()
      try await client.waitUntilUp()
      for (number, token) in acknowledged.all {
        let answer = try await client.send("GET", "/api/v1/orders/\(number)", token: token)
        #expect(answer.status == 200, "round \(round): order \(number) was acknowledged")
      }
      again.terminate()
      _ = await ended.status
      #expect(try await martlet(["audit"] + settings).status == 0, "round \(round): the books agree")
    }
  }
}

/// Moments between 5 and 200 ms, the same in every run.
private struct SeededMoments {
  var state: UInt64

  mutating func next() -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return 5 + Int(state >> 33) % 196
  }
}

private final class Acknowledged: Sendable {
  private let orders = Mutex<[(String, String)]>([])
  func add(_ number: String, token: String) { orders.withLock { $0.append((number, token)) } }
  var all: [(String, String)] { orders.withLock { $0 } }
}

/// A client program of the JSON API.
private struct Program: Sendable {
  struct Buyer: Sendable {
    let token: String
    let body: String
  }

  struct Answer: Sendable {
    let status: Int
    let body: Data

    func value(_ path: String...) throws -> String {
      var node = try JSONSerialization.jsonObject(with: body)
      for step in path {
        if let list = node as? [Any] { node = try #require(list.first) }
        node = try #require((node as? [String: Any])?[step])
      }
      if let list = node as? [Any], let first = list.first { node = first }
      return "\(node)"
    }
  }

  let base: String

  func send(_ method: String, _ path: String, token: String? = nil, json: String? = nil) async throws -> Answer {
    var request = HTTPClientRequest(url: base + path)
    request.method = .RAW(value: method)
    if let token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
    if let json {
      request.headers.add(name: "content-type", value: "application/json")
      request.body = .bytes(ByteBuffer(string: json))
    }
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
    return Answer(
      status: Int(response.status.code), body: Data(Array(buffer: try await response.body.collect(upTo: 1 << 22))))
  }

  func waitUntilUp() async throws {
    let deadline = ContinuousClock.now + .seconds(120)
    while ContinuousClock.now < deadline {
      if let answer = try? await send("GET", "/robots.txt"), answer.status == 200 { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    Issue.record("the shop doesn't answer")
  }

  /// Buyers with an address and one product each in the cart.
  func buyers(_ count: Int, round: Int) async throws -> [Buyer] {
    let product = try await send("GET", "/api/v1/products?limit=1&inStock=true&sort=bestSelling").value("items", "id")
    let detail = try await send("GET", "/api/v1/products/\(product)")
    let root = try #require(try JSONSerialization.jsonObject(with: detail.body) as? [String: Any])
    let variants = try #require(root["variants"] as? [[String: Any]])
    let variant = try #require(variants.first { ($0["stock"] as? Int ?? 0) > 0 }?["id"] as? String)
    var buyers: [Buyer] = []
    for number in 0..<count {
      let registered = try await send(
        "POST", "/api/v1/accounts",
        json: #"{"email":"b\#(round)x\#(number)@example.com","password":"correct horse","name":"B","language":"en"}"#)
      let token = try registered.value("token")
      let address = try await send(
        "POST", "/api/v1/account/addresses", token: token,
        json: #"{"recipient":"B","phone":"13800138000","region":"310115","street":"1 Century Avenue"}"#
      ).value("id")
      let version = try await send(
        "POST", "/api/v1/cart/lines", token: token, json: #"{"variant":"\#(variant)","quantity":1}"#
      ).value("version")
      buyers.append(
        Buyer(token: token, body: #"{"cartVersion":\#(version),"address":"\#(address)","note":""}"#))
    }
    return buyers
  }

  func placeOrder(_ buyer: Buyer) async throws -> String? {
    let answer = try await send("POST", "/api/v1/orders", token: buyer.token, json: buyer.body)
    return answer.status == 201 ? try answer.value("items", "number") : nil
  }
}
