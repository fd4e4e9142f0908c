import Values

/// Adds up a cart: goods, then offers in their order, then freight. Pure: the same input gives the same quote, and every
/// total is the sum of its parts.
public enum Quoting {
  /// Throws `PricingRefusal`.
  public static func quote(
    _ request: QuoteRequest, prices: [VariantID: Price], templates: [MerchantID: FreightTemplate], offers: [Offer] = []
  ) throws -> Quote {
    guard !request.lines.isEmpty else { throw PricingRefusal.nothingToPrice }
    do {
      var parts = try Self.parts(request, prices)
      var freeFreight: [MerchantID: Offer] = [:]
      for offer in offers { try apply(offer, to: &parts, freeFreight: &freeFreight, currency: request.currency) }
      let merchants = try parts.map { part in
        try merchantQuote(
          part, request, template: templates[part.merchant], freed: freeFreight[part.merchant])
      }
      return Quote(
        merchants: merchants, goods: try sum(merchants, \.goods, request.currency),
        discount: try sum(merchants, \.discount, request.currency),
        freight: try sum(merchants, \.freight, request.currency), due: try sum(merchants, \.due, request.currency),
        isForDestination: request.destination != nil)
    } catch MoneyFault.overflow {
      throw PricingRefusal.amountTooLarge
    }
  }

  private struct Line {
    let line: QuoteRequest.Line
    let price: Price
    let goods: Money
    var shares: [DiscountShare] = []
    var due: Money
    /// What it costs before anything that is spent as money is.
    var net: Money
  }

  private struct Part {
    let merchant: MerchantID
    var lines: [Line]
  }

  /// The lines by merchant, merchants in the order in which they first appear.
  private static func parts(_ request: QuoteRequest, _ prices: [VariantID: Price]) throws -> [Part] {
    var parts: [Part] = []
    for line in request.lines {
      guard let price = prices[line.variant], price.sale.currency == request.currency else {
        throw PricingRefusal.notForSale(line.variant)
      }
      let goods = try price.sale.times(line.quantity.count)
      let priced = Line(line: line, price: price, goods: goods, due: goods, net: goods)
      if let index = parts.firstIndex(where: { $0.merchant == line.merchant }) {
        parts[index].lines.append(priced)
      } else {
        parts.append(Part(merchant: line.merchant, lines: [priced]))
      }
    }
    return parts
  }

  private static func apply(
    _ offer: Offer, to parts: inout [Part], freeFreight: inout [MerchantID: Offer], currency: Currency
  ) throws {
    let reach = parts.indices.filter { offer.merchant == nil || parts[$0].merchant == offer.merchant }
    let lines = reach.flatMap { parts[$0].lines }
    guard !lines.isEmpty else { return }
    let goods = try Money.sum(lines.map(\.goods), currency: currency)
    let units = lines.reduce(0) { $0 + $1.line.quantity.count }
    guard offer.conditions.allSatisfy({ $0.holds(goods: goods, units: units) }) else { return }
    for benefit in offer.benefits {
      if benefit == .freeFreight {
        for index in reach where freeFreight[parts[index].merchant] == nil {
          freeFreight[parts[index].merchant] = offer
        }
      }
      let rest = try Money.sum(reach.flatMap { parts[$0].lines.map(\.due) }, currency: currency)
      let discount = try benefit.discount(on: rest)
      guard discount.isPositive else { continue }
      let weights = reach.flatMap { parts[$0].lines.map(\.due.minor) }
      var shares = try discount.spread(over: weights)[...]
      for index in reach {
        for line in parts[index].lines.indices {
          guard let share = shares.popFirst(), share.isPositive else { continue }
          parts[index].lines[line].shares.append(
            DiscountShare(offer: offer.code, bearer: offer.bearer, amount: share))
          parts[index].lines[line].due = try parts[index].lines[line].due.subtracting(share)
          guard !offer.isMoney else { continue }
          parts[index].lines[line].net = try parts[index].lines[line].net.subtracting(share)
        }
      }
    }
  }

  private static func merchantQuote(
    _ part: Part, _ request: QuoteRequest, template: FreightTemplate?, freed: Offer?
  ) throws -> MerchantQuote {
    let lines = part.lines.map { line in
      QuotedLine(
        variant: line.line.variant, quantity: line.line.quantity, unit: line.price, goods: line.goods,
        discounts: line.shares, due: line.due)
    }
    let goods = try Money.sum(lines.map(\.goods), currency: request.currency)
    let due = try Money.sum(lines.map(\.due), currency: request.currency)
    let net = try Money.sum(part.lines.map(\.net), currency: request.currency)
    let zone = try zone(part, request, template)
    let fee = try fee(part, zone: zone, net: net)
    let freight = freed == nil ? fee : .zero(request.currency)
    let waived = freed.map { [DiscountShare(offer: $0.code, bearer: $0.bearer, amount: fee)] } ?? []
    return MerchantQuote(
      merchant: part.merchant, lines: lines, goods: goods, discount: try goods.subtracting(due), freight: freight,
      due: try due.adding(freight), deliveryDays: zone?.deliveryDays ?? 2...4,
      waived: fee.isPositive ? waived : [])
  }

  /// Nil where the merchant has no template: freight is free then.
  private static func zone(
    _ part: Part, _ request: QuoteRequest, _ template: FreightTemplate?
  ) throws -> FreightZone? {
    guard let template, part.lines.contains(where: \.line.requiresShipping) else { return nil }
    guard let destination = request.destination else { return template.widestZone }
    guard let zone = template.zone(for: destination), zone.delivers else {
      throw PricingRefusal.notDelivered(part.merchant, destination)
    }
    return zone
  }

  private static func fee(_ part: Part, zone: FreightZone?, net: Money) throws -> Money {
    guard let zone, !zone.isFree(for: net) else { return .zero(net.currency) }
    var grams = 0
    for line in part.lines where line.line.requiresShipping {
      let (weight, tooHeavy) = max(0, line.line.weightGrams).multipliedReportingOverflow(by: line.line.quantity.count)
      let (sum, overflow) = grams.addingReportingOverflow(weight)
      guard !tooHeavy, !overflow else { throw MoneyFault.overflow }
      grams = sum
    }
    return try zone.fee(grams: grams)
  }

  private static func sum(
    _ merchants: [MerchantQuote], _ amount: KeyPath<MerchantQuote, Money>, _ currency: Currency
  ) throws -> Money {
    try Money.sum(merchants.map { $0[keyPath: amount] }, currency: currency)
  }
}
