import Accounts
import HTTPTypes
import Hummingbird

/// What an endpoint is: the one source of its route, its checks, its entry in the OpenAPI document and the docs.
public struct APIDescription: Sendable {
  /// Who may call.
  public enum Access: Hashable, Sendable {
    case everyone
    /// Someone with a cart or history: an account or a device.
    case visitor
    case account
    /// A program with a token of staff that has one of these rights; any token where there are none.
    case staff(Set<StaffRight>)
  }

  public enum Group: String, CaseIterable, Sendable {
    case catalogue = "Catalogue"
    case cart = "Cart"
    case orders = "Checkout and orders"
    case refunds = "Refunds and returns"
    case account = "Account"
    case staffOrders = "Staff orders"
    case staffRefunds = "Staff refunds"
    case staffMoney = "Staff money"
    case staffGoods = "Staff goods"
    case staffContent = "Staff content"
    case staffPeople = "Staff people"
    case staffFigures = "Staff figures"
    case staffFacts = "Staff facts"
    case document = "Document"
  }

  public struct Parameter: Sendable {
    public enum Place: String, Sendable { case path, query, header }

    public let name: String
    public let place: Place
    public let schema: Schema
    public let isRequired: Bool
    public let summary: String
  }

  public struct Answer: Sendable {
    public let status: HTTPResponse.Status
    public fileprivate(set) var summary: String
    /// A name of `APISchemas`; nil for an answer without a body, or with a file.
    public let schema: String?
    /// The types that a file that is answered may have, in place of JSON or beside it; none for JSON alone and for nothing.
    public fileprivate(set) var media: [String] = []
  }

  /// A file that is sent as it is, in place of JSON.
  public struct SentFile: Sendable {
    /// Media types that it may have: `text/csv`.
    public let types: [String]
    /// Bytes.
    public let most: Int
  }

  public let method: HTTPRequest.Method
  /// Below `/api/v1`, with `{name}` for what varies.
  public let path: String
  public let group: Group
  public let summary: String
  public let access: Access
  /// What varies in the path, in order.
  public let pathNames: [String]
  public private(set) var parameters: [Parameter]
  /// A name of `APISchemas`.
  public private(set) var body: String?
  /// What is sent in place of JSON.
  public private(set) var file: SentFile?
  /// Whether pictures may come with the body, in a form.
  public private(set) var takesPictures = false
  public private(set) var answers: [Answer]
  /// Codes of the refusals that are worth handling.
  public private(set) var refusals: [String] = []
  /// Whether it does no more when it is sent again, whatever its key is.
  public private(set) var isRepeatable = false
  /// Whether its answer may be kept for whoever sends the request again.
  public private(set) var isKept = true

  init(
    _ method: HTTPRequest.Method, _ path: String, _ group: Group, _ summary: String, access: Access = .everyone,
    answers status: HTTPResponse.Status = .ok, with schema: String? = nil
  ) {
    self.method = method
    self.path = path
    self.group = group
    self.summary = summary
    self.access = access
    pathNames = path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
    parameters = pathNames.map {
      Parameter(name: $0, place: .path, schema: .text, isRequired: true, summary: "")
    }
    answers = [Answer(status: status, summary: Self.words(status), schema: schema, media: [])]
    if method == .post {
      parameters.append(
        Parameter(
          name: "Idempotency-Key", place: .header, schema: .text, isRequired: false,
          summary:
            "Up to 100 characters. A request sent again with the same key, address and body gets the first one's "
            + "answer and acts no more: for 24 hours, for the caller's last 200 keys, and as long as the server runs. "
            + "Orders and payments never double even beyond that."))
    }
    if access == .visitor { parameters.append(Self.device) }
    if case .staff = access { refusals = ["tokenNeeded", "badToken", "notAllowed", "tooManyRequests"] }
  }

  /// Compares with the `ETag` of an answer before anything is changed.
  func matching() -> APIDescription {
    var copy = self
    copy.parameters.append(
      Parameter(
        name: "If-Match", place: .header, schema: .text, isRequired: false,
        summary: "The `ETag` of what was read: refused with 412 when it has changed since."))
    copy.refusals.append("changedMeanwhile")
    return copy
  }

  private static let device = Parameter(
    name: "Martlet-Device", place: .header, schema: .text(pattern: "^[A-Za-z0-9_-]{32,64}$"), isRequired: false,
    summary: "A random mark of the client, for those who aren't logged in.")

  func taking(_ body: String) -> APIDescription {
    var copy = self
    copy.body = body
    return copy
  }

  /// Takes a file of one of these types, of so many bytes at most.
  func bringing(_ types: [String], upTo most: Int) -> APIDescription {
    var copy = self
    copy.file = SentFile(types: types, most: most)
    copy.refusals += ["wrongBodyType", "bodyTooLarge"]
    return copy
  }

  /// Answers a file of one of these types.
  func giving(_ media: [String]) -> APIDescription {
    var copy = self
    copy.answers = answers.map { answer in
      var answer = answer
      answer.media = media
      return answer
    }
    return copy
  }

  /// The whole list may be asked for as a file.
  func exporting() -> APIDescription {
    var copy = giving([ListFile.type])
    copy.answers = copy.answers.map { answer in
      var answer = answer
      answer.summary += "; the whole list as a file where `Accept` is `\(ListFile.type)`"
      return answer
    }
    return copy
  }

  /// The body may come in a form as well, with pictures beside it.
  func takingPictures() -> APIDescription {
    var copy = self
    copy.takesPictures = true
    return copy
  }

  /// Takes note of the device where there is one.
  func noting() -> APIDescription {
    var copy = self
    copy.parameters.append(Self.device)
    return copy
  }

  func query(_ name: String, _ schema: Schema = .text, _ summary: String) -> APIDescription {
    var copy = self
    copy.parameters.append(
      Parameter(name: name, place: .query, schema: schema, isRequired: false, summary: summary))
    return copy
  }

  func refusing(_ codes: String...) -> APIDescription {
    var copy = self
    copy.refusals += codes
    return copy
  }

  func repeatable() -> APIDescription {
    var copy = self
    copy.isRepeatable = true
    return copy
  }

  /// Its answer has a secret in it, so that it isn't kept for a request that is sent twice.
  func unkept() -> APIDescription {
    var copy = self
    copy.isKept = false
    copy.parameters.removeAll { $0.name == "Idempotency-Key" }
    return copy
  }

  /// `limit` and `after` of a list that is read page by page.
  func paged() -> APIDescription {
    query("limit", .integer(1...100), "How many, 1…100.").query("after", .text, "The `next` of the page before.")
  }

  func worded() -> APIDescription {
    query("lang", .choice(["en", "zh-Hans"]), "Plain texts in this language instead of both.")
  }

  public var fullPath: String { ShopAPI.root + path }
  public var creates: Bool { method == .post }
  /// Whether a request that is sent twice under one key gets the first one's answer.
  public var isOnceOnly: Bool { creates && isKept }

  private static func words(_ status: HTTPResponse.Status) -> String {
    switch status {
    case .created: "Made"
    case .accepted: "Taken"
    case .noContent: "Done"
    default: "Found"
    }
  }
}
