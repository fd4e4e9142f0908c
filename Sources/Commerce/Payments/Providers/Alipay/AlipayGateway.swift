import Foundation
import Signatures
import Values

/// Asks the gateway, and believes only what it has signed.
struct AlipayGateway: Sendable {
  let configuration: AlipayConfiguration
  let http: any ProviderHTTP
  let clock: WallClock

  /// All parameters of a request with their signature. Values that are empty aren't sent.
  func signed(
    _ method: String, _ content: some Encodable, noticeURL: String? = nil, returnURL: String? = nil
  ) throws -> [String: String] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    var parameters = [
      "app_id": configuration.appID, "method": method, "format": "JSON", "charset": "utf-8", "sign_type": "RSA2",
      "timestamp": clock.now.chineseText, "version": "1.0",
      "biz_content": String(decoding: try encoder.encode(content), as: UTF8.self),
    ]
    parameters["notify_url"] = noticeURL
    parameters["return_url"] = returnURL
    if case .certificates(let application, _, let rootSerial) = configuration.trust {
      parameters["app_cert_sn"] = application.alipaySerial
      parameters["alipay_root_cert_sn"] = rootSerial
    }
    parameters["sign"] = try configuration.privateKey.signature(of: Data(AlipayForm.canonical(parameters).utf8))
    return parameters
  }

  /// Throws `ProviderFault`: `.refused` for a signed answer that says no for certain, `.turnedAway` for one of the gateway
  /// itself, before what was asked for was looked at.
  func call(_ method: String, _ content: some Encodable, noticeURL: String? = nil) async throws -> AlipayAnswer.Content
  {
    let form = AlipayForm.encoded(try signed(method, content, noticeURL: noticeURL))
    let answer = try await http.send(
      ProviderCall(
        method: "POST", url: configuration.gateway,
        headers: [("content-type", "application/x-www-form-urlencoded;charset=utf-8")], body: Array(form.utf8)))
    guard answer.status == 200 else { throw ProviderFault.outcomeUnknown("status \(answer.status)") }
    let content = try verified(answer.body, of: method)
    let code = content.subCode ?? content.code
    switch content.code {
    case "10000": return content
    case "40004" where !code.hasSuffix("SYSTEM_ERROR"): throw ProviderFault.refused(code: code)
    case "20001", "40001", "40002", "40003", "40006": throw ProviderFault.turnedAway(code: code)
    default: throw ProviderFault.outcomeUnknown(code)
    }
  }

  private func verified(_ body: [UInt8], of method: String) throws -> AlipayAnswer.Content {
    guard let answer = AlipayAnswer(body) else { throw ProviderFault.outcomeUnknown("an answer that can't be read") }
    let name = method.map { $0 == "." ? "_" : String($0) }.joined() + "_response"
    guard answer.name == name, let sign = answer.sign,
      configuration.keys(answer.certificateSerial).contains(where: { $0.isValid(sign, of: answer.inner) })
    else {
      // Whoever answered may say what went wrong, but not that it did.
      let code = (try? answer.content()).map { String(($0.subCode ?? $0.code).prefix(60)) } ?? ""
      throw ProviderFault.outcomeUnknown("an answer that isn't signed by Alipay: \(code)")
    }
    do {
      return try answer.content()
    } catch {
      throw ProviderFault.outcomeUnknown("an answer that can't be read")
    }
  }
}
