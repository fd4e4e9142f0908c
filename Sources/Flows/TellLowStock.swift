import Catalog
import Inventory
import Mail
import Merchants
import Messages
import Values

/// Writes to merchants of what got low or ran out, once in each fall: one letter for all of it. What a letter has no room for,
/// and what the post loses, stands at the desk all the same.
public struct TellLowStock: Sendable {
  private static let mostLines = 20
  private static let batch = 500

  private let contexts: Contexts
  private let letters: any LetterWriter
  private let mailer: any Mailer
  private let clock: WallClock

  public init(_ contexts: Contexts, letters: any LetterWriter, mailer: any Mailer, clock: WallClock = .system) {
    self.clock = clock
    self.contexts = contexts
    self.letters = letters
    self.mailer = mailer
  }

  /// What a letter is made of, as slice by slice is found.
  private struct Found {
    var items: [ShortItem] = []
    var count = 0
  }

  public func run() async throws {
    let moment = clock.now
    var found: [MerchantID: Found] = [:]
    var fallen: [StockItem] = []
    repeat {
      fallen = try await contexts.stockroom.takeFallen(limit: Self.batch)
      let variants = try await contexts.catalog.variants(fallen.map(\.variant))
      for item in fallen {
        // What isn't for sale is nobody's worry.
        guard let variant = variants[item.variant], variant.isPublished else { continue }
        found[item.merchant, default: Found()].count += 1
        guard found[item.merchant]?.items.count ?? 0 < Self.mostLines else { continue }
        found[item.merchant]?.items.append(ShortItem(variant: variant, left: item.level.free))
      }
    } while fallen.count >= Self.batch
    guard !found.isEmpty else { return }
    let merchants = try await contexts.merchants.merchants()
    for (id, found) in found.sorted(by: { $0.key < $1.key }) {
      guard let merchant = merchants.first(where: { $0.id == id }), let first = found.items.first else { continue }
      // The same goods fall again another day, which is a letter of its own.
      let news = StockNews(
        number: "\(first.variant.id)-\(moment.milliseconds)", merchant: merchant, items: found.items,
        more: found.count - found.items.count)
      if let message = try letters.message(.stockLow(news), to: merchant) {
        try await contexts.messages.keep(message, in: .merchant(merchant.id))
      }
      if let letter = try letters.letter(.stockLow(news), to: merchant) { try await mailer.send(letter) }
    }
  }
}

/// What runs short at a merchant, as a letter tells of it.
public struct StockNews: Sendable {
  /// Tells this letter from others of its kind.
  public let number: String
  public let merchant: Merchant
  public let items: [ShortItem]
  /// How many there are besides.
  public let more: Int

  public init(number: String, merchant: Merchant, items: [ShortItem], more: Int) {
    self.number = number
    self.merchant = merchant
    self.items = items
    self.more = more
  }
}

public struct ShortItem: Sendable {
  public let variant: VariantSummary
  /// Units that are free.
  public let left: Int

  public init(variant: VariantSummary, left: Int) {
    self.variant = variant
    self.left = left
  }
}
