import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Values

/// The tracking service that the shop's server calls, spoken as Kuaidi100 speaks.
struct TrackingEndpoints: Sendable {
  private static let largestBody = 64 * 1024
  /// Carriers that tell only those who know the recipient's number.
  private static let asking: Set = ["shunfeng", "zhongtong"]

  private struct Subscription: Decodable {
    struct Parameters: Decodable {
      let callbackurl: String
      let salt: String?
    }
    let company: String
    let number: String
    let key: String
    let parameters: Parameters
  }

  private struct Question: Decodable {
    let com: String
    let num: String
    let phone: String?
  }

  private struct Verdict: Encodable {
    let result: Bool
    let returnCode: String
    let message: String
  }

  let book: ParcelBook
  /// Who may ask, and what both sign with.
  let customer: String
  let key: String

  func add(to router: Router<BasicRequestContext>) {
    router.post("kuaidi100/poll") { request, _ in await answer(request, subscription) }
    router.post("kuaidi100/poll/query.do") { request, _ in await answer(request, question) }
  }

  /// - Parameter body: a form; the answer is JSON.
  func subscription(_ body: [UInt8]) async throws -> [UInt8] {
    try Message.encode(await subscribe(ParcelForm.fields(body)))
  }

  func question(_ body: [UInt8]) async throws -> [UInt8] { try Message.encode(await query(ParcelForm.fields(body))) }

  private func subscribe(_ fields: [String: String]) async throws -> any Encodable {
    guard fields["schema"] == "json", let wish = Self.decoded(Subscription.self, fields["param"]) else {
      return Verdict(result: false, returnCode: "700", message: "订阅参数错误")
    }
    guard wish.key == key else { return Verdict(result: false, returnCode: "600", message: "您不是合法的订阅者") }
    let isNew = try await book.subscribe(
      ParcelBook.Key(company: wish.company, number: wish.number),
      SandboxParcel.Subscription(callback: wish.parameters.callbackurl, salt: wish.parameters.salt ?? ""))
    return isNew
      ? Verdict(result: true, returnCode: "200", message: "提交成功")
      : Verdict(result: false, returnCode: "501", message: "重复订阅")
  }

  private func query(_ fields: [String: String]) async throws -> any Encodable {
    let param = fields["param"] ?? ""
    guard fields["customer"] == customer, fields["sign"] == ParcelForm.digest(param + key + customer) else {
      return Verdict(result: false, returnCode: "503", message: "验证签名失败")
    }
    guard let question = Self.decoded(Question.self, param) else {
      return Verdict(result: false, returnCode: "400", message: "提交的数据不完整")
    }
    if Self.asking.contains(question.com), (question.phone ?? "").isEmpty {
      return Verdict(result: false, returnCode: "408", message: "快递公司要求提供收/寄件人电话号码")
    }
    guard let parcel = try await book.question(ParcelBook.Key(company: question.com, number: question.num)) else {
      return Verdict(result: false, returnCode: "500", message: "查询无结果，请隔段时间再查")
    }
    return ParcelResult(parcel)
  }

  private static func decoded<Value: Decodable>(_ type: Value.Type, _ text: String?) -> Value? {
    text.flatMap { try? JSONDecoder().decode(type, from: Data($0.utf8)) }
  }

  private func answer(
    _ request: Request, _ work: ([UInt8]) async throws -> [UInt8]
  ) async -> Response {
    do {
      let body = try await request.body.collect(upTo: Self.largestBody)
      return Self.json(.ok, try await work(Array(buffer: body)))
    } catch {
      let verdict = Verdict(result: false, returnCode: "700", message: "订阅参数错误")
      return Self.json(.ok, (try? Message.encode(verdict)) ?? [])
    }
  }

  private static func json(_ status: HTTPResponse.Status, _ body: [UInt8]) -> Response {
    Response(
      status: status, headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
  }
}
