import Crypto
import Foundation
import Synchronization
import Values

/// The log-in of a mini-program: says whose code it is. Any code is taken, once; those that begin alike up to a point (`ann.1`,
/// `ann.2`) are of the same person.
final class WeChatLogIn: Sendable {
  private let appID: String
  private let secret: String
  private let used = Mutex<Set<String>>([])

  init(appID: String, secret: String) {
    self.appID = appID
    self.secret = secret
  }

  func answer(_ asked: WeChatPath) -> WeChatMessages.Session {
    let question = asked.question
    guard let appID = question["appid"], !appID.isEmpty else { return no(41002, "appid missing") }
    guard let secret = question["secret"], !secret.isEmpty else { return no(41004, "appsecret missing") }
    guard let code = question["js_code"], !code.isEmpty else { return no(41008, "missing code") }
    guard appID == self.appID else { return no(40013, "invalid appid") }
    guard secret == self.secret else { return no(40125, "invalid appsecret") }
    guard question["grant_type"] == "authorization_code", code.utf8.count <= 128,
      used.withLock({ $0.insert(code).inserted })
    else { return no(40029, "invalid code") }
    let person = code.split(separator: ".").first.map(String.init) ?? code
    return WeChatMessages.Session(
      openid: "o\(Hex.text(SHA256.hash(data: Data("\(appID) \(person)".utf8))).prefix(27))",
      session_key: Data((0..<16).map { _ in UInt8.random(in: .min ... .max) }).base64EncodedString())
  }

  private func no(_ code: Int, _ words: String) -> WeChatMessages.Session {
    WeChatMessages.Session(errcode: code, errmsg: words)
  }
}
