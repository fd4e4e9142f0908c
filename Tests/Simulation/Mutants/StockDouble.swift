import Inventory
import Values

/// A stockroom in which what comes back is lost.
struct StockDouble: InventoryService {
  let base: any InventoryService

  func putBack(_ key: HoldKey, except returned: [VariantID: Int], by actor: Actor) async throws {}
  func takeBack(_ lines: [ReturnedLine], key: String, by actor: Actor) async throws {}

  func locations(of merchant: MerchantID) async throws -> [Location] { try await base.locations(of: merchant) }

  func location(named name: String, of merchant: MerchantID) async throws -> Location {
    try await base.location(named: name, of: merchant)
  }

  func stock(of variants: [VariantID]) async throws -> [VariantID: StockLevel] {
    try await base.stock(of: variants)
  }

  func stockByLocation(of variant: VariantID) async throws -> [LocatedStock] {
    try await base.stockByLocation(of: variant)
  }

  func count(_ counts: [StockCount], key: String, by actor: Actor) async throws {
    try await base.count(counts, key: key, by: actor)
  }

  func hold(_ lines: [HoldLine], key: HoldKey, until: Timestamp) async throws -> Hold {
    try await base.hold(lines, key: key, until: until)
  }

  func release(_ key: HoldKey) async throws -> Bool { try await base.release(key) }
  func confirm(_ key: HoldKey, at: Timestamp) async throws { try await base.confirm(key, at: at) }

  func revise(_ key: HoldKey, to lines: [HoldLine], using spare: HoldKey?, by actor: Actor) async throws {
    try await base.revise(key, to: lines, using: spare, by: actor)
  }

  func hold(_ key: HoldKey) async throws -> Hold? { try await base.hold(key) }

  func expireHolds(now: Timestamp, limit: Int) async throws -> Int {
    try await base.expireHolds(now: now, limit: limit)
  }

  func prune(before: Timestamp, limit: Int) async throws -> Int { try await base.prune(before: before, limit: limit) }

  func ledger(of variant: VariantID, _ page: PageRequest) async throws -> Page<StockEntry> {
    try await base.ledger(of: variant, page)
  }

  func audit() async throws -> [Discrepancy] { try await base.audit() }
}
