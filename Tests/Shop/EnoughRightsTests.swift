import Accounts
import Foundation
import Testing
import Values

@testable import App

/// What a single right opens: the pages that it is said to be enough for, whatever their lists are narrowed to, and all that
/// these lead to. `RightsTests` says what it doesn't.
@Suite struct EnoughRightsTests {
  /// Staff with as few rights as these pages need.
  private struct Post {
    let rights: Set<StaffRight>
    let isOfPlatform: Bool
    var routes: [ShopRoute] = []

    var name: String {
      rights.map(\.rawValue).sorted().joined(separator: ", ") + (isOfPlatform ? " of the platform" : "")
    }
  }

  // req: 3.1.1-2
  @Test func `one right that is enough for a page opens it, with each filter, and all that it leads to`() async throws {
    try await TestShop.run { test in
      let owner = try await test.owner().withLetter()
      for post in Self.posts {
        let staff = try await test.staff(of: post.isOfPlatform ? nil : owner.merchant, post.rights)
        var walk = Walk(staff, post.name)
        for route in post.routes { try await walk.opens(try route.address(owner.names)) }
        try await walk.follows()
      }
    }
  }

  private static var posts: [Post] {
    var posts: [String: Post] = [:]
    for route in ShopRoute.all where route.isDesk && !route.changes {
      for rights in enough(for: route.needs ?? []) where !rights.isEmpty {
        let allowed = rights.isSubset(of: StaffRight.all(of: route.door == .platform ? nil : MerchantID(raw: 1)))
        let isOfPlatform = route.door == .platform || !allowed
        let post = Post(rights: rights, isOfPlatform: isOfPlatform)
        posts[post.name, default: post].routes.append(route)
      }
    }
    return posts.values.sorted { $0.name < $1.name }
  }

  /// The smallest sets that have one right of each of these.
  private static func enough(for needs: [Set<StaffRight>]) -> [Set<StaffRight>] {
    let all = needs.reduce([Set<StaffRight>()]) { sets, choice in
      sets.flatMap { set in choice.map { set.union([$0]) } }
    }
    return Array(Set(all)).filter { set in !all.contains { $0.isStrictSubset(of: set) } }
  }
}

/// What one member of staff finds by following what pages show.
private struct Walk {
  private let browser: Browser
  private let name: String
  private var links: [String] = []
  /// Pages by what kind of page they are; of each kind one is seen.
  private var kinds: Set<String> = []

  init(_ browser: Browser, _ name: String) {
    self.browser = browser
    self.name = name
  }

  /// A page that the right is for, as it is and with each of its filters.
  mutating func opens(_ address: String) async throws {
    kinds.insert(Self.kind(of: address))
    let page = try await look(at: address)
    for filter in Self.filters(on: page) {
      let path = String(address.prefix { $0 != "?" })
      _ = try await look(at: "\(path)?\(filter.name)=\(Browser.escaped(filter.value))")
    }
  }

  /// One step on.
  mutating func follows() async throws {
    let found = links
    for link in found where kinds.insert(Self.kind(of: link)).inserted { _ = try await look(at: link) }
  }

  private mutating func look(at address: String) async throws -> String {
    let answer = try await browser.visit(address)
    #expect(answer.status < 400, "\(name) at \(address): \(answer.status)")
    links += answer.body.matches(of: /href="(\/admin[^"#]*)/).map { String($0.1).replacing("&amp;", with: "&") }
    return answer.body
  }

  /// Without what names one thing, and with what the page is asked for, as far as that isn't a choice of the reader's.
  private static func kind(of address: String) -> String {
    let parts = address.split(separator: "?", maxSplits: 1).map(String.init)
    let path = parts[0].split(separator: "/").map { $0.contains(where: \.isNumber) ? "*" : String($0) }
    let query = parts.count > 1 ? parts[1].split(separator: "&").filter { $0.hasPrefix("part=") }.sorted() : []
    return path.joined(separator: "/") + "?" + query.joined(separator: "&")
  }

  /// Each with something that it takes: the first of what can be chosen, a day, a word that is also an amount.
  private static func filters(on page: String) -> [(name: String, value: String)] {
    guard let form = page.firstMatch(of: /<details class="admin-filters"[\s\S]*?<\/details>/)?.0 else { return [] }
    let fields = form.matches(of: /<input id="([^"]+)"([^>]*)>/).map {
      (name: String($0.1), value: $0.2.contains("type=\"date\"") ? "2026-01-01" : "1")
    }
    let choices = form.matches(of: /<select id="([^"]+)"[^>]*><option value="">[^<]*<\/option><option value="([^"]*)"/)
      .map { (name: String($0.1), value: String($0.2)) }
    return fields + choices
  }
}
