import Foundation
import NIOHTTP1
import Synchronization
import TestKit
import Testing

@testable import SearchOpenSearch

/// Plays a recording on a loopback port: holds each request to what was recorded, and answers what was answered then.
/// The recordings in `Exchanges` are written after OpenSearch's documentation.
final class RecordedCluster: Sendable {
  let url: String
  let recording: Recording

  private init(_ url: String, _ recording: Recording) {
    self.url = url
    self.recording = recording
  }

  /// Runs the body against the recording, all of which must be asked for.
  static func play(_ name: String, _ body: (RecordedCluster) async throws -> Void) async throws {
    let file = packageFolder.appending(path: "Tests/Commerce/SearchOpenSearch/Exchanges/\(name).json")
    let recording = try Recording(JSONDecoder().decode([Recording.Exchange].self, from: Data(contentsOf: file)))
    let server = try await LoopbackServer { head, body in recording.answer(head, body) }
    let cluster = RecordedCluster(server.url, recording)
    do {
      try await body(cluster)
    } catch {
      Issue.record("\(name): \(error); \(recording.differences.joined(separator: "\n"))")
    }
    try await server.close()
    #expect(recording.differences.isEmpty, "\(name): \(recording.differences.joined(separator: "\n"))")
    #expect(recording.left == 0, "\(name): \(recording.left) exchanges weren't asked for")
  }
}

final class Recording: Sendable {
  struct Exchange: Decodable, Sendable {
    let asked: Asked
    let answered: Answered
  }

  struct Asked: Decodable, Sendable {
    let method: String
    /// Without `preference`, which is a number made of the question.
    let path: String
    let body: JSON?
    /// Of a bulk. What our analyser makes of text stands as `"*"`.
    let lines: [JSON]?
  }

  struct Answered: Decodable, Sendable {
    let status: Int
    let body: JSON?
    /// What isn't JSON.
    let text: String?
  }

  private struct State {
    var left: ArraySlice<Exchange>
    var preferences: [String] = []
    var logins: [String] = []
    var differences: [String] = []
  }

  private let state: Mutex<State>

  init(_ exchanges: [Exchange]) { state = Mutex(State(left: exchanges[...])) }

  var left: Int { state.withLock { $0.left.count } }
  var differences: [String] { state.withLock { $0.differences } }
  /// Which copies were asked, a question each.
  var preferences: [String] { state.withLock { $0.preferences } }
  /// Who asked.
  var logins: [String] { state.withLock { $0.logins } }

  func answer(_ head: HTTPRequestHead, _ body: Data) -> LoopbackServer.Answer {
    state.withLock { state in
      state.logins += head.headers["authorization"]
      let parts = head.uri.split(separator: "&preference=", maxSplits: 1)
      if parts.count == 2 { state.preferences.append(String(parts[1])) }
      guard let next = state.left.popFirst() else {
        state.differences.append("nobody expects \(head.method) \(head.uri)")
        return LoopbackServer.Answer(status: 500, body: Data())
      }
      let asked = "\(head.method.rawValue) \(parts.first ?? "")"
      let expected = "\(next.asked.method) \(next.asked.path)"
      if asked != expected { state.differences.append("asked \(asked)\nexpected \(expected)") }
      if let difference = Self.difference(body, next.asked, head.headers["content-type"].first) {
        state.differences.append("\(expected): \(difference)")
      }
      let answer = next.answered.text.map { Data($0.utf8) } ?? next.answered.body.flatMap { try? $0.data } ?? Data()
      return LoopbackServer.Answer(status: next.answered.status, body: answer)
    }
  }

  private static func difference(_ body: Data, _ asked: Asked, _ type: String?) -> String? {
    let text = String(decoding: body, as: UTF8.self)
    do {
      if let lines = asked.lines {
        guard text.hasSuffix("\n"), type == "application/x-ndjson" else { return "no lines, but \(type ?? "") \(text)" }
        let found = try text.split(separator: "\n").map { try JSONDecoder().decode(JSON.self, from: Data($0.utf8)) }
        return JSON.list(found).is(.list(lines)) ? nil : text
      }
      guard let expected = asked.body else { return body.isEmpty ? nil : text }
      guard type == "application/json" else { return "not JSON, but \(type ?? "")" }
      return try JSONDecoder().decode(JSON.self, from: body).is(expected) ? nil : text
    } catch {
      return "\(error): \(text)"
    }
  }
}

extension JSON {
  /// Whether it is what was recorded. Numbers may be written either way, and `"*"` in a recording stands for any value.
  fileprivate func `is`(_ recorded: JSON) -> Bool {
    switch (self, recorded) {
    case (_, .text("*")): true
    case (.list(let values), .list(let others)):
      values.count == others.count && zip(values, others).allSatisfy { $0.is($1) }
    case (.object(let members), .object(let others)):
      members.count == others.count && members.allSatisfy { name, value in others[name].map { value.is($0) } ?? false }
    case (.decimal(let value), .number(let other)), (.number(let other), .decimal(let value)): value == Double(other)
    default: self == recorded
    }
  }
}
