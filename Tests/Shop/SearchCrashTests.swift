import Accounts
import AsyncHTTPClient
import Catalog
import Flows
import Foundation
import Inventory
import Merchants
import Pricing
import Storage
import StorageSQLite
import Synchronization
import TestKit
import Testing
import Values

@testable import App

/// The program as a process of its own, ended without warning while goods are named anew.
@Suite(.serialized) struct SearchCrashTests {
  private static let rounds = 10

  // req: 3.1.4-1 3.3.4-3
  @Test func `killed ten times in the midst of edits, search is whole again by itself and finds what was said last`()
    async throws
  {
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-crash-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let storage = try await TestStorage.arguments(Shop.migrations, in: folder)
    let port = try freePort()
    let settings =
      storage.arguments + [
        "--home-folder", TestShop.packageFolder.path, "--data-folder", folder.path, "--http-port", "\(port)",
        "--accounts-password-cost", "10", "--catalog-fetches-pictures", "false", "--staff-token-per-minute", "0",
      ]
    let shop = try await EditedShop(settings, folder: folder, port: port, products: 4)
    var moments = SeededMoments(state: 11)
    for round in 1...Self.rounds {
      try await shop.edit(in: round, dyingAfter: .milliseconds(moments.next()))
      try await shop.expectSoundFiles(round)
      try await shop.expectLastNames(round)
      let check = try await martlet(["search", "check"] + settings)
      #expect(check.status == 0, "round \(round): \(check.output)\(check.errors)")
    }
    await storage.remove()
  }
}

/// A shop that dies while its goods are named anew. A name ends with two numbers: the one that was acknowledged last, and
/// its own. So what was acknowledged is found whether the name after it was still taken or not.
private struct EditedShop {
  private let settings: [String]
  private let folder: URL
  private let program: Program
  private let token: String
  private let products: [String]
  private let said = SaidNames()

  /// Where nobody listens isn't asked again.
  private static let client = {
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.connectionPool.retryConnectionEstablishment = false
    return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }()

