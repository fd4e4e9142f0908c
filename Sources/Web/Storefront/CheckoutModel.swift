import Accounts
import Carts
import Catalog
import Flows
import Inventory
import Merchants
import Pages
import Pricing
import Values

/// The values of the confirmation page, in the names of its template.
struct CheckoutModel {
  let view: CheckoutView
  let form: Form
  let words: Words
  let regions: RegionDirectory
  let payWithinMinutes: Int

  private static let addressesAtOnce = 3

  private var language: Language { words.language }
  private var format: Format { Format(words.language) }

  func model(refusal: (any Refusal)?, addressFaults: FieldFaults?) throws -> Model {
    let entry = AddressForm(form: form, regions: regions, words: words)
    var fields = entry.model(faults: addressFaults ?? FieldFaults())
    let faults = refusal as? FieldFaults
    if let faults, !DiscountModel.isBeside(faults) {
      let all = FormModel(form, faults: faults, words: words)
      fields["hasFaults"] = true
      fields["faults"] = all.summary
    } else if let refusal, !DiscountModel.isBeside(refusal) {
      fields["refusal"] = said(refusal)
    }
    // A long list would push what is bought out of sight.
    let near =
      view.addresses.count <= Self.addressesAtOnce
      ? view.addresses : view.addresses.filter { $0.id == view.address?.id }
    let isUpdating = form["update"] != nil || form["chooseRegion"] != nil
    var model: Model = [
      "version": String(view.cart.cart.version), "form": fields, "hasAddresses": !view.addresses.isEmpty,
      "hasManyAddresses": view.addresses.count > 1,
      "addresses": near.map(address), "hasOtherAddresses": near.count < view.addresses.count,
      "otherAddresses": view.addresses.filter { other in !near.contains { $0.id == other.id } }.map(address),
      "otherAddressesText": words.phrase("confirm.otherAddresses", count: view.addresses.count - near.count),
      "isAddingAddress": view.addresses.isEmpty || addressFaults != nil || isUpdating, "groups": try groups(refusal),
      "key": view.quote.map { "\($0.due.minor) \($0.due.currency)" } ?? "",
      "canPlace": view.quote != nil && view.address != nil && view.cart.canBeOrdered,
      "holdText": words.phrase("confirm.hold", ["minutes": String(payWithinMinutes)]),
    ]
    let due = try dueSoFar()
    model["amounts"] = try amounts(due)
    model["discounts"] = DiscountModel(words).model(view.discounts, of: view.cart.cart, form, refusal)
    if view.quote != nil, due.isZero { model["freeText"] = words.phrase("confirm.free") }
    model["placeText"] =
      view.address == nil
      ? words.phrase("confirm.noAddress") : words.phrase("confirm.place", ["amount": format.money(due)])
    if !view.cart.blocked.isEmpty {
      model["blockedText"] = words.phrase("confirm.blocked", count: view.cart.blocked.count)
    }
    return model
  }

  /// Freight depends on where it goes, so without an address there is none yet: a guess would only be taken back.
  private func dueSoFar() throws -> Money {
    guard let quote = view.quote else { return try view.cart.goods() }
    return view.address == nil ? try quote.due.subtracting(quote.freight) : quote.due
  }

  /// A refusal names the goods, not their numbers.
  private func said(_ refusal: any Refusal) -> String {
    let text = words.refusal(refusal)
    guard let variant = refusal.details["variant"].flatMap({ VariantID($0) }),
      let title = view.cart.lines.first(where: { $0.line.variant == variant })?.summary?.title[language]
    else { return text }
    return words.pair(title, text)
  }

  private func address(_ address: Address) -> Model {
    [
      "id": address.id.description, "recipient": address.recipient, "phone": address.phone,
      "region": regions.name(of: address.region)[language], "street": address.street, "postcode": address.postcode,
      "isDefault": address.isDefault, "isChosen": address.id == view.address?.id,
    ]
  }

  private func groups(_ refusal: (any Refusal)?) throws -> [Model] {
    let fields = FormModel(form, faults: refusal as? FieldFaults ?? FieldFaults(), words: words)
    return view.cart.groups.compactMap { group in
      let ticked = group.lines.filter(\.line.isTicked)
      guard !ticked.isEmpty else { return nil }
      let quote = view.quote?.merchants.first { $0.merchant == group.merchant.id }
      var model: Model = [
        "merchantID": group.merchant.id.description, "merchantName": group.merchant.name[language],
        "lines": ticked.map(line),
        "freight": view.address == nil
          ? "" : quote.map { $0.freight.isZero ? words["freight.free"] ?? "" : format.money($0.freight) } ?? "",
        "noteField": fields.field("note.\(group.merchant.id)"),
      ]
      if let text = freightText(quote) { model["freightText"] = text }
      if let refusal, concerns(refusal, group.merchant.id, ticked) {
        model["problem"] =
          [
            "text": said(refusal), "address": Addresses.cart, "way": words.phrase("confirm.back"),
          ] as Model
      }
      return model
    }
  }

  /// Whether it is this merchant's goods that can't be ordered so, and no line says it; the cart is where that is mended.
  private func concerns(_ refusal: any Refusal, _ merchant: MerchantID, _ lines: [CartView.Line]) -> Bool {
    if case .notDelivered(let refusing, _)? = refusal as? PricingRefusal { return refusing == merchant }
    guard let variant = refusal.details["variant"] else { return false }
    return lines.contains { $0.line.variant.description == variant && $0.canBeOrdered }
  }

  /// Nil where the address is known and nothing can be sent to it now.
  private func freightText(_ quote: MerchantQuote?) -> String? {
    guard let address = view.address else { return words.phrase("confirm.noAddress") }
    guard let quote else { return nil }
    return words.phrase(
      "confirm.freight",
      [
        "region": regions.name(of: address.region)[language], "from": String(quote.deliveryDays.lowerBound),
        "to": String(quote.deliveryDays.upperBound),
      ])
  }

  private func line(_ line: CartView.Line) -> Model {
    var model: Model = [
      "address": "/products/\(line.line.product)", "title": line.summary?.title[language] ?? "",
      "unit": line.price.map { format.money($0.sale) } ?? "", "quantity": line.line.quantity.description,
      "due": line.total.map(format.money) ?? "", "isReviewed": false,
    ]
    if let summary = line.summary {
      model["picture"] = Addresses.picture(summary.picture, of: summary.product)
      if !summary.choice.isEmpty { model["choice"] = summary.choice[language] }
    }
    if let problem = line.problem, problem.blocks {
      model["lineProblem"] = words.phrase("cart.problem.\(problem.code)", ["left": String(line.free)])
    }
    return model
  }

  private func amounts(_ due: Money) throws -> Model {
    let place = view.address.map { FreightWords(words: words, place: regions.name(of: $0.region)[language]) }
    let freight = view.quote.map { quote in
      (place?.row ?? words.phrase("cart.freight"), place == nil ? nil : quote.freight)
    }
    let rows = SumRows.model(
      goods: try view.quote?.goods ?? view.cart.goods(), discount: view.quote?.discount, freight: freight,
      shares: view.quote?.shares ?? [], waived: freight?.1 == nil ? [] : view.quote?.waived ?? [], words)
    return ["rows": rows, "dueName": words.phrase("cart.due"), "due": format.money(due)]
  }
}
