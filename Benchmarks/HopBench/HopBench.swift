import Foundation
import Governance
import Logging
import Remote
import Search
import Storage
import StorageSQLite
import Values

/// What it costs to call a context in another process: the same reads as they are and over gRPC on loopback, in turns and
/// one after another. Prints a line for each: its name, the median of both and the difference, in milliseconds.
@main
struct HopBench {
  static func main() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-hop-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let search = try await filledSearch(in: folder)
    let security = PartSecurity(secret: "a secret of the benchmark")
    let server = try RemoteServer(
      SearchVerbs.served(by: search), at: PartAddress(host: "127.0.0.1", port: 0), security: security,
      logger: Logger(label: "hop"))
    let ports = AsyncStream<Int>.makeStream()
    let serving = Task { try await server.run { ports.continuation.yield($0) } }
    for await port in ports.stream {
      let registry = StaticRegistry(["search": [PartAddress(host: "127.0.0.1", port: port)]])
      let caller = RemoteCaller(
        part: "search", registry: registry, security: security, clock: .system, logger: Logger(label: "hop"))
      let remote = RemoteSearch(caller)
      try await measure("card", search, remote) { _ = try await $0.cards([ProductID(raw: 7)]) }
      try await measure("suggestions", search, remote) {
        _ = try await $0.suggest(SuggestQuery(text: "lam", language: .en, limit: 8))
      }
      try await measure("list_of_40", search, remote) {
        _ = try await $0.search(SearchQuery(language: .en, sort: .newest))
      }
      caller.close()
      server.drain()
      break
    }
    try await serving.value
  }

  private static func measure(
    _ name: String, _ stored: any SearchService, _ remote: any SearchService,
    _ read: @Sendable (any SearchService) async throws -> Void
  ) async throws {
    for _ in 1...500 {
      try await read(stored)
      try await read(remote)
    }
    var (direct, hopped) = ([Duration](), [Duration]())
    for _ in 1...2000 {
      let began = ContinuousClock.now
      try await read(stored)
      let between = ContinuousClock.now
      try await read(remote)
      direct.append(began.duration(to: between))
      hopped.append(between.duration(to: .now))
    }
    let (near, far) = (median(direct), median(hopped))
    print(name, near, far, far - near)
  }

  private static func median(_ times: [Duration]) -> Double {
    times.sorted()[times.count / 2] / .milliseconds(1)
  }

  private static func filledSearch(in folder: URL) async throws -> StoredSearch {
    let database = try SQLiteDatabase(path: folder.appending(path: "hop.db").path)
    try await Migrator(StoredSearch.migrations).run(on: database, now: WallClock.system.now)
    let engine = LocalEngine(folder: folder.appending(path: "search").path) {
      try SQLiteDatabase(path: $0, isDerived: true)
    }
    let search = StoredSearch(database: database, engine: engine, clock: .system)
    try await search.load()
    _ = try await search.index((1...2000).compactMap(document))
    return search
  }

  private static func document(_ id: Int64) -> SearchDocument? {
    guard let handle = Slug(rawValue: "lamp-\(id)") else { return nil }
    let product = ProductID(raw: id)
    let figures = ProductFigures(
      product: product, price: Money(minor: 1000 + id, currency: .cny), listPrice: nil, hasPriceRange: false,
      inStock: true, sold: Int(id % 50), ratingTenths: 45, reviewCount: 12)
    return SearchDocument(
      card: ProductCard(
        product: product, handle: handle, merchant: MerchantID(raw: 1),
        title: LocalizedText(en: "Lamp number \(id)", zhHans: "台灯 \(id) 号"), picture: nil,
        category: CategoryID(raw: id % 12), brand: BrandID(raw: id % 9), figures: figures),
      words: LocalizedText("warm light"), body: LocalizedText(""), createdAt: Timestamp(milliseconds: 1_000_000 + id))
  }
}
