import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Values

/// The gateway and the place of bills, over HTTP.
struct AlipayEndpoints: Sendable {
  private static let largestBody = 256 * 1024

  let account: AlipayAccount
  let core: SandboxCore
  private let gate: AlipayGate
  private let desk: AlipayDesk

  init(account: AlipayAccount, core: SandboxCore) {
    self.account = account
    self.core = core
    gate = AlipayGate(account: account)
    desk = AlipayDesk(core: core, account: account)
  }

  func add(to router: Router<BasicRequestContext>) {
    router.get("alipay/gateway.do") { request, _ in try await gateway(request) }
    router.post("alipay/gateway.do") { request, _ in try await gateway(request) }
    router.get("alipay/bill/:token") { _, context in
      try await bill(context.parameters.get("token") ?? "")
    }
  }

  // MARK: The gateway

  private func gateway(_ request: Request) async throws -> Response {
    guard let body = try? await request.body.collect(upTo: Self.largestBody) else {
      return Response(status: .contentTooLarge)
    }
    let parameters: [String: String]
    do throws(AlipayRefusal) {
      parameters = try Self.parameters(query: request.uri.query ?? "", form: Array(buffer: body))
    } catch {
      return Self.json(gate.unsigned(error))
    }
    let method = parameters["method"] ?? ""
    return try await core.answer(.alipay, method) {
      do throws(AlipayRefusal) {
        let content = try gate.open(parameters)
        return try await answer(parameters, content, isChinese: !Self.prefersEnglish(request))
      } catch {
        // A browser is told in words.
        if AlipayDesk.pages.contains(method) { return CashierPages.page(.ok, CashierPage.failed(error.subCode)) }
        return Self.json(gate.unsigned(error))
      }
    }
  }

  private func answer(
    _ parameters: [String: String], _ content: AlipayContent, isChinese: Bool
  ) async throws(AlipayRefusal) -> Response {
    let method = parameters["method"] ?? ""
    do {
      if AlipayDesk.pages.contains(method) {
        let trade = try await desk.open(content, parameters, language: isChinese ? .zhHans : .en)
        return CashierPages.redirect(to: core.cashier(of: trade))
      }
      let members = try await desk.answer(method, content, parameters)
      return Self.json(try signed(method, [("code", .text("10000")), ("msg", .text("Success"))] + members, parameters))
    } catch let refusal as AlipayRefusal {
      if AlipayDesk.pages.contains(method) { throw refusal }
      return Self.json((try? signed(method, refusal.members, parameters)) ?? gate.unsigned(refusal))
    } catch {
      core.logger.error("The sandbox failed", metadata: ["call": "\(method)", "error": "\(error)"])
      throw AlipayRefusal.gateway("20000", "isp.unknow-error", "系统繁忙")
    }
  }

  private func signed(
    _ method: String, _ members: [(String, AlipayWire.Value)], _ parameters: [String: String]
  ) throws -> String {
    let isUnsigned = core.faults.take(.unsignedAnswer, at: .alipay, call: method) != nil
    let text = try gate.signed(
      method, members, withCertificate: parameters["app_cert_sn"] != nil, isUnsigned: isUnsigned)
    guard core.faults.take(.tamperedAnswer, at: .alipay, call: method) != nil else { return text }
    return text.replacing("\"code\":\"", with: "\"code\" :\"", maxReplacements: 1)
  }

  /// Of the query and the form together: clients send them either way.
  static func parameters(query: String, form: [UInt8]) throws(AlipayRefusal) -> [String: String] {
    guard let asked = FormText.pairs(query.utf8), let sent = FormText.pairs(form) else {
      throw .gateway("40002", "isv.invalid-encoding", "参数编码错误")
    }
    var parameters: [String: String] = [:]
    for pair in asked + sent where parameters.updateValue(pair.value, forKey: pair.name) != nil {
      throw .gateway("40002", "isv.invalid-parameter", "参数重复")
    }
    return parameters
  }

  private static func prefersEnglish(_ request: Request) -> Bool {
    request.headers[.acceptLanguage]?.lowercased().hasPrefix("en") ?? false
  }

  private static func json(_ text: String) -> Response {
    Response(
      status: .ok, headers: [.contentType: "application/json;charset=utf-8", .cacheControl: "no-store"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }

  // MARK: Bills

  private func bill(_ token: String) async throws -> Response {
    try await core.answer(.alipay, "bill") {
      guard let file = try await desk.billFile(token) else {
        return Response(
          status: .forbidden, headers: [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"],
          body: ResponseBody(byteBuffer: ByteBuffer(string: "<html><body>The address has expired.</body></html>")))
      }
      var headers: HTTPFields = [.contentType: "application/octet-stream", .cacheControl: "no-store"]
      headers[.contentDisposition] = "attachment; filename=\"bill.csv.zip\""
      return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: file)))
    }
  }
}
