import Carts
import Catalog
import Flows
import Merchants
import Pages
import Pricing
import Search
import Values

/// The values of the cart page, in the names of its template.
struct CartModel {
  let view: CartView
  let delivery: CartDelivery
  let freight: FreightWords
  let words: Words
  let contexts: Contexts
  /// What the last press could not do; said beside its line, where it has one.
  var refusal: (any Refusal)?
  var form = Form()

  private var language: Language { words.language }
  private var format: Format { Format(words.language) }

  func model() async throws -> Model {
    let units = view.cart.unitCount
    var groups: [Model] = []
    for group in view.groups { groups.append(groupModel(group)) }
    var model: Model = [
      "hasLines": !view.lines.isEmpty, "groups": groups,
      "isAllTicked": Self.isTicked(view.lines), "sum": try sum(),
    ]
    if let refusal, !DiscountModel.isBeside(refusal) { model["refusal"] = said(refusal) }
    model["discounts"] = DiscountModel(words).model(delivery.discounts, of: view.cart, form, refusal, points: false)
    if !view.blocked.isEmpty {
      model["blocked"] =
        [
          "text": words.phrase("cart.blocked", count: view.blocked.count),
          "way": words.phrase("cart.leaveOut", count: view.blocked.count),
        ] as Model
    }
    if units > 0 { model["unitsText"] = words.phrase("cart.units", count: units) }
    if view.lines.isEmpty {
      let found = try await contexts.search.search(
        SearchQuery(language: language, inStockOnly: true, sort: .bestSelling, limit: 4))
      let cards = CardModels(words: words, merchants: try await contexts.merchants.merchants())
      model["hasSuggested"] = !found.cards.isEmpty
      model["suggested"] = found.cards.map(cards.model)
    }
    return model
  }

  private func groupModel(_ group: CartView.Group) -> Model {
    var model: Model = [
      "merchantID": group.merchant.id.description, "merchantName": group.merchant.name[language],
      "merchantURL": Addresses.merchant(group.merchant), "isTicked": Self.isTicked(group.lines),
      "lines": group.lines.map(line),
    ]
    if let text = freightText(group.merchant.id) { model["freightText"] = text }
    if delivery.terms[group.merchant.id] == .notDelivered { model["notDeliveredText"] = freight.notDelivered }
    return model
  }

  /// What the merchant's ticked goods cost to send, or from which sum on they travel free.
  private func freightText(_ merchant: MerchantID) -> String? {
    guard case .delivered(let from) = delivery.terms[merchant] else { return nil }
    let fee = delivery.quote?.merchants.first { $0.merchant == merchant }?.freight
    switch (fee, from) {
    case (let fee?, _) where fee.isZero: return freight.fee(fee)
    case (_, let from?): return freight.freeFrom(from)
    case (let fee?, nil): return freight.fee(fee)
    case (nil, nil): return nil
    }
  }

  /// Whether all that can be ticked is.
  private static func isTicked(_ lines: [CartView.Line]) -> Bool {
    let wanted = lines.filter { !$0.isOff }
    return !wanted.isEmpty && wanted.allSatisfy(\.line.isTicked)
  }

  private func title(_ line: CartView.Line) -> String {
    line.summary?.title[language] ?? words.phrase("cart.problem.noLongerSold")
  }

  /// A refusal names the goods, not their numbers.
  private func said(_ refusal: any Refusal) -> String {
    for line in view.lines {
      guard let text = beside(line, refusal) else { continue }
      return words.pair(title(line), text)
    }
    return words.refusal(refusal)
  }

  /// What a refusal says of this line; nil when it is about something else.
  private func beside(_ line: CartView.Line, _ refusal: any Refusal) -> String? {
    if let faults = refusal as? FieldFaults {
      return faults.faults.first { $0.field == "quantity.\(line.line.id)" }.map(words.fault)
    }
    return refusal.details["variant"] == line.line.variant.description ? words.refusal(refusal) : nil
  }

  private func line(_ line: CartView.Line) -> Model {
    let title = title(line)
    let isOff = line.isOff
    var problems: [Model] = problem(line).map { [$0] } ?? []
    if problems.isEmpty, let text = refusal.flatMap({ beside(line, $0) }) {
      problems = [["kind": "red", "text": text]]
    }
    var model: Model = [
      "id": line.line.id.description, "isTicked": line.line.isTicked, "isOff": isOff,
      "isBlocked": !line.canBeOrdered,
      "address": Addresses.with([("variant", line.line.variant.description)], "/products/\(line.line.product)"),
      "title": title, "quantity": line.line.quantity.description, "canChange": !isOff,
      "unit": line.price.map { format.money($0.sale) } ?? "", "due": line.total.map(format.money) ?? "",
      "problems": problems,
    ]
    for (name, phrase) in [
      ("tickName", "cart.tick"), ("lessName", "cart.less"), ("moreName", "cart.more"),
      ("quantityName", "cart.quantity"),
      ("removeName", "cart.remove"),
    ] { model[name] = words.phrase(phrase, ["title": title]) }
    if let summary = line.summary {
      model["picture"] = Addresses.picture(summary.picture, of: summary.product)
      if !summary.choice.isEmpty { model["choice"] = summary.choice[language] }
    }
    if let price = line.price, let list = price.list, list.currency == price.sale.currency, list > price.sale {
      model["listPrice"] = format.money(list)
    }
    return model
  }

  /// What stands in the way, and the button that leads out.
  private func problem(_ line: CartView.Line) -> Model? {
    guard let problem = line.problem else { return nil }
    var details: [String: String] = [:]
    var way = ("remove", "cart.drop")
    switch problem {
    case .noLongerSold, .soldOut: break
    case .shortStock(let left):
      details["left"] = String(left)
      way = ("lower", "cart.lower")
    case .priceChanged(let from, let to):
      details = ["from": format.money(from), "to": format.money(to)]
      way = ("acceptPrice", "cart.acceptPrice")
    }
    return [
      "kind": problem.blocks ? "red" : "amber", "text": words.phrase("cart.problem.\(problem.code)", details),
      "way": ["name": way.0, "value": line.line.id.description, "text": words.phrase(way.1)] as Model,
    ]
  }

  /// The sum of the ticked lines that can be ordered, with their freight where that can be said.
  private func sum() throws -> Model {
    let goods = try delivery.quote?.goods ?? view.goods()
    let units = view.orderable.reduce(0) { $0 + $1.line.quantity.count }
    let rows = SumRows.model(
      goods: goods, discount: delivery.quote?.discount,
      freight: units > 0 ? (freight.row, delivery.quote?.freight) : nil, shares: delivery.quote?.shares ?? [],
      waived: units > 0 ? delivery.quote?.waived ?? [] : [], words)
    var button = words.phrase("cart.checkout", count: units)
    if units == 0 { button = words.phrase(view.blocked.isEmpty ? "cart.nothing" : "cart.mendFirst") }
    var model: Model = [
      "rows": rows, "due": format.money(delivery.quote?.due ?? goods), "canCheckOut": view.canBeOrdered,
      "button": button,
    ]
    if let quote = delivery.quote {
      model["freightText"] =
        quote.freight.isZero
        ? words.phrase("freight.free") : words.phrase("cart.withFreight", ["amount": format.money(quote.freight)])
    }
    return model
  }
}

extension CartView.Line {
  /// It can't be bought at all now; fewer of it wouldn't help.
  var isOff: Bool { problem == .soldOut || problem == .noLongerSold }
}
