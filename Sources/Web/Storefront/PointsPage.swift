import Accounts
import Flows
import Hummingbird
import Orders
import Pages
import Pricing
import Values

/// `/account/points`: what a buyer has of points, and every movement of them.
public struct PointsPage: Sendable {
  private static let perPage = 30

  private let maker: PageMaker
  private let currency: Currency
  private var work: WorkPoints { maker.flows.workPoints }

  /// - Parameter currency: what points are worth some of.
  public init(_ maker: PageMaker, currency: Currency) {
    self.maker = maker
    self.currency = currency
  }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/account/points") { request, context in
      let account = try context.visit.requireAccount()
      let words = maker.frame.words(context.visit.language)
      let after = Form(query: request)["after"].flatMap { Cursor($0) }
      let page = try await work.entries(of: account.id, PageRequest(limit: Self.perPage, after: after))
      let balance = try await work.balance(of: account.id)
      let lines = try await PointLines(page.items, contexts: maker.contexts, words: words)
      var model: Model = [
        "balance": String(balance), "entries": lines.models(address: Addresses.order),
        "hasEntries": !page.items.isEmpty, "rules": rules(words),
      ]
      if balance < 0 { model["owedText"] = words.phrase("points.owed") }
      if balance > 0, work.areOn {
        model["worthText"] = words.phrase(
          "points.worth", ["amount": Format(words.language).money(work.rules.worth(of: balance, in: currency))])
      }
      if let next = page.next { model["nextURL"] = Addresses.with([("after", next.description)], Addresses.points) }
      let head = PageFrame.Head(title: words["points.heading"] ?? "")
      return try await maker.page("points", head, model, request, context)
    }
  }

  private func rules(_ words: Words) -> String {
    guard work.areOn else { return words.phrase("points.off") }
    let (rules, format) = (work.rules, Format(words.language))
    let unit = PointTerms(earned: 1, perUnit: 1).worth(of: 1, in: currency)
    return words.phrase(
      "points.rules",
      [
        "earned": String(rules.earned), "unit": format.money(unit), "perUnit": String(rules.perUnit),
        "percent": String(rules.mostPercent),
      ])
  }
}
