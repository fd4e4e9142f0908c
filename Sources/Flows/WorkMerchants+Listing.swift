import Accounts
import Merchants
import Values

/// A merchant as lists show it.
public struct MerchantRow: Sendable {
  public let merchant: Merchant
  public let figures: MerchantFigures
}

/// What staff look for among merchants. What is left out excludes none.
public struct MerchantSearch: Sendable {
  /// A part of a name, of the name in addresses, or of the address for mail.
  public var text: String?
  public var state: MerchantState?
  public var isOldestFirst: Bool

  public init(text: String? = nil, state: MerchantState? = nil, isOldestFirst: Bool = false) {
    self.text = text
    self.state = state
    self.isOldestFirst = isOldestFirst
  }

  func fits(_ merchant: Merchant) -> Bool {
    guard state == nil || merchant.state == state else { return false }
    guard let text = text?.lowercased() else { return true }
    let names = [merchant.name.en, merchant.name.zhHans, merchant.slug.rawValue, merchant.email]
    return names.contains { $0.lowercased().contains(text) }
  }
}

extension WorkMerchants {
  /// One page of merchants, the newest first unless the search says otherwise. They are few and in memory; what is counted
  /// of them comes in two statements. Throws `StaffRefusal.notAllowed`.
  public func rows(
    _ search: MerchantSearch, _ page: PageRequest, for staff: Staff
  ) async throws -> Page<MerchantRow> {
    var found = try await all(for: staff).filter(search.fits)
    if !search.isOldestFirst { found.reverse() }
    if let after = page.after.flatMap({ $0.parts.first }).flatMap({ MerchantID($0) }) {
      found.removeAll { search.isOldestFirst ? $0.id <= after : $0.id >= after }
    }
    let shown = Page(fetched: Array(found.prefix(page.limit + 1)), limit: page.limit) { Cursor([$0.id.description]) }
    let figures = try await figures(of: shown.items.map(\.id), for: staff)
    return shown.map { MerchantRow(merchant: $0, figures: figures[$0.id] ?? MerchantFigures(products: 0, waiting: 0)) }
  }

  /// One of them. Throws as `merchant`.
  public func row(_ id: MerchantID, for staff: Staff) async throws -> MerchantRow {
    let merchant = try await merchant(id, for: staff)
    let figures = try await figures(of: [id], for: staff)[id]
    return MerchantRow(merchant: merchant, figures: figures ?? MerchantFigures(products: 0, waiting: 0))
  }
}
