import Inventory
import Merchants
import Pricing
import Synchronization
import Values

/// Prices in memory; freight and quotes aren't asked for here.
final class FakePricing: PricingService {
  private let prices = Mutex<[VariantID: Price]>([:])
  var all: [VariantID: Price] { prices.withLock { $0 } }

  func prices(of variants: [VariantID], in channel: Channel) async throws -> [VariantID: Price] {
    prices.withLock { prices in
      Dictionary(variants.compactMap { id in prices[id].map { (id, $0) } }, uniquingKeysWith: { first, _ in first })
    }
  }
  func setPrices(_ changes: [PriceChange]) async throws {
    prices.withLock { prices in
      for change in changes { prices[change.variant] = change.price }
    }
  }
  func savePrices(_ lists: [PriceList], by actor: Actor) async throws {}
  func freightTemplate(of merchant: MerchantID) async throws -> FreightTemplate? { nil }
  func saveFreightTemplate(_ template: FreightTemplate, by actor: Actor) async throws {}
  func quote(_ request: QuoteRequest) async throws -> Quote { throw FieldFaults() }
}

/// Stock of one or more locations in memory, with units that buyers hold.
final class FakeInventory: InventoryService {
  struct State {
    var counts: [VariantID: [LocationID: StockLevel]] = [:]
    var held: [VariantID: Int] = [:]
    var keys: Set<String> = []
    var locations: [Location] = []
  }
  let state = Mutex(State())
  var all: [VariantID: StockLevel] {
    state.withLock { state in
      state.counts.mapValues { levels in
        StockLevel(
          onHand: levels.values.reduce(0) { $0 + $1.onHand }, held: 0,
          isUnlimited: levels.values.contains { $0.isUnlimited })
      }
    }
  }

  func locations(of merchant: MerchantID) async throws -> [Location] {
    state.withLock { $0.locations.filter { $0.merchant == merchant } }
  }
  func location(named name: String, of merchant: MerchantID) async throws -> Location {
    state.withLock { state in
      if let known = state.locations.first(where: { $0.merchant == merchant && $0.name == name }) { return known }
      let location = Location(
        id: LocationID(raw: Int64(state.locations.count + 1)), merchant: merchant, name: name,
        position: state.locations.count)
      state.locations.append(location)
      return location
    }
  }
  func stock(of variants: [VariantID]) async throws -> [VariantID: StockLevel] {
    let all = all
    return Dictionary(variants.compactMap { id in all[id].map { (id, $0) } }, uniquingKeysWith: { first, _ in first })
  }
  func revise(_ key: HoldKey, to lines: [HoldLine], using spare: HoldKey?, by actor: Actor) async throws {}
  func stockByLocation(of variant: VariantID) async throws -> [LocatedStock] {
    state.withLock { state in
      state.locations.compactMap { location in
        state.counts[variant]?[location.id].map { LocatedStock(location: location, level: $0) }
      }
    }
  }
  func takeBack(_ lines: [ReturnedLine], key: String, by actor: Actor) async throws {}
  func count(_ counts: [StockCount], key: String, by actor: Actor) async throws {
    try state.withLock { state in
      for count in counts {
        let held = state.held[count.variant] ?? 0
        if let onHand = count.onHand, onHand < held { throw InventoryRefusal.heldStock(count.variant, held: held) }
      }
      guard state.keys.insert(key).inserted else { return }
      for count in counts {
        state.counts[count.variant, default: [:]][count.location] = StockLevel(
          onHand: count.onHand ?? 0, held: 0, isUnlimited: count.onHand == nil)
      }
    }
  }

  func hold(_ lines: [HoldLine], key: HoldKey, until: Timestamp) async throws -> Hold { throw FieldFaults() }
  func release(_ key: HoldKey) async throws -> Bool { false }
  func confirm(_ key: HoldKey, at: Timestamp) async throws {}
  func putBack(_ key: HoldKey, except returned: [VariantID: Int], by actor: Actor) async throws {}
  func hold(_ key: HoldKey) async throws -> Hold? { nil }
  func prune(before: Timestamp, limit: Int) async throws -> Int { 0 }
  func expireHolds(now: Timestamp, limit: Int) async throws -> Int { 0 }
  func ledger(of variant: VariantID, _ page: PageRequest) async throws -> Page<StockEntry> {
    Page(items: [], next: nil)
  }
  func audit() async throws -> [Discrepancy] { [] }
}

struct FakeMerchants: MerchantService {
  var all: [Merchant]

  func open(_ draft: MerchantDraft) async throws -> Merchant { throw MerchantRefusal.slugTaken }
  func merchant(_ id: MerchantID) async throws -> Merchant? { all.first { $0.id == id } }
  func merchant(slug: Slug) async throws -> Merchant? { all.first { $0.slug == slug } }
  func merchants() async throws -> [Merchant] { all }

  // Nobody moves or applies here.
  func revise(_ id: MerchantID, _ profile: MerchantProfile, version: Int, by actor: Actor) async throws -> Merchant {
    throw MerchantRefusal.unknownMerchant
  }
  func move(_ id: MerchantID, to state: MerchantState, reason: String, by actor: Actor) async throws -> Merchant {
    throw MerchantRefusal.unknownMerchant
  }
  func expectApplicable(
    _ draft: ApplicationDraft, hasPicture: Bool, over amended: MerchantApplicationID?
  ) async throws {}
  func confirm(_ id: MerchantApplicationID) async throws -> MerchantApplication {
    throw MerchantRefusal.unknownApplication
  }
  func forgettableApplications(
    unconfirmedBefore: Timestamp, overBefore: Timestamp, limit: Int
  ) async throws -> [MerchantApplication] { [] }
  func forgetApplication(_ id: MerchantApplicationID) async throws {}
  func shown(among files: [FileKey]) async throws -> Set<FileKey> { [] }
  func hasLicence(_ picture: FileKey, besides id: MerchantApplicationID?) async throws -> Bool { false }
  func apply(_ draft: ApplicationDraft) async throws -> MerchantApplication {
    throw MerchantRefusal.tooManyApplications
  }
  func application(_ id: MerchantApplicationID) async throws -> MerchantApplication? { nil }
  func applications(
    _ states: Set<MerchantApplication.State>, _ page: PageRequest
  ) async throws -> Page<MerchantApplication> { Page(items: [], next: nil) }
  func applicationCounts() async throws -> [MerchantApplication.State: Int] { [:] }
  func amend(_ id: MerchantApplicationID, _ draft: ApplicationDraft) async throws -> MerchantApplication {
    throw MerchantRefusal.unknownApplication
  }
  func withdraw(_ id: MerchantApplicationID) async throws -> MerchantApplication {
    throw MerchantRefusal.unknownApplication
  }
  func ask(_ id: MerchantApplicationID, _ answer: String, by actor: Actor) async throws -> MerchantApplication {
    throw MerchantRefusal.unknownApplication
  }
  func reject(_ id: MerchantApplicationID, _ answer: String, by actor: Actor) async throws -> MerchantApplication {
    throw MerchantRefusal.unknownApplication
  }
  func admit(_ id: MerchantApplicationID, as slug: String, by actor: Actor) async throws -> Merchant {
    throw MerchantRefusal.unknownApplication
  }
}
