import Foundation
import NIOHTTP1
import Synchronization
import TestKit

@testable import SearchOpenSearch

/// A cluster for a whole shop. It answers each request as the first exchange of a recording does that the request fits,
/// however often and in whatever order. Of a body the recording has only what matters: objects may have more members,
/// `"*"` is any value. What only the shop knows stands there by name: `"#tea"` is a number, `"@tea"` the same as text.
final class PlayedCluster: Sendable {
  var url: String { server.url }
  private let play: Play
  private let server: LoopbackServer

  /// - Parameter name: of a file beside those that the adapter alone is held against.
  init(_ name: String) async throws {
    let file = packageFolder.appending(path: "Tests/Commerce/SearchOpenSearch/Exchanges/\(name).json")
    let play = try Play(String(contentsOf: file, encoding: .utf8))
    self.play = play
    server = try await LoopbackServer { head, body in play.answer(head, body) }
  }

  /// Until then nothing is found.
  func call(_ names: [String: Int64]) throws { try play.call(names) }

  /// Lines that it was handed to be indexed.
  var fed: [String] { play.fed }
  /// What was asked that the recording doesn't know.
  var strange: [String] { play.strange }

  func close() async throws { try await server.close() }
}

private struct Exchange: Decodable, Sendable {
  struct Asked: Decodable, Sendable {
    let method: String
    /// Without `preference`, which is a number made of the question.
    let path: String
    /// Stand somewhere in the body.
    let holding: [String]?
    let body: JSON?
  }

  struct Answered: Decodable, Sendable {
    let status: Int
    let body: JSON
  }

  let asked: Asked
  let answered: Answered

  func fits(_ method: String, _ path: String, _ text: String, _ body: JSON?) -> Bool {
    guard asked.method == method, asked.path == path, (asked.holding ?? []).allSatisfy({ text.contains($0) }) else {
      return false
    }
    guard let recorded = asked.body else { return true }
    return body.map { $0.has(recorded) } ?? false
  }
}

private final class Play: Sendable {
  private struct State {
    var exchanges: [Exchange]
    var fed: [String] = []
    var strange: [String] = []
  }

  private let text: String
  private let state: Mutex<State>

  init(_ text: String) throws {
    self.text = text
    state = Mutex(State(exchanges: try Self.exchanges(text)))
  }

  var fed: [String] { state.withLock { $0.fed } }
  var strange: [String] { state.withLock { $0.strange } }

  func call(_ names: [String: Int64]) throws {
    let named = names.reduce(text) { text, name in
      text.replacing("\"#\(name.key)\"", with: "\(name.value)")
        .replacing("\"@\(name.key)\"", with: "\"\(name.value)\"")
    }
    let exchanges = try Self.exchanges(named)
    state.withLock { $0.exchanges = exchanges }
  }

  private static func exchanges(_ text: String) throws -> [Exchange] {
    try JSONDecoder().decode([Exchange].self, from: Data(text.utf8))
  }

  func answer(_ head: HTTPRequestHead, _ body: Data) -> LoopbackServer.Answer {
    let path = head.uri.components(separatedBy: "&preference=")[0]
    let method = head.method.rawValue
    let text = String(decoding: body, as: UTF8.self)
    let json = try? JSONDecoder().decode(JSON.self, from: body)
    let exchange = state.withLock { state -> Exchange? in
      if path.contains("/_bulk") { state.fed += text.split(separator: "\n").map(String.init) }
      let exchange = state.exchanges.first { $0.fits(method, path, text, json) }
      if exchange == nil { state.strange.append("\(method) \(path)\n\(text.prefix(2000))") }
      return exchange
    }
    guard let exchange, let answer = try? exchange.answered.body.data else {
      return LoopbackServer.Answer(status: 500, body: Data())
    }
    return LoopbackServer.Answer(status: exchange.answered.status, body: answer)
  }
}

extension JSON {
  /// Whether it has all that was recorded.
  fileprivate func has(_ recorded: JSON) -> Bool {
    switch (self, recorded) {
    case (_, .text("*")): true
    case (.list(let values), .list(let others)):
      values.count == others.count && zip(values, others).allSatisfy { $0.has($1) }
    case (.object(let members), .object(let others)):
      others.allSatisfy { name, value in members[name].map { $0.has(value) } ?? false }
    default: self == recorded
    }
  }
}
