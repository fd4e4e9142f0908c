import Values

/// What is bought at a session.
struct StripeCart {
  let currency: Currency
  /// Minor units.
  let total: Int64
  let subject: String
  let quantity: Int64

  init(_ form: StripeForm) throws(StripeProblem) {
    var (total, quantity): (Int64, Int64) = (0, 0)
    var (names, currencies): ([String], [Currency]) = ([], [])
    for number in form.names(under: "line_items") {
      if let price = form["line_items", number, "price"] {
        throw .missingResource("price", price, param: "line_items[\(number)][price]")
      }
      currencies.append(try form.currency("line_items", number, "price_data", "currency"))
      let each = try form.amount("line_items", number, "price_data", "unit_amount")
      let count = form["line_items", number, "quantity"] == nil ? 1 : try form.amount("line_items", number, "quantity")
      let (cost, isTooLarge) = each.multipliedReportingOverflow(by: count)
      guard !isTooLarge, cost <= StripeForm.largestAmount - total else { throw StripeForm.tooMuch("line_items") }
      total += cost
      quantity += count
      names.append(try form.needed("line_items", number, "price_data", "product_data", "name"))
    }
    guard let currency = currencies.first else { throw .missing("line_items") }
    guard currencies.allSatisfy({ $0 == currency }) else {
      throw .invalid("line_items", "All line items must have the same currency.")
    }
    self.currency = currency
    self.total = total
    self.quantity = quantity
    subject = names.joined(separator: ", ")
  }
}

extension StripeForm {
  /// Eight digits, as Stripe has it for most currencies.
  static let largestAmount: Int64 = 99_999_999
  private static let currencies = ["CNY", "EUR", "GBP", "HKD", "JPY", "USD"]

  static func tooMuch(_ param: String) -> StripeProblem {
    .invalid(param, "Amount must be no more than 999,999.99", code: "amount_too_large")
  }

  func amount(_ path: String...) throws(StripeProblem) -> Int64 {
    guard let number = try integer(path) else { throw .missing(Self.name(path)) }
    guard number >= 1 else {
      throw .invalid(
        Self.name(path), "This value must be greater than or equal to 1.", code: "parameter_invalid_integer")
    }
    guard number <= Self.largestAmount else { throw Self.tooMuch(Self.name(path)) }
    return number
  }

  func currency(_ path: String...) throws(StripeProblem) -> Currency {
    guard let text = self[path] else { throw .missing(Self.name(path)) }
    guard let currency = Currency(text), Self.currencies.contains(currency.code) else {
      throw .invalid(
        Self.name(path),
        "Invalid currency: \(text.prefix(20)). Stripe currently supports these currencies: "
          + Self.currencies.map { $0.lowercased() }.joined(separator: ", "))
    }
    return currency
  }

  func text(_ name: String, upTo limit: Int) throws(StripeProblem) -> String? {
    guard let text = self[name] else { return nil }
    guard text.count <= limit else {
      throw .invalid(name, "Invalid string: must be at most \(limit) characters")
    }
    return text
  }

  /// `{CHECKOUT_SESSION_ID}` may stand in it.
  func webAddress(_ param: String, _ text: String) throws(StripeProblem) -> String {
    guard PaymentWish.isWebAddress(text.replacing("{CHECKOUT_SESSION_ID}", with: "cs")) else {
      throw .invalid(param, "Not a valid URL", code: "url_invalid")
    }
    return text
  }

  /// 30 minutes to a day from now; a day where nothing is said.
  func expiry(from now: Timestamp) throws(StripeProblem) -> Timestamp {
    guard let seconds = try integer("expires_at") else { return now.adding(.hours(24)) }
    guard seconds >= now.seconds + 30 * 60 else {
      throw .invalid(
        "expires_at", "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.")
    }
    guard seconds <= now.seconds + 24 * 3600 else {
      throw .invalid(
        "expires_at", "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.")
    }
    return Timestamp(milliseconds: seconds * 1000)
  }
}
