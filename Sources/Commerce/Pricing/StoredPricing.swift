import AuditLog
import Events
import Foundation
import Storage
import Values

/// Pricing over a database. Prices and freight are kept in memory until a commit changes them.
public final class StoredPricing: PricingService, Sendable {
  /// 100,000,000.00 in a currency of two decimals.
  private static let largestMinor: Int64 = 10_000_000_000

  let database: any Database
  let outbox: Outbox
  let clock: WallClock
  let prices = ReadCache<VariantID, Price>(capacity: 50_000)
  private let templates = ReadCache<MerchantID, FreightTemplate>(capacity: 10_000)

  public init(database: any Database, outbox: Outbox, clock: WallClock) {
    self.database = database
    self.outbox = outbox
    self.clock = clock
  }

  public func prices(of variants: [VariantID], in channel: Channel) async throws -> [VariantID: Price] {
    guard channel == .main else { return try await load(variants, channel) }
    return try await prices.values(variants) { try await self.load($0, channel) }
  }

  private func load(_ variants: [VariantID], _ channel: Channel) async throws -> [VariantID: Price] {
    try await database.read { transaction in
      var found: [VariantID: Price] = [:]
      for start in stride(from: 0, to: variants.count, by: 500) {
        let batch = variants[start..<min(start + 500, variants.count)]
        for row in try transaction.rows(
          "SELECT * FROM price WHERE variant_id IN \(list: batch) AND channel = \(channel.rawValue)")
        {
          found[try row["variant_id"]] = try Price(row)
        }
      }
      return found
    }
  }

  public func setPrices(_ changes: [PriceChange]) async throws {
    try Self.check(changes)
    // Everybody locks in the same order, so that nobody waits for one who waits for him.
    let changes = changes.sorted { $0.variant < $1.variant }
    try await database.write { transaction in
      var changed: Set<VariantID> = []
      for start in stride(from: 0, to: changes.count, by: 500) {
        let batch = Array(changes[start..<min(start + 500, changes.count)])
        changed.formUnion(try Self.store(batch, in: transaction))
      }
      let variants = changed.sorted()
      guard !variants.isEmpty else { return }
      for start in stride(from: 0, to: variants.count, by: 500) {
        try self.outbox.tell(
          PriceChanged(variants: Array(variants[start..<min(start + 500, variants.count)])), in: transaction)
      }
      transaction.afterCommit { [prices = self.prices] in prices.forget(variants) }
    }
  }

  static func check(_ changes: [PriceChange]) throws {
    var faults = FieldFaults()
    for (index, change) in changes.enumerated() {
      let amounts = [change.price.sale, change.price.list].compactMap(\.self)
      if amounts.contains(where: { $0.isNegative || $0.minor > largestMinor }) {
        faults.add("prices.\(index)", "outOfRange", ["min": "0", "max": "100000000"])
      }
      if amounts.contains(where: { $0.currency != change.price.sale.currency }) {
        faults.add("prices.\(index)", "invalid")
      }
    }
    try faults.throwIfAny()
  }

  /// Answers the variants whose price is another now.
  static func store(_ changes: [PriceChange], in transaction: any Transaction) throws -> [VariantID] {
    struct Place: Hashable {
      let variant: VariantID
      let channel: Channel
    }
    var present: [Place: Price] = [:]
    let variants = Set(changes.map(\.variant)).sorted()
    for row in try transaction.rows(
      """
      SELECT * FROM price WHERE variant_id IN \(list: variants)
      ORDER BY variant_id, channel \(transaction.dialect.forUpdate)
      """)
    {
      present[Place(variant: try row["variant_id"], channel: try row["channel"])] = try Price(row)
    }
    let last = Dictionary(
      changes.map { (Place(variant: $0.variant, channel: $0.channel), $0.price) },
      uniquingKeysWith: { _, later in later })
    let different = last.filter { present[$0.key] != $0.value }
      .sorted { ($0.key.variant, $0.key.channel.rawValue) < ($1.key.variant, $1.key.channel.rawValue) }
    var added: [[any SQLConvertible]] = []
    for (place, price) in different {
      guard present[place] != nil else {
        added.append([
          place.variant, place.channel.rawValue, price.sale.currency, price.sale.minor, price.list?.minor,
        ])
        continue
      }
      try transaction.execute(
        """
        UPDATE price SET currency = \(price.sale.currency), sale = \(price.sale.minor), list_price = \(price.list?.minor)
        WHERE variant_id = \(place.variant) AND channel = \(place.channel.rawValue)
        """)
    }
    if !added.isEmpty {
      try transaction.execute(
        "INSERT INTO price (variant_id, channel, currency, sale, list_price) VALUES \(rows: added)")
    }
    return different.map(\.key.variant)
  }

