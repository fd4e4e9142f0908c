import Foundation
import HTTPTypes
import Hummingbird
import Pages
import Testing
import Values

@testable import API

@Suite struct ProblemTests {
  private struct Body: Decodable {
    struct Item: Decodable { let quantity: Int }
    let items: [Item]
    let isTicked: Bool
  }

  private func fault(_ text: String) throws -> FieldFaults.Fault {
    let call = APICall(
      request: Request(
        head: HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/"),
        body: RequestBody(buffer: ByteBuffer())),
      visit: Visit(), parameters: [:], query: Form(), body: ByteBuffer(string: text))
    do {
      _ = try call.decoded(Body.self)
    } catch APIRefusal.malformed(let faults) {
      return try #require(faults.first)
    }
    return FieldFaults.Fault(field: "", code: "none")
  }

  @Test func `a body that can't be read is refused with the place of the fault`() throws {
    #expect(try fault(#"{"items":[],"isTicked":true}"#).code == "none")
    #expect(try fault(#"{"items":[]}"#) == .init(field: "isTicked", code: "missing"))
    let nested = try fault(#"{"items":[{"quantity":1},{"quantity":"2"}],"isTicked":true}"#)
    #expect(nested == .init(field: "items.1.quantity", code: "wrongType", details: ["expected": "a number"]))
    #expect(
      try fault(#"{"items":[{"quantity":1.5}],"isTicked":true}"#)
        == .init(field: "items.0.quantity", code: "notANumber"))
    #expect(JSONScanner.scan(#"{"a":["x","\ud800"]}"#.utf8) == .notText(path: ["a", "1"]))
    let broken = try fault("{\"items\":\n[}")
    #expect(broken.code == "malformed")
    #expect(broken.details["place"] == "line 2, column 2")
    for nasty in ["", "null", "[]", "\u{0}", "{\"items\":" + String(repeating: "[", count: 5000)] {
      #expect(try fault(nasty).code != "none")
    }
  }

  @Test(
    arguments: [
      ("{}", nil), (#" {"a":[1,-2.5e3,"\u00e9\n",true,null,{}]} "#, nil), ("{\"a\":1,}", 8), ("[1 2]", 4), ("", 1),
      ("tru", 1), ("\"a\nb\"", 3), ("{} x", 4), ("-", 1), ("[\"\\x\"]", 4),
    ] as [(String, Int?)])
  func `the scanner finds where text stops being JSON`(text: String, offset: Int?) {
    let finding = JSONScanner.scan(text.utf8)
    if case .broken(let line, let column) = finding {
      let lines = text.utf8.split(separator: 10, omittingEmptySubsequences: false)
      let before = lines.prefix(line - 1).reduce(0) { $0 + $1.count + 1 }
      #expect(before + column == offset)
    } else {
      #expect(offset == nil)
    }
  }

  @Test func `faults of fields stand in the problem one by one`() {
    var faults = FieldFaults()
    faults.add("email", "missing")
    faults.add("name", "tooLong", ["max": "60"])
    let problem = Problem(faults)
    #expect(problem.status.code == 422)
    let json = problem.json(publicURL: "https://shop.example")
    #expect(json["type"]?.text == "https://shop.example/docs#problem-invalidInput")
    #expect(json["status"]?.integer == 422)
    #expect(json["errors"]?.items.count == 2)
    #expect(json["errors"]?[1]?["detail"]?.text == "name: longer than 60 characters")
    #expect(json["errors"]?[1]?["max"]?.text == "60")
  }

  @Test func `details of a refusal are members, and never in the place of the problem's own`() {
    struct Sly: Refusal {
      var code: String { "soldOut" }
      var details: [String: String] { ["left": "3", "status": "200", "title": "all is well"] }
    }
    let json = Problem(Sly()).json(publicURL: "")
    #expect(json["left"]?.text == "3")
    #expect(json["status"]?.integer == 409)
    #expect(json["title"]?.text == "There aren't as many left")
  }

  @Test func `whoever comes too often, or too early, hears when to come back`() {
    struct TooOften: Refusal {
      var code: String { "tooManyAttempts" }
      var details: [String: String] { ["retryAfterSeconds": "17"] }
      var kind: RefusalKind { .tooMany }
    }
    let answer = Problem(TooOften()).answer(publicURL: "")
    #expect(answer.status.code == 429)
    #expect(answer.headers[.retryAfter] == "17")
    #expect(answer.headers[.contentType] == "application/problem+json")
  }

  @Test func `a fault says its trace and nothing of the inside`() {
    let answer = Problem(faultWithTrace: "abc").answer(publicURL: "")
    let text = String(buffer: answer.body)
    #expect(answer.status.code == 500)
    #expect(text.contains(#""trace":"abc""#))
  }

  @Test func `a code without words of its own is spelled out`() {
    #expect(ProblemWords.title(of: "someNewCode") == "Some new code")
  }

  @Test func `an answer that the caller has is not sent again`() throws {
    let answer = try Answer.shared(["a": 1])
    let mark = try #require(answer.headers[.eTag])
    func asked(_ known: String) -> Answer {
      var request = HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/")
      request.headerFields[.ifNoneMatch] = known
      return answer.unlessKnown(to: Request(head: request, body: RequestBody(buffer: ByteBuffer())))
    }
    #expect(asked(mark).status == .notModified)
    #expect(asked(mark).body.readableBytes == 0)
    #expect(asked("\"x\", " + mark.dropFirst(2)).status == .notModified)
    #expect(asked("*").status == .notModified)
    #expect(asked("W/\"other\"").status == .ok)
  }
}
