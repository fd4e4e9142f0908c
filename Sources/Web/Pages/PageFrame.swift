import Catalog
import Content
import Flows
import Foundation
import Values

/// What stands around every page: head, navigation, the other language.
public struct PageFrame: Sendable {
  /// What a page says of itself.
  public struct Head: Sendable {
    public var title: String
    public var description: String?
    /// Its one address without the site's name; nil keeps it out of search engines.
    public var canonical: String?
    public var picture: String?
    /// schema.org data as JSON text.
    public var structuredData: String?
    public var searchText: String
    public var currentRoot: CategoryID?

    public init(
      title: String, description: String? = nil, canonical: String? = nil, picture: String? = nil,
      structuredData: String? = nil, searchText: String = "", currentRoot: CategoryID? = nil
    ) {
      self.title = title
      self.description = description
      self.canonical = canonical
      self.picture = picture
      self.structuredData = structuredData
      self.searchText = searchText
      self.currentRoot = currentRoot
    }
  }

  public let theme: Theme
  public let publicURL: String
  public let fragments: Fragments
  private let contexts: Contexts

  public init(theme: Theme, publicURL: String, contexts: Contexts) {
    self.theme = theme
    self.publicURL = publicURL
    fragments = Fragments(theme: theme)
    self.contexts = contexts
  }

  public func words(_ language: Language) -> Words { theme.words(language) }

  /// The values that the layout needs, to be joined with the page's own.
  /// - Parameter path: the address asked for, query included, to which the other language links.
  public func model(_ head: Head, language: Language, path: String) async throws -> Model {
    let path = localAddress(path, longest: 8000) ?? Addresses.home
    let roots = try await contexts.catalog.categories().shown.roots
    let other: Language = language == .en ? .zhHans : .en
    let shopName = words(language)["shop.name"] ?? "Martlet"
    var page: Model = [
      "language": language.rawValue,
      "title": head.title.isEmpty || head.title == shopName ? shopName : "\(head.title) · \(shopName)",
      "isPrivate": head.canonical == nil, "searchText": head.searchText,
      "otherLanguage": [
        "language": other.rawValue, "name": words(other).phrase("language.\(other.rawValue)"),
        "address": inLanguage(other, path),
      ] as Model,
    ]
    if let description = head.description, !description.isEmpty {
      page["description"] = String(description.prefix(160))
    }
    if let picture = head.picture { page["picture"] = publicURL + picture }
    if let data = head.structuredData { page["structuredData"] = data }
    if let canonical = head.canonical {
      page["canonical"] = publicURL + inLanguage(language, canonical)
      page["alternates"] = alternates(canonical).map { ["language": $0, "address": $1] as Model }
    }
    let shown = try await contexts.content.shown()
    return [
      "page": page,
      "nav": [
        "categories": try categories(roots, current: head.currentRoot, language),
        "announcements": try around("announcements", shown, language),
        "header": try around("menu-header", shown, language), "footer": try around("menu-footer", shown, language),
      ] as Model,
    ]
  }

  /// Differs when what stands around pages differs: pages that are kept are kept under it.
  public func contentMark() async throws -> String { String(try await contexts.content.shown().mark) }

  private func around(_ template: String, _ shown: ShownContent, _ language: Language) throws -> String {
    try fragments.html(template, "\(shown.mark)", language) { ShownContentModel(shown, language).model }
  }

  private func categories(
    _ roots: [Catalog.Category], current: CategoryID?, _ language: Language
  ) throws -> String {
    let shown = roots.prefix(10)
    return try fragments.html("categories", "\(current?.raw ?? 0)/\(shown.hashValue)", language) {
      [
        "categories": shown.map { category -> Model in
          [
            "address": Addresses.category(category), "name": category.name[language],
            "isCurrent": category.id == current,
          ]
        }
      ]
    }
  }

  /// The same address in a language.
  public func inLanguage(_ language: Language, _ path: String) -> String {
    let parts = path.split(separator: "?", maxSplits: 1)
    let query = parts.count == 2 ? parts[1].split(separator: "&").filter { !$0.hasPrefix("lang=") } : []
    return (parts.first.map(String.init) ?? "/") + "?"
      + (query.map(String.init) + ["lang=\(language.rawValue)"]).joined(separator: "&")
  }

  /// The full addresses of a page by language, and for readers of any other the one that asks the browser.
  public func alternates(_ path: String) -> [(language: String, address: String)] {
    Language.allCases.map { ($0.rawValue, publicURL + inLanguage($0, path)) } + [("x-default", publicURL + path)]
  }

  /// What `{{url.…}}` stands for in templates.
  static let addresses: [String: String] = [
    "home": Addresses.home, "search": Addresses.search, "suggestions": Addresses.suggestions, "cart": Addresses.cart,
    "checkout": Addresses.checkout, "messages": Addresses.messages, "messagesDesk": Addresses.messagesDesk,
    "orders": Addresses.orders, "account": Addresses.account, "help": Addresses.help,
    "docs": Addresses.docs, "history": Addresses.history, "openapi": "/openapi.json", "regions": "/api/v1/regions",
    "forgetViews": "/account/history/views/clear", "forgetSearches": "/account/history/searches/clear",
    "articles": Addresses.articles, "contentDesk": Addresses.contentDesk, "bannersDesk": Addresses.bannersDesk,
    "menusDesk": Addresses.menusDesk, "contentPictures": Addresses.contentPictures,
    "favourites": "/account/favourites", "addresses": "/account/addresses", "addressNew": "/account/addresses/new",
    "profile": "/account/profile", "password": "/account/password", "login": "/login", "logout": "/logout",
    "register": "/register", "forgot": "/forgot", "reset": "/reset", "adminHome": "/admin",
    "findDesk": Addresses.findDesk,
    "adminLogin": "/admin/login",
    "adminLogout": "/admin/logout", "eventsDesk": Addresses.eventsDesk, "logDesk": Addresses.logDesk,
    "adminCode": "/admin/login/code", "staffDesk": Addresses.staffDesk, "roleDesk": Addresses.roleDesk,
    "staffAccount": Addresses.staffAccount, "staffSecondFactor": Addresses.staffSecondFactor,
    "tokensDesk": Addresses.tokensDesk,
    "refunds": Addresses.refunds, "sell": Addresses.sell, "merchantsDesk": Addresses.merchantsDesk,
    "shopDesk": Addresses.shopDesk,
    "refundsDesk": Addresses.refundsDesk,
  ]
}
