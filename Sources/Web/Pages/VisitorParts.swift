import Accounts
import Carts
import Catalog
import Flows
import Hummingbird
import Merchants
import Messages
import Search
import Values

/// Fills the holes of pages: what differs from visitor to visitor.
public struct VisitorParts: Sendable {
  private static let historyLength = 12
  private static let memoryBytes = 4 * 1024 * 1024

  private let frame: PageFrame
  private let contexts: Contexts
  private let gatesProducts: Bool
  private let fragments: PageCache<String>

  public init(frame: PageFrame, contexts: Contexts, gatesProducts: Bool) {
    self.frame = frame
    self.contexts = contexts
    self.gatesProducts = gatesProducts
    fragments = PageCache(capacity: Self.memoryBytes)
  }

  /// The parts that every page has.
  public func common(_ visit: Visit, path: String, flash: Flash?) async throws -> [Hole: String] {
    let language = visit.language
    let base = visitorModel(visit, path: path)
    var parts: [Hole: String] = [:]
    let unread = try await unreadMessages(visit)
    let inbox: Model = [
      "inbox": [
        "hasUnread": unread > 0, "count": unread > 99 ? "99+" : String(unread),
        "said": frame.words(language).phrase("messages.unread", count: unread),
      ] as Model
    ]
    parts[.account] = try await fragment(
      "account/\(unread)/\(visit.account?.profile.name ?? "")/\(path)", language
    ) { Model.merged(base, inbox) }
    parts[.messages] = try await fragment("messages/\(unread)", language) { inbox }
    let units = try await cartUnits(visit)
    let said = frame.words(language).phrase("cart.units", count: units)
    parts[.cart] = try await fragment("cart/\(units)", language) {
      ["cart": ["hasUnits": units > 0, "count": units > 99 ? "99+" : String(units), "said": said] as Model]
    }
    if let flash {
      parts[.flash] = try frame.theme.render(
        "hole-flash", Model.merged(base, ["flash": flash.model(frame.words(language))]), language)
    }
    return parts
  }

  /// What this visitor has looked at and searched for, the newest first.
  public func history(
    _ visit: Visit, without current: ProductID? = nil, showsSearches: Bool = true
  ) async throws -> String {
    guard let visitor = visit.visitor else { return "" }
    let seen = try await contexts.browsing.recentViews(of: visitor, limit: Self.historyLength).filter { $0 != current }
    let searches = showsSearches ? try await contexts.browsing.recentSearches(of: visitor, limit: 6) : []
    guard !seen.isEmpty || !searches.isEmpty else { return "" }
    let key =
      "history/\(contexts.search.revision)/\(seen.map(\.description).joined())/\(searches.joined(separator: "\u{1}"))"
    let language = visit.language
    return try await fragment(key, language, "hole-history") {
      let format = Format(language)
      let cards = try await contexts.search.cards(seen)
      return [
        "history": [
          "isShown": true, "hasSearches": !searches.isEmpty, "hasProducts": !cards.isEmpty,
          "searches": searches.map { text -> Model in
            ["text": text, "address": Addresses.with([("q", text)], Addresses.search)]
          },
          "products": cards.map { card -> Model in
            [
              "address": Addresses.product(card.product, card.handle), "title": card.title[language],
              "price": card.figures.price.map(format.money) ?? "",
              "picture": ["small": Addresses.picture(card.picture, of: card.product)] as Model,
            ]
          },
        ] as Model
      ]
    }
  }

  /// What this visitor searched for lately and what many do, for whoever hasn't asked for anything yet.
  public func searches(_ visit: Visit) async throws -> String {
    var own: [String] = []
    if let visitor = visit.visitor { own = try await contexts.browsing.recentSearches(of: visitor, limit: 10) }
    let mine = Set(own.map { $0.lowercased() })
    let hot = await hotWords(visit.language).filter { !mine.contains($0.lowercased()) }.prefix(10)
    guard !own.isEmpty || !hot.isEmpty else { return "" }
    let key = "searches/\(own.joined(separator: "\u{1}"))\u{2}\(hot.joined(separator: "\u{1}"))"
    return try await fragment(key, visit.language, "hole-searches") {
      func chips(_ texts: some Sequence<String>) -> [Model] {
        texts.map { ["text": $0, "address": Addresses.with([("q", $0)], Addresses.search)] }
      }
      return [
        "searches": [
          "hasOwn": !own.isEmpty, "own": chips(own), "hasHot": !hot.isEmpty, "hot": chips(hot),
        ] as Model
      ]
    }
  }

  /// What is asked for most. A comfort: while it can't be read, pages do without.
  public func hotWords(_ language: Language) async -> [String] {
    (try? await contexts.searchLedger.popular(language: language)) ?? []
  }

