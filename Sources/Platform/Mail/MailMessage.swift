import Foundation
import Values

/// A letter as RFC 5322 text: UTF-8, headers after RFC 2047, both bodies when there is HTML.
struct MailMessage {
  /// Neither quoted-printable nor base64 can hold `=_`, so no body can hold the boundary.
  private static let boundary = "=_martlet_alternative"
  private static let lineEnd: [UInt8] = [0x0D, 0x0A]
  private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// Of text in one encoded word, so that a line with `Subject: ` before it stays within 76.
  private static let wordBytes = 39

  let letter: Letter
  /// The shop's name and address.
  let sender: (name: String, address: String)
  let date: Timestamp

  /// Each line ends with CRLF.
  var bytes: [UInt8] {
    let host = sender.address.split(separator: "@").last ?? "localhost"
    var bytes: [UInt8] = []
    bytes.reserveCapacity(1024 + 2 * (letter.text.utf8.count + (letter.html?.utf8.count ?? 0)))
    Self.put(
      [
        "Date: \(dateText)", "From: \(Self.phrase(sender.name)) <\(sender.address)>", "To: \(letter.to)",
        "Subject: \(Self.header(letter.subject))", "Message-ID: <\(letter.key)@\(host)>", "MIME-Version: 1.0",
      ], into: &bytes)
    putContent(into: &bytes)
    return bytes
  }

  private func putContent(into bytes: inout [UInt8]) {
    guard let html = letter.html else { return Self.put(letter.text, "text/plain", into: &bytes) }
    Self.put(
      ["Content-Type: multipart/alternative; boundary=\"\(Self.boundary)\"", "", "--\(Self.boundary)"], into: &bytes)
    Self.put(letter.text, "text/plain", into: &bytes)
    Self.put(["--\(Self.boundary)"], into: &bytes)
    Self.put(html, "text/html", into: &bytes)
    Self.put(["--\(Self.boundary)--"], into: &bytes)
  }

  private static func put(_ lines: [String], into bytes: inout [UInt8]) {
    for line in lines {
      bytes += line.utf8
      bytes += lineEnd
    }
  }

  private var dateText: String {
    let utc = date.utc
    func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
    return "\(Self.weekdays[utc.weekday]), \(two(utc.day)) \(Self.months[utc.month - 1]) \(utc.year) "
      + "\(two(utc.hour)):\(two(utc.minute)):\(two(utc.second)) +0000"
  }

  private static func put(_ text: String, _ type: String, into bytes: inout [UInt8]) {
    var text = text
    let (foreign, count) = text.withUTF8 { ($0.count { $0 >= 0x80 }, $0.count) }
    // Quoted-printable stays readable, but triples what isn't ASCII.
    let isQuoted = foreign * 4 <= count
    put(
      [
        "Content-Type: \(type); charset=utf-8",
        "Content-Transfer-Encoding: \(isQuoted ? "quoted-printable" : "base64")",
        "",
      ], into: &bytes)
    if isQuoted {
      QuotedPrintable.put(text, into: &bytes)
    } else {
      bytes += Data(text.utf8).base64EncodedData(options: [
        .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
      ])
      bytes += lineEnd
    }
  }

  /// A display name: plain when it is words, else encoded.
  private static func phrase(_ text: String) -> String {
    let isWords = text.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0 & 0xDF) || $0 == 0x20 }
    return isWords ? text : header(text, always: true)
  }

  /// Header text in encoded words, cut between code points. Short ASCII stays as it is.
  private static func header(_ text: String, always: Bool = false) -> String {
    let isPlain = text.utf8.allSatisfy { (0x20..<0x7F).contains($0) } && text.utf8.count <= 60 && !text.contains("=?")
    if isPlain, !always { return text }
    var words: [[UInt8]] = [[]]
    for scalar in text.unicodeScalars {
      let bytes = Array(String(scalar).utf8)
      if (words.last?.count ?? 0) + bytes.count > wordBytes { words.append([]) }
      words[words.count - 1] += bytes
    }
    return words.map { "=?utf-8?B?\(Data($0).base64EncodedString())?=" }.joined(separator: "\r\n ")
  }
}

/// RFC 2045's encoding that leaves ASCII readable, in lines of at most 76 characters.
enum QuotedPrintable {
  private static let hex = Array("0123456789ABCDEF".utf8)

  /// Each line ends with CRLF, the last one too.
  static func put(_ text: String, into bytes: inout [UInt8]) {
    var text = text
    text.withUTF8 { source in
      var width = 0
      func end(_ bytes: inout [UInt8]) {
        bytes.append(0x0D)
        bytes.append(0x0A)
        width = 0
      }
      for (index, byte) in source.enumerated() {
        let next = index + 1 < source.count ? source[index + 1] : nil
        if byte == 0x0D, next == 0x0A { continue }
        if byte == 0x0A || byte == 0x0D {
          end(&bytes)
          continue
        }
        let isPlain = isPlain(byte, isLast: next == nil || next == 0x0A || next == 0x0D)
        if width + (isPlain ? 1 : 3) > 75 {
          bytes.append(UInt8(ascii: "="))
          end(&bytes)
        }
        if isPlain {
          bytes.append(byte)
          width += 1
        } else {
          bytes.append(UInt8(ascii: "="))
          bytes.append(hex[Int(byte >> 4)])
          bytes.append(hex[Int(byte & 15)])
          width += 3
        }
      }
      end(&bytes)
    }
  }

  /// Blanks at the end of a line would be stripped on the way.
  private static func isPlain(_ byte: UInt8, isLast: Bool) -> Bool {
    switch byte {
    case UInt8(ascii: "="): false
    case 0x20, 0x09: !isLast
    default: (0x21...0x7E).contains(byte)
    }
  }
}
