import Foundation
import Values

/// A letter as RFC 5322 text: UTF-8, headers after RFC 2047, both bodies when there is HTML.
struct MailMessage {
  /// Neither quoted-printable nor base64 can hold `=_`, so no body can hold the boundary.
  private static let boundary = "=_martlet_alternative"
  private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// Of text in one encoded word, so that a line with `Subject: ` before it stays within 76.
  private static let wordBytes = 39

  let letter: Letter
  /// The shop's name and address.
  let sender: (name: String, address: String)
  let date: Timestamp

  var text: String {
    let host = sender.address.split(separator: "@").last ?? "localhost"
    let headers = [
      "Date: \(dateText)", "From: \(Self.phrase(sender.name)) <\(sender.address)>", "To: \(letter.to)",
      "Subject: \(Self.header(letter.subject))", "Message-ID: <\(letter.key)@\(host)>", "MIME-Version: 1.0",
    ]
    return (headers + content).joined(separator: "\r\n") + "\r\n"
  }

  private var content: [String] {
    guard let html = letter.html else { return Self.part(letter.text, "text/plain") }
    return ["Content-Type: multipart/alternative; boundary=\"\(Self.boundary)\"", ""]
      + ["--\(Self.boundary)"] + Self.part(letter.text, "text/plain")
      + ["--\(Self.boundary)"] + Self.part(html, "text/html") + ["--\(Self.boundary)--"]
  }

  private var dateText: String {
    let utc = date.utc
    func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
    return "\(Self.weekdays[utc.weekday]), \(two(utc.day)) \(Self.months[utc.month - 1]) \(utc.year) "
      + "\(two(utc.hour)):\(two(utc.minute)):\(two(utc.second)) +0000"
  }

  private static func part(_ text: String, _ type: String) -> [String] {
    let foreign = text.utf8.count { $0 >= 0x80 }
    // Quoted-printable stays readable, but triples what isn't ASCII.
    let isQuoted = foreign * 4 <= text.utf8.count
    return [
      "Content-Type: \(type); charset=utf-8", "Content-Transfer-Encoding: \(isQuoted ? "quoted-printable" : "base64")",
      "",
    ] + (isQuoted ? QuotedPrintable.lines(text) : base64Lines(text))
  }

  private static func base64Lines(_ text: String) -> [String] {
    Data(text.utf8).base64EncodedString(options: [
      .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
    ])
    .components(separatedBy: "\r\n")
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

  static func lines(_ text: String) -> [String] {
    var lines: [String] = []
    var current: [UInt8] = []
    let bytes = Array(text.utf8)
    func end() {
      lines.append(String(decoding: current, as: UTF8.self))
      current.removeAll(keepingCapacity: true)
    }
    for (index, byte) in bytes.enumerated() {
      let next = index + 1 < bytes.count ? bytes[index + 1] : nil
      if byte == 0x0D, next == 0x0A { continue }
      if byte == 0x0A || byte == 0x0D {
        end()
        continue
      }
      let isPlain = isPlain(byte, isLast: next == nil || next == 0x0A || next == 0x0D)
      if current.count + (isPlain ? 1 : 3) > 75 {
        current.append(UInt8(ascii: "="))
        end()
      }
      if isPlain {
        current.append(byte)
      } else {
        current.append(UInt8(ascii: "="))
        current.append(hex[Int(byte >> 4)])
        current.append(hex[Int(byte & 15)])
      }
    }
    end()
    return lines
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
