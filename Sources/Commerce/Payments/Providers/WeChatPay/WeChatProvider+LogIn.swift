import Foundation
import Values

extension WeChatProvider {
  /// What is said of a code: no code of ours, or spent, or a person whom WeChat keeps from logging in, or one that asks too
  /// often.
  private static let aboutPayers: Set = [40029, 40163, 40226, 45011]

  /// Throws `ProviderFault.payerUnknown`, `.turnedAway` with `appSecret` where none is set up, so that a fresh code helps as
  /// little, and others before anything was asked of WeChat Pay.
  func openID(of client: PayingClient) async throws -> String {
    if let openID = client.openID { return openID }
    guard let code = client.logInCode else { throw ProviderFault.refused(code: "openid") }
    guard let secret = configuration.appSecret else { throw ProviderFault.turnedAway(code: "appSecret") }
    return try await logIn(code, secret)
  }

  /// Of what is answered the buyer's identity alone is read: the key of their session is neither kept nor passed on.
  private func logIn(_ code: String, _ secret: String) async throws -> String {
    let question = [
      ("appid", configuration.appID), ("secret", secret), ("js_code", code), ("grant_type", "authorization_code"),
    ].map { "\($0.0)=\(FormText.percentEscaped($0.1))" }.joined(separator: "&")
    let call = ProviderCall(
      method: "GET", url: "\(configuration.programURL)/sns/jscode2session?\(question)",
      headers: [("accept", "application/json"), ("user-agent", "Martlet")], body: [])
    let answer: ProviderAnswer
    do {
      answer = try await gateway.http.send(call)
    } catch ProviderFault.outcomeUnknown {
      // Whatever became of the code, WeChat Pay wasn't asked. What went wrong isn't told: it may name the address.
      throw ProviderFault.unreachable("the log-in of mini-programs")
    }
    // It answers 200 to everything that it understands, as text/plain.
    guard answer.status == 200,
      let told = try? JSONDecoder().decode(WeChatMessage.LogIn.self, from: Data(answer.body))
    else { throw ProviderFault.unreachable("the log-in of mini-programs: status \(answer.status)") }
    switch told.errcode ?? 0 {
    case 0: break
    case let number where Self.aboutPayers.contains(number): throw ProviderFault.payerUnknown(code: "\(number)")
    case -1: throw ProviderFault.unreachable("the log-in of mini-programs is busy")
    case let number: throw ProviderFault.turnedAway(code: "\(number)")
    }
    guard let openID = told.openid, (1...128).contains(openID.utf8.count) else {
      throw ProviderFault.unreachable("the log-in of mini-programs names nobody")
    }
    return openID
  }
}
