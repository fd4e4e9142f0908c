import Merchants
import Orders
import Values

/// An order as letters show it.
struct OrderTable {
  private let order: Order
  private let merchant: Merchant
  private let words: Words
  private let format: Format

  init(_ order: Order, of merchant: Merchant, _ words: Words) {
    self.order = order
    self.merchant = merchant
    self.words = words
    format = Format(words.language)
  }

  func model(withSKU: Bool) -> Model {
    let amounts = order.amounts
    var rows: [Model] = [["name": words.phrase("cart.goods"), "amount": format.money(amounts.goods)]]
    if !amounts.discount.isZero {
      rows.append(["name": words.phrase("cart.discount"), "amount": "−" + format.money(amounts.discount)])
    }
    let place = ["region": order.destination.regionName[words.language]]
    rows.append(["name": words.phrase("cart.freightTo", place), "amount": format.money(amounts.freight)])
    let lines = order.lines.map { line -> Model in
      var model: Model = [
        "title": line.title[words.language], "quantity": line.quantity.description, "due": format.money(line.due),
      ]
      let choice = line.choice[words.language]
      if !choice.isEmpty { model["choice"] = choice }
      if withSKU { model["sku"] = line.sku }
      return model
    }
    return [
      "number": order.number.rawValue, "merchantName": merchant.name[words.language], "lines": lines, "rows": rows,
      "due": format.money(amounts.due),
    ]
  }

  var destination: Model {
    let place = order.destination
    var model: Model = [
      "recipient": place.recipient, "phone": place.phone, "region": place.regionName[words.language],
      "street": place.street,
    ]
    if !place.postcode.isEmpty { model["postcode"] = place.postcode }
    return model
  }
}