  /// The parts of a product page: buttons for those who may buy, a prompt for those who must log in first.
  public func product(_ product: Product, _ visit: Visit, path: String) async throws -> [Hole: String] {
    let language = visit.language
    let base = visitorModel(visit, path: path)
    let isGated = gatesProducts && visit.account == nil
    var parts: [Hole: String] = [:]
    for hole in [Hole.buyActions, .buyBar] {
      parts[hole] = try await fragment("\(hole.rawValue)/\(isGated)/\(isGated ? path : "")", language) {
        Model.merged(base, ["buy": ["isGated": isGated] as Model])
      }
    }
    guard let account = visit.account else {
      parts[.loginPrompt] = try await fragment("loginPrompt/\(path)", language) { base }
      return parts
    }
    let isSet = try await contexts.browsing.isFavourite(product.id, of: account.id)
    let contact = try await contact(about: product, language)
    parts[.favourite] = try await fragment("favourite/\(product.id)/\(isSet)/\(contact)/\(path)", language) {
      let favourite: Model = [
        "action": Addresses.favourite(product.id), "next": isSet ? "0" : "1", "back": path, "isSet": isSet,
        "pressed": isSet ? "true" : "false",
      ]
      return Model.merged(base, ["favourite": favourite, "consultURL": contact])
    }
    return parts
  }

  /// A letter to the merchant with the product in its subject.
  private func contact(about product: Product, _ language: Language) async throws -> String {
    guard let merchant = try await contexts.merchants.merchant(product.merchant) else { return Addresses.help }
    let title = product.content.title[language]
    return Addresses.letter(to: merchant, about: frame.words(language).phrase("merchant.subject", ["title": title]))
  }

  private func unreadMessages(_ visit: Visit) async throws -> Int {
    guard let account = visit.account else { return 0 }
    return try await contexts.messages.unreadCount(in: .account(account.id))
  }

  private func cartUnits(_ visit: Visit) async throws -> Int {
    guard let owner = visit.cartOwner else { return 0 }
    return try await contexts.carts.cart(of: owner).unitCount
  }

  private func visitorModel(_ visit: Visit, path: String) -> Model {
    var model: Model = [
      "visitor": [
        "isLoggedIn": visit.account != nil, "loginURL": Addresses.logIn(returningTo: path),
        "registerURL": Addresses.register(returningTo: path),
      ] as Model
    ]
    if let account = visit.account { model["account"] = ["name": account.profile.name] as Model }
    return model
  }

  /// A part rendered once for all visitors that it is the same for. The template is `hole-` and the key's first word.
  private func fragment(
    _ key: String, _ language: Language, _ template: String? = nil, model: () async throws -> Model
  ) async throws -> String {
    let name = template ?? "hole-" + (key.split(separator: "/").first.map(String.init) ?? key)
    return try await fragments.item(key + language.rawValue, topic: .lists, size: { $0.utf8.count + 200 }) {
      try frame.theme.render(name, try await model(), language)
    }
  }
}

/// A sentence said once on the next page, carried there by a cookie that names it.
public struct Flash: Hashable, Sendable {
  public enum Kind: String, Sendable { case good, bad }

  public let kind: Kind
  /// A key of `phrases.flash.`, or of `refusal.` for bad ones.
  public let code: String
  public let details: [String: String]

  public init(_ kind: Kind, _ code: String, _ details: [String: String] = [:]) {
    self.kind = kind
    self.code = code
    self.details = details
  }

  /// From the cookie's value; anything but short plain words is ignored, since a browser may send what it likes.
  public init?(cookie text: String?) {
    guard let text, text.utf8.count <= 300, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count >= 2, let kind = Kind(rawValue: parts[0]), parts[1].allSatisfy(\.isLetter) else { return nil }
    self.kind = kind
    code = parts[1]
    details = parts.dropFirst(2).reduce(into: [:]) { details, part in
      let pair = part.split(separator: "-", maxSplits: 1).map(String.init)
      if pair.count == 2, pair[1].allSatisfy({ $0.isLetter || $0.isNumber }) { details[pair[0]] = pair[1] }
    }
  }

  public var cookie: String {
    let plain = details.filter { $0.value.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0) } }
    return ([kind.rawValue, code] + plain.map { "\($0.key)-\($0.value)" }).joined(separator: ".")
  }

  public func model(_ words: Words) -> Model {
    let text =
      words["refusal." + code] != nil
      ? words.refusal(SaidRefusal(code: code, details: details)) : words.phrase("flash." + code, details)
    var model: Model = ["kind": kind.rawValue, "icon": kind == .good ? "check" : "alert", "text": text]
    if code == "added" { model["link"] = ["address": Addresses.cart, "name": words.phrase("flash.toCart")] as Model }
    return model
  }
}

private struct SaidRefusal: Refusal {
  let code: String
  let details: [String: String]
}
