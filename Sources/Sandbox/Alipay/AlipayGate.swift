import Foundation
import Signatures
import Values

/// Who may speak to the gateway, and how it signs what it says.
struct AlipayGate: Sendable {
  let account: AlipayAccount

  /// Holds a request to the rules of the envelope, and hands out what is in it. Throws what the gateway says before any method
  /// is reached.
  func open(_ parameters: [String: String]) throws(AlipayRefusal) -> AlipayContent {
    func given(_ name: String) -> String? { parameters[name].flatMap { $0.isEmpty ? nil : $0 } }
    guard let method = given("method") else { throw .gateway("40001", "isv.missing-method", "缺少method参数") }
    guard let appID = given("app_id") else { throw .gateway("40001", "isv.missing-app-id", "缺少app_id参数") }
    guard appID == account.appID else { throw .gateway("40002", "isv.invalid-app-id", "无效的AppID参数") }
    guard let type = given("sign_type") else {
      throw .gateway("40001", "isv.missing-signature-type", "缺少签名类型参数")
    }
    // RSA with SHA-1 was allowed once.
    guard type == "RSA2" else { throw .gateway("40002", "isv.invalid-signature-type", "无效的签名类型") }
    guard let sign = given("sign") else { throw .gateway("40001", "isv.missing-signature", "缺少签名参数") }
    guard given("charset")?.lowercased() == "utf-8" else {
      throw .gateway("40002", "isv.invalid-charset", "无效的字符集参数")
    }
    guard given("version") == "1.0" else { throw .gateway("40001", "isv.missing-version", "缺少版本参数") }
    guard let timestamp = given("timestamp") else {
      throw .gateway("40001", "isv.missing-timestamp", "缺少时间戳参数")
    }
    guard timestamp.utf8.count == 19, Timestamp(chineseText: timestamp) != nil else {
      throw .gateway("40002", "isv.invalid-timestamp", "非法的时间戳参数")
    }
    try checkCertificates(parameters)
    guard account.appPublicKey.isValid(sign, of: Data(AlipayWire.canonical(request: parameters).utf8)) else {
      throw .gateway("40002", "isv.invalid-signature", "验签出错")
    }
    guard AlipayDesk.methods.contains(method) else {
      throw .gateway("40002", "isv.invalid-method", "不存在的方法名")
    }
    guard let content = try? JSONDecoder().decode(AlipayContent.self, from: Data((given("biz_content") ?? "{}").utf8))
    else { throw .gateway("40002", "isv.invalid-format", "业务参数格式错误") }
    return content
  }

  /// In certificate mode a request names the application's certificate and the root; in public-key mode neither.
  private func checkCertificates(_ parameters: [String: String]) throws(AlipayRefusal) {
    let (application, root) = (parameters["app_cert_sn"], parameters["alipay_root_cert_sn"])
    guard application != nil || root != nil else { return }
    guard let known = account.appCertificate?.alipaySerial, application == known else {
      throw .gateway("40002", "isv.invalid-app-cert-sn", "应用公钥证书序列号不正确")
    }
    guard root == account.rootCertificate.alipaySerial else {
      throw .gateway("40002", "isv.invalid-alipay-root-cert-sn", "支付宝根证书序列号不正确")
    }
  }

  /// The signature comes behind the object, and covers it as it is written.
  func signed(
    _ method: String, _ members: [(String, AlipayWire.Value)], withCertificate: Bool, isUnsigned: Bool = false
  ) throws -> String {
    let object = AlipayWire.object(members)
    var answer = "{\"\(method.replacing(".", with: "_"))_response\":\(object)"
    if withCertificate {
      answer += ",\"alipay_cert_sn\":\"\(account.platformCertificate.alipaySerial)\""
    }
    if !isUnsigned { answer += ",\"sign\":\"\(try account.platformKey.signature(of: Data(object.utf8)))\"" }
    return answer + "}"
  }

  /// How the gateway fails: nobody can tell who says so.
  func unsigned(_ refusal: AlipayRefusal) -> String { "{\"error_response\":\(AlipayWire.object(refusal.members))}" }
}
