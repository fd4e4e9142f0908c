@testable import App

/// What programs of staff read of what the desks show.
extension StatementBudgetTests {
  /// By the name of the page that shows the same.
  private static let ofThingsMost = ["a customer": 26, "a payment": 12, "a ledger": 15]
  private static let listed = [
    "refunds?product=pot&amountFrom=1": 12, "refunds/records": 8, "refunds/records?product=pot&amountFrom=1": 12,
    "transactions?amountFrom=1": 8, "transactions/refunds": 8, "today": 18,
  ]

  /// - Parameter things: the addresses of pages that each show one thing, by name.
  static func deskAnswers(_ things: [String: String]) -> [(name: String, page: Budget)] {
    let lists = listed.map { list -> (name: String, page: Budget) in
      (list.key, Budget(address: "/api/v1/admin/\(list.key)", most: list.value))
    }
    let details = ofThingsMost.compactMap { name, most -> (name: String, page: Budget)? in
      things[name].map { page in
        // The page of a customer has more than the answer of the same name.
        let address = name == "a customer" ? "\(page)/profile" : page
        return ("\(name) by a program", Budget(address: "/api/v1\(address)", most: most))
      }
    }
    let ofCustomer = ["orders", "notes"].compactMap { list -> (name: String, page: Budget)? in
      things["a customer"].map { ("a customer's \(list)", Budget(address: "/api/v1\($0)/\(list)", most: 10)) }
    }
    return lists + details + ofCustomer
  }

  static let ofPlatformsPrograms = [
    "merchants/standings", "applications", "applications?state=waiting", "payments/notices",
    "settlements/commissions", "reconciliation", "reconciliation/days", "reconciliation/report",
    "reconciliation/differences",
  ].map { (name: $0, page: Budget(address: "/api/v1/admin/\($0)", most: 8)) }
}
