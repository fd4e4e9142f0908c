import AuditLog
import Events
import Storage
import Values

extension StoredPricing {
  public func savePrices(_ lists: [PriceList], by actor: Actor) async throws {
    // A place in the lists is what a fault names.
    try Self.check(
      lists.flatMap { list in list.entries.map { Self.change($0, list) ?? Self.harmless($0.variant, list.channel) } })
    // Everybody locks in the same order, so that nobody waits for one who waits for him.
    let channels = Dictionary(grouping: lists, by: \.channel).sorted { $0.key.rawValue < $1.key.rawValue }
    try await database.write { [self] transaction in
      for (channel, lists) in channels {
        let variants = lists.flatMap { $0.entries.map(\.variant) }.sorted()
        let standing = try Self.standing(variants, channel, in: transaction)
        for list in lists {
          if let seen = list.seen, !list.entries.allSatisfy({ standing[$0.variant] == seen[$0.variant] }) {
            throw FieldFaults(field: "prices", code: "pricesMoved")
          }
        }
        let changed = lists.map { list in
          var list = list
          list.entries = list.entries.filter { standing[$0.variant] != $0.price }.sorted { $0.variant < $1.variant }
          return list
        }.filter { !$0.entries.isEmpty }
        try save(changed, in: channel, transaction)
        for list in changed { try note(list, over: standing, by: actor, in: transaction) }
      }
    }
  }

  private func save(_ lists: [PriceList], in channel: Channel, _ transaction: any Transaction) throws {
    let entries = lists.flatMap { list in list.entries.map { (entry: $0, change: Self.change($0, list)) } }
      .sorted { $0.entry.variant < $1.entry.variant }
    for start in stride(from: 0, to: entries.count, by: 500) {
      let batch = entries[start..<min(start + 500, entries.count)]
      let (asked, gone) = (batch.compactMap(\.change), batch.filter { $0.change == nil }.map(\.entry.variant))
      if !asked.isEmpty { _ = try Self.store(asked, in: transaction) }
      if !gone.isEmpty {
        try transaction.execute("DELETE FROM price WHERE variant_id IN \(list: gone) AND channel = \(channel.rawValue)")
      }
      try outbox.tell(PriceChanged(variants: batch.map(\.entry.variant)), in: transaction)
    }
    let variants = entries.map(\.entry.variant)
    transaction.afterCommit { [prices] in prices.forget(variants) }
  }

  /// - Parameter list: what differs of it.
  private func note(
    _ list: PriceList, over standing: [VariantID: Price], by actor: Actor, in transaction: any Transaction
  ) throws {
    let deed = Deed(
      "pricing.savePrices", on: list.product, named: list.name, of: list.merchant,
      before: DeedFields(list.entries.compactMap { entry in standing[entry.variant].map { (entry.name, $0.said) } }),
      after: DeedFields(list.entries.map { ($0.name, $0.price?.said ?? "–") }))
    try DeedLog.note(deed, by: actor, at: clock.now, in: transaction)
  }

  private static func change(_ entry: PriceList.Entry, _ list: PriceList) -> PriceChange? {
    entry.price.map { PriceChange(variant: entry.variant, channel: list.channel, price: $0) }
  }

  private static func harmless(_ variant: VariantID, _ channel: Channel) -> PriceChange {
    PriceChange(variant: variant, channel: channel, price: Price(sale: .zero(.cny)))
  }

  private static func standing(
    _ variants: [VariantID], _ channel: Channel, in transaction: any ReadTransaction
  ) throws -> [VariantID: Price] {
    var found: [VariantID: Price] = [:]
    for start in stride(from: 0, to: variants.count, by: 500) {
      let batch = variants[start..<min(start + 500, variants.count)]
      for row in try transaction.rows(
        """
        SELECT * FROM price WHERE variant_id IN \(list: batch) AND channel = \(channel.rawValue)
        ORDER BY variant_id \(transaction.dialect.forUpdate)
        """)
      {
        found[try row["variant_id"]] = try Price(row)
      }
    }
    return found
  }
}

extension Price {
  fileprivate var said: String { list.map { "\(sale) (\($0))" } ?? "\(sale)" }
}
