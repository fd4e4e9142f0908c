import Foundation
import Values

/// Speaks to Kuaidi100: subscriptions with pushes (section 5.2 of its documentation), and questions (5.1).
public struct Kuaidi100: ParcelTracker {
  /// The service's own place.
  public static let address = "https://poll.kuaidi100.com"

  private let baseURL: String
  private let customer: String
  private let key: String
  private let http: any TrackerHTTP

  /// - Parameters:
  ///   - baseURL: without a slash at the end.
  ///   - customer: the company's identity there.
  ///   - key: shared with it, a secret.
  public init(baseURL: String, customer: String, key: String, http: any TrackerHTTP) {
    self.baseURL = baseURL
    self.customer = customer
    self.key = key
    self.http = http
  }

  public func subscribe(_ wish: TrackingWish) async throws {
    let form = Kuaidi100Form.subscription(wish, key: key)
    let bytes = try await http.post(form, to: "\(baseURL)/poll")
    let answer = try Self.decoded(Kuaidi100Answer.Subscription.self, bytes)
    switch answer.returnCode {
    // 501: it has been asked already.
    case "200", "501": return
    case "600", "601": throw TrackerFault.notAllowed(code: answer.returnCode)
    case "700", "701", "702": throw TrackerFault.declined(code: answer.returnCode)
    default: throw TrackerFault.unreachable("code \(answer.returnCode)")
    }
  }

  public func query(_ wish: TrackingWish) async throws -> TrackingReport? {
    let form = Kuaidi100Form.question(wish, customer: customer, key: key)
    let bytes = try await http.post(form, to: "\(baseURL)/poll/query.do")
    let answer = try Self.decoded(Kuaidi100Answer.Result.self, bytes)
    if answer.status == "200", answer.result != false { return answer.report(isLast: false, isGivenUp: false) }
    switch answer.returnCode ?? answer.status ?? "" {
    // Nothing is known of a fresh parcel.
    case "500": return nil
    case "503", "601", "400": throw TrackerFault.notAllowed(code: answer.returnCode ?? "")
    case "408": throw TrackerFault.declined(code: "408")
    case let code: throw TrackerFault.unreachable("code \(code)")
    }
  }

  public func report(_ push: RawPush, salt: String) throws -> TrackingReport {
    guard Kuaidi100Sign.isOf(push.param, salt: salt, push.sign) else { throw TrackerFault.untrue("signature") }
    let told: Kuaidi100Answer.Push
    do {
      told = try JSONDecoder().decode(Kuaidi100Answer.Push.self, from: Data(push.param.utf8))
    } catch {
      throw TrackerFault.untrue("\(error)")
    }
    return told.lastResult.report(isLast: told.status == "shutdown", isGivenUp: told.status == "abort")
  }

  public var acknowledgement: PushAnswer {
    PushAnswer(
      contentType: "application/json; charset=utf-8",
      body: #"{"result":true,"returnCode":"200","message":"成功"}"#)
  }

  private static func decoded<Answer: Decodable>(_ type: Answer.Type, _ bytes: [UInt8]) throws -> Answer {
    do { return try JSONDecoder().decode(type, from: Data(bytes)) } catch {
      throw TrackerFault.unreachable("an answer that can't be read")
    }
  }
}
