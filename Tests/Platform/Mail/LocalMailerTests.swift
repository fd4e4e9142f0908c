import Foundation
import Logging
import Mail
import TestKit
import Testing
import Values

final class LocalMailerTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-mail-\(UUID().uuidString)")

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func sent(_ letter: Letter) async throws -> String {
    let mailer = LocalMailer(folder: folder, clock: TestClock().clock, logger: Logger(label: "test"))
    try await mailer.send(letter)
    return try String(contentsOf: folder.appending(path: "\(letter.key).eml"), encoding: .utf8)
  }

  @Test func `a plain letter is RFC 5322 text`() async throws {
    let letter = try #require(
      Letter(key: "reset.1", to: "li@example.com", subject: "Your password", text: "Open https://shop/reset?t=abc\nBye")
    )
    let text = try await sent(letter)
    let expected = [
      "Date: Thu, 15 Jan 2026 02:00:00 +0000", "From: Martlet <shop@localhost>", "To: li@example.com",
      "Subject: Your password", "Message-ID: <reset.1@localhost>", "MIME-Version: 1.0",
      "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: quoted-printable", "",
      "Open https://shop/reset?t=3Dabc", "Bye", "",
    ]
    #expect(text == expected.joined(separator: "\r\n"))
  }

  @Test func `Chinese and emoji survive in headers and both bodies`() async throws {
    let subject = String(repeating: "订单已付款 🎉 ", count: 12)
    let body = "您好，李雷：\n订单 ord_1 已付款。"
    let letter = try #require(
      Letter(key: "paid.1", to: "li@example.com", subject: subject, text: body, html: "<p>\(body)</p>"))
    let text = try await sent(letter)
    #expect(text.utf8.allSatisfy { $0 < 0x80 })
    #expect(text.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 78 })
    #expect(text.contains("multipart/alternative"))
    #expect(decodedSubject(text) == subject)
    let base64 = text.components(separatedBy: "base64\r\n\r\n").dropFirst().map { part in
      part.components(separatedBy: "\r\n--")[0].replacing("\r\n", with: "")
    }
    #expect(
      base64.compactMap { Data(base64Encoded: $0) }.map { String(decoding: $0, as: UTF8.self) } == [
        body, "<p>\(body)</p>",
      ])
  }

  @Test func `long lines are broken softly and a lone dot or blank is safe`() async throws {
    let long = String(repeating: "abcdefghij", count: 40) + " "
    let letter = try #require(Letter(key: "long", to: "a@b", subject: "s", text: long + "\né=\u{1}"))
    let text = try await sent(letter)
    let body = try #require(text.components(separatedBy: "\r\n\r\n").last)
    #expect(body.components(separatedBy: "\r\n").allSatisfy { $0.utf8.count <= 76 })
    #expect(body.replacing("=\r\n", with: "") == String(long.dropLast()) + "=20\r\n=C3=A9=3D=01\r\n")
  }

  @Test func `a repeat changes nothing`() async throws {
    let first = try #require(Letter(key: "k", to: "a@b", subject: "one", text: "one"))
    let second = try #require(Letter(key: "k", to: "a@b", subject: "two", text: "two"))
    let text = try await sent(first)
    #expect(try await sent(second) == text)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["k.eml"])
  }

  @Test(arguments: [
    "", "a", "a@", "@b", "a@b@c", "a@b,c@d", "a@b\r\nBcc: x@y", "a b@c", "<a@b>", "a@b\u{2028}", "\"x\"@b",
    String(repeating: "a", count: 255) + "@b",
  ])
  func `an address that could be two or could break a header is refused`(to: String) {
    #expect(Letter(key: "k", to: to, subject: "s", text: "t") == nil)
  }

  @Test(arguments: ["", "a/b", "../a", "a b", "ü", "a\u{0}", String(repeating: "k", count: 121)])
  func `a key that is no file name is refused`(key: String) {
    #expect(Letter(key: key, to: "a@b", subject: "s", text: "t") == nil)
  }

  @Test func `a subject that breaks the line is refused`() {
    for subject in ["a\r\nBcc: x@y", "a\u{0}", "a\u{85}b"] {
      #expect(Letter(key: "k", to: "a@b", subject: subject, text: "t") == nil)
    }
  }

  private func decodedSubject(_ message: String) -> String {
    let start = message.firstRange(of: "Subject: ")?.upperBound ?? message.endIndex
    let end = message.firstRange(of: "\r\nMessage-ID")?.lowerBound ?? message.endIndex
    let words = message[start..<end].components(separatedBy: "\r\n ")
    return words.map { word in
      String(decoding: Data(base64Encoded: String(word.dropFirst(10).dropLast(2))) ?? Data(), as: UTF8.self)
    }.joined()
  }
}
