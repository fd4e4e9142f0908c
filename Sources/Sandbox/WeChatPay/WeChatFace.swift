import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Signatures
import Values

/// The shop as WeChat Pay knows it, and what WeChat Pay answers over HTTP: at the addresses that the real one has.
struct WeChatFace: SandboxAccount {
  private static let largestBody = 64 * 1024

  static let brand = Brand.wechat

  let account: WeChatAccount
  let signers: WeChatSigners
  private let bills = WeChatBills()
  private let logIn: WeChatLogIn

  init(_ keys: inout KeyRing) throws {
    account = try WeChatAccount(&keys)
    signers = WeChatSigners(account)
    logIn = WeChatLogIn(appID: account.appID, secret: account.appSecret)
    // `wechat.signs`: serials, or the first letters of them, with spaces between: what notices are signed with in turn.
    guard let names = keys.given("wechat.signs") else { return }
    let serials = names.split(separator: " ").map { name in
      account.keys.first { $0.serial.hasPrefix(name) }?.serial ?? ""
    }
    guard signers.sign(with: serials) else { throw SandboxFault.unreadableKey(name: "wechat.signs") }
  }

  var voice: any ProviderVoice { WeChatVoice(account: account, signers: signers) }

  func settings(at address: String) -> [String: String] {
    var settings = [
      "merchantID": account.merchantID, "appID": account.appID, "appSecret": account.appSecret,
      "certificateSerial": account.certificateSerial, "apiKey": account.apiKeyText, "baseURL": address,
    ]
    settings["privateKey"] = account.merchantPrivateKey?.bareText
    settings["publicKeyID"] = account.publicKey?.serial
    settings["publicKey"] = account.publicKey?.privateKey.publicKey.bareText
    return settings
  }

  func add(to router: Router<BasicRequestContext>, _ core: SandboxCore) {
    let desk = WeChatDesk(account: account, signers: signers, bills: bills, core: core)
    for method in [HTTPRequest.Method.get, .post, .put, .patch, .delete] {
      router.on("v3/**", method: method) { request, context in await Self.answer(request, context, desk) }
    }
    router.get("sns/jscode2session") { request, _ in
      let body = try Message.encode(logIn.answer(WeChatPath(request.head.path ?? "")))
      return Response(
        status: .ok, headers: [.contentType: "text/plain"], body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
    WeChatBuyer(account: account, core: core).add(to: router)
  }

  private static func answer(
    _ request: Request, _ context: BasicRequestContext, _ desk: WeChatDesk
  ) async -> Response {
    let (fields, method, path) = (request.headers, request.method.rawValue, request.head.path ?? "")
    do {
      return try await desk.core.answer(.wechat, path) {
        let body: [UInt8]
        do {
          body = Array(buffer: try await request.body.collect(upTo: largestBody))
        } catch {
          return problem(WeChatProblem(413, "PARAM_ERROR", "请求体过大"))
        }
        let answer = try await desk.answer(
          WeChatDesk.Call(method: method, path: path, body: body) { name in
            HTTPField.Name(name).flatMap { fields[$0] }
          })
        return response(answer)
      }
    } catch {
      context.logger.error("The sandbox failed", metadata: ["error": "\(error)"])
      return problem(.broken)
    }
  }

  private static func problem(_ problem: WeChatProblem) -> Response {
    response(
      WeChatDesk.Answer(
        status: problem.status, headers: [("content-type", "application/json")], body: problem.body))
  }

  private static func response(_ answer: WeChatDesk.Answer) -> Response {
    var headers: HTTPFields = [.cacheControl: "no-store"]
    func add(_ name: String, _ value: String) {
      if let name = HTTPField.Name(name) { headers[name] = value }
    }
    for header in answer.headers { add(header.name, header.value) }
    // Some clients believe no answer without it.
    add("request-id", "\(Random.digits(30))-\(Random.digits(9))")
    return Response(
      status: HTTPResponse.Status(code: answer.status), headers: headers,
      body: answer.body.isEmpty ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
  }
}
