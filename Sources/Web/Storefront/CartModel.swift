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
  let words: Words
  let contexts: Contexts

  private var language: Language { words.language }
  private var format: Format { Format(words.language) }

  func model() async throws -> Model {
    let units = view.cart.unitCount
    var groups: [Model] = []
    for group in view.groups { groups.append(try await groupModel(group)) }
    var model: Model = [
      "hasLines": !view.lines.isEmpty, "groups": groups,
      "isAllTicked": !view.lines.isEmpty && view.lines.allSatisfy { $0.line.isTicked }, "sum": try sum(),
    ]
    if units > 0 { model["unitsText"] = words.phrase("cart.units", count: units) }
    if view.lines.isEmpty {
      let found = try await contexts.search.search(
        SearchQuery(language: language, inStockOnly: true, sort: .bestSelling, limit: 5))
      let cards = CardModels(words: words, merchants: try await contexts.merchants.merchants())
      model["hasSuggested"] = !found.cards.isEmpty
      model["suggested"] = found.cards.map(cards.model)
    }
    return model
  }

  private func groupModel(_ group: CartView.Group) async throws -> Model {
    var model: Model = [
      "merchantID": group.merchant.id.description, "merchantName": group.merchant.name[language],
      "merchantURL": Addresses.merchant(group.merchant), "isTicked": group.lines.allSatisfy { $0.line.isTicked },
      "lines": group.lines.map(line),
    ]
    let template = try await contexts.pricing.freightTemplate(of: group.merchant.id)
    if let from = template?.widestZone?.freeFrom {
      model["freightHint"] = words.phrase("cart.freightHint", ["amount": format.money(from)])
    }
    return model
  }

  private func line(_ line: CartView.Line) -> Model {
    let title = line.summary?.title[language] ?? words.phrase("cart.problem.noLongerSold")
    let isOff = line.problem == .soldOut || line.problem == .noLongerSold
    let problems: [Model] = problem(line).map { [$0] } ?? []
    var model: Model = [
      "id": line.line.id.description, "isTicked": line.line.isTicked, "isOff": isOff,
      "address": Addresses.with([("variant", line.line.variant.description)], "/products/\(line.line.product)"),
      "title": title, "quantity": line.line.quantity.description, "canChange": !isOff,
      "unit": line.price.map { format.money($0.sale) } ?? "", "due": line.total.map(format.money) ?? "",
      "problems": problems,
    ]
    for (name, phrase) in [
      ("tickName", "cart.tick"), ("lessName", "cart.less"), ("moreName", "cart.more"), ("quantityName", "cart.quantity"),
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

  private func sum() throws -> Model {
    let goods = try view.goods()
    let units = view.ticked.reduce(0) { $0 + $1.line.quantity.count }
    return [
      "rows": [["name": words.phrase("cart.goods"), "amount": format.money(goods)] as Model], "due": format.money(goods),
      "canCheckOut": view.canBeOrdered,
      "button": units > 0 ? words.phrase("cart.checkout", count: units) : words.phrase("cart.nothing"),
    ]
  }
}