  init(_ settings: [String], folder: URL, port: Int, products count: Int) async throws {
    self.settings = settings
    self.folder = folder
    program = Program(base: "http://127.0.0.1:\(port)", http: Self.client)
    (token, products) = try await Surroundings(settings).withShop { shop in
      let contexts = shop.contexts
      let merchant = try await contexts.merchants.open(
        MerchantDraft(
          slug: try #require(Slug(rawValue: "kiln")), name: LocalizedText(en: "Kiln"), email: "kiln@example.com"))
      var products: [String] = []
      for place in 0..<count { products.append("\(try await Self.kettle(place, of: merchant.id, in: contexts))") }
      let clerk = try await contexts.staff.hire(
        StaffHire(
          email: "mei@example.com", password: TestShop.password, name: "Mei", merchant: merchant.id,
          rights: StaffRight.all(of: merchant.id)))
      let issued = try await contexts.staff.issueToken(
        StaffTokenDraft(name: "Names", scopes: StaffRight.all(of: merchant.id), days: 30), to: clerk.id, by: .system)
      return (issued.secret.rawValue, products)
    }
  }

  private static func kettle(_ place: Int, of merchant: MerchantID, in contexts: Contexts) async throws -> ProductID {
    let product = try await contexts.catalog.save(
      ProductDraft(
        merchant: merchant, handle: try #require(Slug(rawValue: "kettle-\(place)")),
        content: ProductContent(title: LocalizedText(en: "Kettle")),
        variants: [VariantDraft(sku: "kettle-\(place)", choice: [], weightGrams: 400)], isPublished: true)
    ).product
    let price = Price(sale: try #require(Money(decimalText: "88.00", currency: .cny)))
    try await contexts.pricing.setPrices(product.variants.map { PriceChange(variant: $0.id, price: price) })
    return product.id
  }

  /// Each product has somebody who names it anew as soon as the shop has taken the last name.
  /// - Parameter moment: from the first name that is acknowledged to the end of the program.
  func edit(in round: Int, dyingAfter moment: Duration) async throws {
    let before = said.count
    try await CrashTests.running("serve", settings) { process in
      try await program.waitUntilUp()
      let (acknowledged, acknowledging) = AsyncStream<Void>.makeStream()
      await withTaskGroup(of: Void.self) { group in
        for place in products.indices {
          group.addTask {
            await rename(place, in: round) { acknowledging.yield() }
            // Whoever is refused ends the wait too; that nothing was taken is seen below.
            acknowledging.yield()
          }
        }
        group.addTask {
          for await _ in acknowledged { break }
          try? await Task.sleep(for: moment)
          kill(process, SIGKILL)
        }
      }
    }
    #expect(said.count > before, "round \(round): names were taken")
  }

  /// Until the shop doesn't answer any more.
  private func rename(_ place: Int, in round: Int, acknowledged: () -> Void) async {
    let product = products[place]
    for step in 1...999 {
      // All have seven digits, so that none begins another.
      let number = 1_000_000 + round * 10_000 + place * 1000 + step
      let title = "Kettle \(said.last(of: product) ?? 1_000_000) \(number)"
      let answer = try? await program.send(
        "PUT", "/api/v1/admin/products/\(product)", token: token,
        json: #"{"title":{"en":"\#(title)"},"variants":[{"sku":"kettle-\#(place)"}]}"#)
      guard answer?.status == 200 else { return }
      said.note(number, of: product)
      acknowledged()
    }
  }

  /// Looks at copies, so that what lies there is left to the shop as it was found.
  func expectSoundFiles(_ round: Int) async throws {
    let copy = folder.appending(path: "copy-\(round)")
    try FileManager.default.copyItem(at: folder.appending(path: "search"), to: copy)
    defer { try? FileManager.default.removeItem(at: copy) }
    let files = FileManager.default.enumerator(at: copy, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL }
    let indexes = (files ?? []).filter { $0.lastPathComponent.hasPrefix("index-") && $0.pathExtension == "sqlite" }
    #expect(!indexes.isEmpty, "round \(round)")
    for file in indexes {
      let database = try SQLiteDatabase(path: file.path)
      let verdict = try await database.read { try $0.value("PRAGMA integrity_check", as: String.self) }
      try await database.close()
      #expect(verdict == "ok", "round \(round): \(file.lastPathComponent)")
    }
  }

  /// The catalogue has what was acknowledged, or what came right after it, and search finds the same.
  func expectLastNames(_ round: Int) async throws {
    try await CrashTests.running("serve", settings) { _ in
      try await program.waitUntilUp()
      for product in products {
        let title = try await program.send("GET", "/api/v1/admin/products/\(product)", token: token)
          .value("title", "en")
        if let number = said.last(of: product) {
          #expect(title.contains("\(number)"), "round \(round): \(title) was \(number) already")
        }
        let name = try #require(title.split(separator: " ").last)
        try await eventually("round \(round): \(title) is found", within: .seconds(20)) {
          try await found(String(name)).contains(product)
        }
      }
    }
  }

  private func found(_ name: String) async throws -> [String] {
    let answer = try await program.send("GET", "/api/v1/products?exact=true&q=\(name)")
    guard let root = try JSONSerialization.jsonObject(with: answer.body) as? [String: Any] else { return [] }
    return (root["items"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
  }
}

/// The numbers of names that the shop has taken.
private final class SaidNames: Sendable {
  private let book = Mutex<(last: [String: Int], count: Int)>(([:], 0))

  func note(_ number: Int, of product: String) {
    book.withLock {
      $0.last[product] = number
      $0.count += 1
    }
  }

  func last(of product: String) -> Int? { book.withLock { $0.last[product] } }
  var count: Int { book.withLock { $0.count } }
}
