import HTTPTypes
import Hummingbird
import NIOCore
import Testing
import Values

@testable import Pages

@Suite struct MultipartFormTests {
  private let boundary = "----shopform7"

  private func part(_ disposition: String, _ content: String, more: String = "") -> String {
    "------shopform7\r\nContent-Disposition: form-data; \(disposition)\r\n\(more)\r\n\(content)\r\n"
  }

  private func read(_ text: String, limits: MultipartForm.Limits = .pictures) throws -> MultipartForm {
    try MultipartForm(ByteBuffer(string: text), boundary: boundary, limits: limits)
  }

  @Test func `fields and files are told apart and kept in order`() throws {
    let sent = try read(
      part("name=\"stars\"", "5") + part("name=text", "好用 👍\r\nsecond line")
        + part("name=\"pictures\"; filename=\"a;b \\\"c\\\".png\"", "PNG\r\n--x", more: "Content-Type: image/png\r\n")
        + part("name=\"pictures\"; filename=\"\"", "") + part("filename=\"二.jpg\"; NAME=\"pictures\"", "JPG")
        + "------shopform7--\r\nepilogue")
    #expect(sent.form["stars"] == "5")
    #expect(sent.form["text"] == "好用 👍\r\nsecond line")
    #expect(sent.form["pictures"] == nil)
    #expect(sent.files.map(\.field) == ["pictures", "pictures"])
    #expect(sent.files.map { String(decoding: $0.bytes, as: UTF8.self) } == ["PNG\r\n--x", "JPG"])
    #expect(sent.faults.isEmpty)
  }

  @Test func `any bytes come through as they are`() throws {
    let content =
      (0..<2048).map { UInt8(truncatingIfNeeded: $0) } + Array("\r\r\n\r\n--\r\n------shopform7x\r\n------shop".utf8)
    var body = ByteBuffer(
      string: "preamble\r\n------shopform7 \t\r\ncontent-disposition:form-data;name=\"f\";filename=x\r\n\r\n")
    body.writeBytes(content)
    body.writeString("\r\n------shopform7--")
    let sent = try MultipartForm(body, boundary: boundary)
    #expect(sent.files.map(\.bytes) == [content])
  }

  @Test func `a text that isn't UTF-8 is mended and an empty form is empty`() throws {
    var body = ByteBuffer(string: "------shopform7\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\na")
    body.writeBytes([0xFF, 0xC0])
    body.writeString("\r\n------shopform7--")
    let mended = try MultipartForm(body, boundary: boundary)
    #expect(mended.form["text"] == "a\u{FFFD}\u{FFFD}")
    let empty = try read("------shopform7--")
    #expect(empty.form.values.isEmpty && empty.files.isEmpty)
  }

  @Test func `too many and too large files are said beside their field and the rest is kept`() throws {
    let limits = MultipartForm.Limits(files: 2, fileMegabytes: 1, totalBytes: 8 << 20)
    func file(_ bytes: Int) -> String {
      part("name=\"pictures\"; filename=\"p\"", String(repeating: "x", count: bytes))
    }
    let many = try read(
      file(1) + file(2) + file(3) + file(4) + part("name=\"text\"", "kept") + "------shopform7--", limits: limits)
    #expect(many.files.map(\.bytes.count) == [1, 2])
    #expect(many.form["text"] == "kept")
    #expect(many.faults == FieldFaults(field: "pictures", code: "tooMany", details: ["max": "2"]))
    let large = try read(file(1 << 20) + file((1 << 20) + 1) + "------shopform7--", limits: limits)
    #expect(large.files.count == 1)
    #expect(large.faults == FieldFaults(field: "pictures", code: "pictureTooLarge", details: ["max": "1"]))
  }

  @Test(arguments: [
    "", "nothing", "------shopform7", "------shopform7\r\n", "------shopform7\r\n\r\nno head\r\n------shopform7--",
    "------shopform7\r\nContent-Disposition: form-data\r\n\r\nno name\r\n------shopform7--",
    "------shopform7\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nx\r\n------shopform7--",
    "------shopform7\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\ncut off",
    "------shopform7\r\n------shopform7--",
  ])
  func `a body that isn't such a form is refused`(text: String) {
    #expect(throws: BodyRefusal.self) { _ = try read(text) }
  }

  @Test func `endless parts, texts and headers are refused`() {
    let head = "------shopform7\r\nX: \(String(repeating: "y", count: 5000))\r\n"
    #expect(throws: BodyRefusal.malformed("header")) {
      _ = try read(head + part("name=\"a\"", "") + "------shopform7--")
    }
    let parts = String(repeating: part("name=\"a\"", ""), count: 200) + "------shopform7--"
    #expect(throws: BodyRefusal.tooLarge) { _ = try read(parts) }
    let text = part("name=\"a\"", String(repeating: "a", count: 300_000)) + "------shopform7--"
    #expect(throws: BodyRefusal.tooLarge) { _ = try read(text) }
  }

  @Test func `bodies made to be slow are read once`() throws {
    // Nearly delimiters all over; a reader that starts again at each of them would not come back within the test's time.
    for nasty in ["\r", "\r\n", "\r\n--", "\r\n------shopform", "\r\n------shopform7x", "\r\n\r\n"] {
      let content = String(repeating: nasty, count: (1 << 20) / nasty.utf8.count)
      let body = part("name=\"f\"; filename=\"f\"", content) + "------shopform7--"
      let sent = try read(body)
      #expect(sent.files.map(\.bytes.count) == [content.utf8.count])
    }
  }

  @Test(arguments: [
    ("multipart/form-data; boundary=abc", "abc"), ("Multipart/Form-Data;charset=utf-8; Boundary=\"a b;c\"", "a b;c"),
    ("multipart/form-data", nil), ("multipart/form-data; boundary=", nil), ("multipart/mixed; boundary=abc", nil),
    ("application/x-www-form-urlencoded", nil), ("", nil), ("multipart/form-data; boundary=\"a\r\nb\"", nil),
    ("multipart/form-data; boundary=" + String(repeating: "b", count: 71), nil),
  ])
  func `the boundary is taken from the header`(header: String, boundary: String?) {
    #expect(MultipartForm.boundary(in: header) == boundary)
  }

  @Test func `a request that is too long is refused before it is read`() async throws {
    var head = HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/")
    head.headerFields[.contentType] = "multipart/form-data; boundary=abc"
    head.headerFields[.contentLength] = String(30 << 20)
    let request = Request(head: head, body: RequestBody(buffer: ByteBuffer()))
    await #expect(throws: BodyRefusal.tooLarge) { _ = try await MultipartForm(body: request) }
  }
}