  public func freightTemplate(of merchant: MerchantID) async throws -> FreightTemplate? {
    try await templates(of: [merchant])[merchant]
  }

  private func templates(of merchants: [MerchantID]) async throws -> [MerchantID: FreightTemplate] {
    try await templates.values(merchants) { missing in
      try await self.database.read { transaction in
        var found: [MerchantID: FreightTemplate] = [:]
        for row in try transaction.rows("SELECT * FROM freight_template WHERE merchant_id IN \(list: missing)") {
          found[try row["merchant_id"]] = try FreightTemplate(row)
        }
        return found
      }
    }
  }

  public func saveFreightTemplate(_ template: FreightTemplate, by actor: Actor) async throws {
    try template.check(largestFee: Self.largestMinor)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let content = String(decoding: try encoder.encode(template), as: UTF8.self)
    try await database.write { transaction in
      let before = try transaction.row(
        "SELECT * FROM freight_template WHERE merchant_id = \(template.merchant)\(transaction.dialect.forUpdate)"
      ).map { try FreightTemplate($0) }
      try transaction.execute(
        transaction.dialect.upsert(
          into: "freight_template",
          [("merchant_id", template.merchant.sqlValue), ("content", content.sqlValue)], key: ["merchant_id"],
          update: ["content"]))
      try self.outbox.tell(FreightChanged(merchant: template.merchant), in: transaction)
      transaction.afterCommit { [templates = self.templates] in templates.forget([template.merchant]) }
      guard before != template else { return }
      let deed = Deed(
        "pricing.saveFreight", on: template.merchant, named: template.name[.en], of: template.merchant,
        before: before?.deedFields(besides: template), after: template.deedFields(besides: before))
      try DeedLog.note(deed, by: actor, at: self.clock.now, in: transaction)
    }
  }

  public func quote(_ request: QuoteRequest) async throws -> Quote {
    let prices = try await prices(of: request.lines.map(\.variant), in: request.channel)
    let templates = try await templates(of: Array(Set(request.lines.map(\.merchant))))
    return try Quoting.quote(request, prices: prices, templates: templates, offers: request.offers)
  }

  /// Drops what is kept in memory of these variants, when another process has changed them.
  public func forget(_ variants: [VariantID]) { prices.forget(variants) }

  /// The same for the freight of a merchant.
  public func forgetFreight(of merchant: MerchantID) { templates.forget([merchant]) }

  /// Drops everything, when it isn't known what another process has changed.
  public func forgetAll() {
    prices.forgetAll()
    templates.forgetAll()
  }
}

extension FreightTemplate {
  fileprivate init(_ row: Row) throws {
    let content: String = try row["content"]
    self = try JSONDecoder().decode(FreightTemplate.self, from: Data(content.utf8))
  }
}

extension Price {
  init(_ row: Row) throws {
    let currency: Currency = try row["currency"]
    let list: Int64? = try row["list_price"]
    self.init(
      sale: Money(minor: try row["sale"], currency: currency), list: list.map { Money(minor: $0, currency: currency) })
  }
}
