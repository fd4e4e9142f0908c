import Values

/// What things cost: prices per channel, freight, and the quote that adds them up.
public protocol PricingService: Sendable {
  /// Prices in a channel; a variant without one isn't for sale there. One statement whatever their number.
  func prices(of variants: [VariantID], in channel: Channel) async throws -> [VariantID: Price]
  /// Throws `FieldFaults` for amounts outside 0…100,000,000.00. Tells `PriceChanged` for those that differ.
  func setPrices(_ changes: [PriceChange]) async throws

  /// What staff ask for the variants of some products, all or none; what is nil isn't for sale any more. Prices that stand
  /// already change nothing. Throws as `setPrices` does, for `prices.N`, counted through all lists, and `pricesMoved` for
  /// `prices` where others stand than a list says were seen. Tells `PriceChanged`.
  /// - Parameter lists: of different products.
  func savePrices(_ lists: [PriceList], by actor: Actor) async throws

  func freightTemplate(of merchant: MerchantID) async throws -> FreightTemplate?
  /// A merchant has one template; saving replaces it. Tells `FreightChanged`.
  func saveFreightTemplate(_ template: FreightTemplate, by actor: Actor) async throws

  /// Prices the lines for a destination; without one the freight is that of the merchant's widest zone and the quote says
  /// so. Loads prices and templates, then calls the pure `Quoting.quote`. Throws `PricingRefusal`.
  func quote(_ request: QuoteRequest) async throws -> Quote
}

extension PricingService {
  /// Of one product.
  public func savePrices(_ list: PriceList, by actor: Actor) async throws {
    try await savePrices([list], by: actor)
  }

  /// By the shop's own hand: the demo, for one.
  public func saveFreightTemplate(_ template: FreightTemplate) async throws {
    try await saveFreightTemplate(template, by: .system)
  }
}
