import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Testing

/// A client program of the JSON API.
struct Program: Sendable {
  struct Buyer: Sendable {
    let token: String
    let body: String
  }

  struct Answer: Sendable {
    let status: Int
    let body: Data
    /// Whether it says when to come back.
    let namesReturn: Bool

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
  var http = HTTPClient.shared
  /// How long an answer is waited for.
  var patience = TimeAmount.seconds(20)

  func send(_ method: String, _ path: String, token: String? = nil, json: String? = nil) async throws -> Answer {
    var request = HTTPClientRequest(url: base + path)
    request.method = .RAW(value: method)
    if let token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
    if let json {
      request.headers.add(name: "content-type", value: "application/json")
      request.body = .bytes(ByteBuffer(string: json))
    }
    let response = try await http.execute(request, timeout: patience)
    return Answer(
      status: Int(response.status.code), body: Data(Array(buffer: try await response.body.collect(upTo: 1 << 22))),
      namesReturn: response.headers.first(name: "retry-after").flatMap { Int($0) }.map { $0 >= 0 } ?? false)
  }

  func waitUntilUp() async throws {
    let deadline = ContinuousClock.now + .seconds(120)
    while ContinuousClock.now < deadline {
      if let answer = try? await send("GET", "/robots.txt"), answer.status == 200 { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    Issue.record("the shop doesn't answer")
  }

  /// Opens an account with an address.
  func open(_ name: String) async throws -> (token: String, address: String) {
    let token = try await send(
      "POST", "/api/v1/accounts",
      json: #"{"email":"\#(name)@example.com","password":"correct horse","name":"B","language":"en"}"#
    ).value("token")
    let address = try await send(
      "POST", "/api/v1/account/addresses", token: token,
      json: #"{"recipient":"B","phone":"13800138000","region":"310115","street":"1 Century Avenue"}"#
    ).value("id")
    return (token, address)
  }

  /// The ids of products that can be bought, those that sell best first.
  func products(_ count: Int) async throws -> [String] {
    let answer = try await send("GET", "/api/v1/products?limit=\(count)&inStock=true&sort=bestSelling")
    let root = try #require(try JSONSerialization.jsonObject(with: answer.body) as? [String: Any])
    return try #require(root["items"] as? [[String: Any]]).compactMap { $0["id"] as? String }
  }

  /// A variant of the product that can be bought.
  func variant(of product: String) async throws -> String {
    let detail = try await send("GET", "/api/v1/products/\(product)")
    let root = try #require(try JSONSerialization.jsonObject(with: detail.body) as? [String: Any])
    let variants = try #require(root["variants"] as? [[String: Any]])
    return try #require(variants.first { ($0["stock"] as? Int ?? 0) > 0 }?["id"] as? String)
  }

  /// Buyers with an address and one product each in the cart.
  func buyers(_ count: Int, round: Int) async throws -> [Buyer] {
    let variant = try await variant(of: try #require(try await products(1).first))
    var buyers: [Buyer] = []
    for number in 0..<count {
      let (token, address) = try await open("b\(round)x\(number)")
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
