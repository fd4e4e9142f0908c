import Foundation
import HTTPTypes
import NIOHTTP1
import Synchronization
import Testing
@testable import API
@testable import App

/// A program that calls the API. Every answer is held against the schema that its endpoint describes.
struct APIClient: Sendable {
  struct Answer: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let json: JSONValue
    let text: String

    func header(_ name: String) -> String? { headers.first(name: name) }
    var code: String? { json["code"]?.text }
    subscript(_ name: String) -> JSONValue? { json[name] }
  }

  let shop: TestShop
  var headers: [String: String] = [:]

  func with(token: String) -> APIClient {
    APIClient(shop: shop, headers: headers.merging(["Authorization": "Bearer \(token)"]) { $1 })
  }

  func with(device: String) -> APIClient {
    APIClient(shop: shop, headers: headers.merging(["Martlet-Device": device]) { $1 })
  }

  func with(key: String) -> APIClient {
    APIClient(shop: shop, headers: headers.merging(["Idempotency-Key": key]) { $1 })
  }

  func get(_ path: String, headers more: [String: String] = [:]) async throws -> Answer {
    try await send(.GET, path, body: nil, more)
  }

  func post(_ path: String, _ body: JSONValue? = nil) async throws -> Answer { try await send(.POST, path, body: body) }
  func put(_ path: String, _ body: JSONValue? = nil) async throws -> Answer { try await send(.PUT, path, body: body) }
  func patch(_ path: String, _ body: JSONValue) async throws -> Answer { try await send(.PATCH, path, body: body) }
  func delete(_ path: String) async throws -> Answer { try await send(.DELETE, path, body: nil) }

  /// Puts a file where one is taken.
  func put(_ path: String, file body: [UInt8], type: String) async throws -> Answer {
    try await send(.PUT, path, body, type: type, [:])
  }

  private func send(
    _ method: HTTPMethod, _ path: String, body: JSONValue?, _ more: [String: String] = [:]
  ) async throws -> Answer {
    let encoder = JSONEncoder()
    // A request that is sent again is the same to the byte.
    encoder.outputFormatting = .sortedKeys
    let bytes = try body.map { [UInt8](try encoder.encode($0)) }
    return try await send(method, path, bytes, type: body == nil ? nil : "application/json", more)
  }

  /// Posts bytes that may be no JSON.
  func raw(_ path: String, _ body: [UInt8], type: String) async throws -> Answer {
    try await send(.POST, path, body, type: type, [:])
  }

  private func send(
    _ method: HTTPMethod, _ path: String, _ body: [UInt8]?, type: String?, _ more: [String: String]
  ) async throws -> Answer {
    var all = headers.merging(more) { $1 }
    if let type { all["content-type"] = type }
    // A client of its own without cookies each time, as programs are.
    let answer = try await shop.browser().send(method, ShopAPI.root + path, body: body, headers: all)
    let json = (try? JSONDecoder().decode(JSONValue.self, from: Data(answer.body.utf8))) ?? .null
    try check(answer, json, method, path)
    return Answer(status: answer.status, headers: answer.headers, json: json, text: answer.body)
  }

  /// The same in every shop.
  private static let known = Mutex<[APIDescription]>([])

  private var descriptions: [APIDescription] {
    Self.known.withLock { known in
      if known.isEmpty { known = shop.api.descriptions }
      return known
    }
  }

  private func check(_ answer: Browser.Answer, _ json: JSONValue, _ method: HTTPMethod, _ path: String) throws {
    if answer.status >= 400 {
      #expect(answer.headers.first(name: "content-type") == "application/problem+json")
      let faults = Schema.named("Problem").faults(in: json)
      #expect(faults.isEmpty, "\(method) \(path): \(faults) in \(answer.body)")
      #expect(json["status"]?.integer == Int64(answer.status))
      return
    }
    let parts = path.prefix { $0 != "?" }.split(separator: "/")
    let description = try #require(
      descriptions.filter { description in
        let pattern = description.path.split(separator: "/")
        return description.method.rawValue == method.rawValue && pattern.count == parts.count
          && zip(pattern, parts).allSatisfy { $0 == $1 || $0.hasPrefix("{") }
        // What is spelled out goes before what varies.
      }.min { $0.pathNames.count < $1.pathNames.count })
    guard answer.status != 304 else { return }
    let promised = try #require(description.answers.first)
    #expect(answer.status == promised.status.code, "\(method) \(path): \(answer.body)")
    let type = answer.headers.first(name: "content-type") ?? ""
    if promised.media.contains(where: { type.hasPrefix($0) }) { return }
    if let schema = promised.schema {
      let faults = Schema.named(schema).faults(in: json)
      #expect(faults.isEmpty, "\(method) \(path): \(faults)")
    } else {
      #expect(promised.media.isEmpty && answer.body.isEmpty, "\(method) \(path) answers \(type)")
    }
  }
}

extension Schema {
  /// Where a value hasn't this shape.
  func faults(in value: JSONValue, at place: String = "$") -> [String] {
    switch (self, value) {
    case (.text(let format, let pattern), .text(let text)):
      if format == "date-time", !text.hasSuffix("Z") { return ["\(place): not a time"] }
      if let pattern, let regex = try? Regex(pattern), text.firstMatch(of: regex) == nil {
        return ["\(place): \(text)"]
      }
      return []
    case (.integer(let range), .integer(let number)):
      return range.map { $0.contains(Int(number)) } ?? true ? [] : ["\(place): \(number)"]
    case (.number, .integer), (.number, .number), (.flag, .flag): return []
    case (.choice(let texts), .text(let text)): return texts.contains(text) ? [] : ["\(place): \(text)"]
    case (.list(let item), .list(let items)):
      return items.enumerated().flatMap { item.faults(in: $1, at: "\(place)[\($0)]") }
    case (.map(let schema), .object(let members)):
      return members.flatMap { schema.faults(in: $1, at: "\(place).\($0)") }
    case (.object(let fields), .object(let members)):
      return fields.flatMap { field -> [String] in
        guard let member = members[field.name] else {
          return field.isRequired ? ["\(place).\(field.name): missing"] : []
        }
        return field.schema.faults(in: member, at: "\(place).\(field.name)")
      }
    case (.nullable, .null): return []
    case (.nullable(let schema), _): return schema.faults(in: value, at: place)
    case (.either(let schemas), _):
      return schemas.contains { $0.faults(in: value, at: place).isEmpty } ? [] : ["\(place): none of the shapes"]
    case (.named(let name), _):
      return APISchemas.all[name]?.faults(in: value, at: place) ?? ["\(place): no schema \(name)"]
    default: return ["\(place): another type"]
    }
  }
}

extension TestShop {
  var program: APIClient { APIClient(shop: self) }
}
