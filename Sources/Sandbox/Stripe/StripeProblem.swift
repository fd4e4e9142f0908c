/// Why Stripe says no, shaped as it does.
struct StripeProblem: Error, Hashable, Sendable {
  let status: Int
  let type: String
  let code: String?
  let message: String
  var declineCode: String?
  var param: String?
  /// The payment that it is about, as it stands now.
  var intent: StripeValue?
  /// Whether something was tried: such an answer is kept for repeats.
  var hasBegun = false

  private init(_ status: Int, _ message: String, type: String = "invalid_request_error", code: String? = nil) {
    self.status = status
    self.type = type
    self.code = code
    self.message = message
  }

  func json(request: String) -> StripeValue {
    var error: [String: StripeValue] = [
      "type": .text(type), "message": .text(message),
      "request_log_url": .text("https://dashboard.stripe.com/test/logs/\(request)"),
    ]
    if let code {
      error["code"] = .text(code)
      error["doc_url"] = .text("https://stripe.com/docs/error-codes/\(code.replacing("_", with: "-"))")
    }
    if let declineCode { error["decline_code"] = .text(declineCode) }
    if let param { error["param"] = .text(param) }
    if let intent { error["payment_intent"] = intent }
    return ["error": .object(error)]
  }

  // MARK: Who asks, and how

  static let unreadable = StripeProblem(400, "The request can't be read as a form.")
  static let tooLarge = StripeProblem(413, "Request entity too large.")
  static let noKey = StripeProblem(
    401,
    "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth "
      + "(e.g. 'Authorization: Bearer YOUR_SECRET_KEY').")
  /// Says nothing of the key that was given.
  static let wrongKey = StripeProblem(401, "Invalid API Key provided.")
  static let broken = StripeProblem(500, "An unknown error occurred.", type: "api_error")
  static let away = StripeProblem(503, "Stripe is temporarily unavailable.", type: "api_error")

  static func unknownVersion(_ version: String) -> StripeProblem {
    StripeProblem(400, "Invalid Stripe API version: \(version.prefix(40))")
  }

  static func unknownAddress(_ method: String, _ path: String) -> StripeProblem {
    StripeProblem(
      404, "Unrecognized request URL (\(method): \(path.prefix(200))). Please see https://stripe.com/docs.")
  }

  // MARK: What is asked

  static func missing(_ param: String) -> StripeProblem {
    var problem = StripeProblem(400, "Missing required param: \(param).", code: "parameter_missing")
    problem.param = param
    return problem
  }

  static func unknownParameter(_ param: String) -> StripeProblem {
    var problem = StripeProblem(400, "Received unknown parameter: \(param)", code: "parameter_unknown")
    problem.param = param
    return problem
  }

  static func invalid(_ param: String, _ message: String, code: String? = nil) -> StripeProblem {
    var problem = StripeProblem(400, message, code: code)
    problem.param = param
    return problem
  }

  /// - Parameter kind: `payment_intent`.
  /// - Parameter status: 404 where the address names it, 400 where a parameter does.
  static func missingResource(_ kind: String, _ id: String, param: String? = nil) -> StripeProblem {
    var problem = StripeProblem(
      param == nil ? 404 : 400, "No such \(kind): '\(id.prefix(80))'", code: "resource_missing")
    problem.param = param ?? "id"
    return problem
  }

  // MARK: How things stand

  /// Something stands otherwise than the request needs.
  static func state(_ message: String, code: String? = nil, param: String? = nil) -> StripeProblem {
    var problem = StripeProblem(400, message, code: code)
    problem.param = param
    problem.hasBegun = true
    return problem
  }

  static func declined(_ reason: String, intent: StripeValue) -> StripeProblem {
    var problem = StripeProblem(402, "Your card was declined.", type: "card_error", code: "card_declined")
    problem.declineCode = reason
    problem.intent = intent
    problem.hasBegun = true
    return problem
  }

  // MARK: Repeats

  static func otherParameters(_ key: String) -> StripeProblem {
    StripeProblem(
      400,
      "Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a "
        + "key other than '\(key)' if you meant to execute a different request.",
      type: "idempotency_error")
  }

  static func running(_ key: String) -> StripeProblem {
    StripeProblem(
      409,
      "There is currently another in-progress request using this Idempotent Key (that probably means you submitted "
        + "twice, and the other request is still going through): \(key). Please try again later.",
      code: "idempotency_key_in_use")
  }
}
