import Configuration
import Orders
import Values

/// Settings under `review`: which paid orders a person looks at, and how long a buyer may take to pay for a change.
struct ReviewSection: Sendable {
  /// 0 turns the rule off; so with the next two.
  var newAccountHours: Int
  var oddQuantity: Int
  var failedPayments: Int
  var holdsNewPlaces: Bool
  var differenceHours: Int

  init(_ reader: ConfigReader) throws {
    newAccountHours = try Settings.number(reader, "review.newAccountHours", default: 24, in: 0...8760)
    oddQuantity = try Settings.number(reader, "review.oddQuantity", default: 50, in: 0...9999)
    failedPayments = try Settings.number(reader, "review.failedPayments", default: 3, in: 0...100)
    holdsNewPlaces = try Settings.flag(reader, "review.holdsNewPlaces", default: true)
    differenceHours = try Settings.number(reader, "review.differenceHours", default: 72, in: 1...360)
  }

  func screening(upTo limit: Money?) -> Screening {
    var rules: [any ScreeningRule] = []
    if newAccountHours > 0 { rules.append(NewAccountRule(youngerThan: .hours(newAccountHours))) }
    if oddQuantity > 0 { rules.append(OddQuantityRule(from: oddQuantity)) }
    if holdsNewPlaces { rules.append(NewPlaceRule()) }
    if failedPayments > 0 { rules.append(FailedPaymentsRule(from: failedPayments)) }
    return Screening(limit: limit, rules: rules)
  }
}
