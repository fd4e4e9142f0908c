import Accounts
import Foundation
import Merchants
import NIOHTTP1
import Testing
import Values

@testable import API
@testable import App

/// Each route of the back office and of its API, tried by staff who may do everything but this.
@Suite struct RightsTests {
  /// As many routes are looked at together: a look reads every table.
  private static let together = 20

  @Test func `every route of staff says which rights it needs, and no other does`() {
    for route in ShopRoute.all {
      #expect((route.needs != nil) == (route.isForStaff && route.isPrivate), "\(route.name)")
    }
  }

  @Test func `programs read in the API's document which rights they need`() async throws {
    try await TestShop.run { test in
      let text = try await test.browser().get("/api/v1/openapi.json").body
      let document = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
      for route in ShopRoute.all where route.isStaffAPI {
        let path = String(route.pattern.dropFirst(ShopAPI.root.count))
        let said = document["paths"]?[path]?[route.method.rawValue.lowercased()]?["security"]
        let rights = said?.items.first?["staffToken"]?.items.compactMap(\.text)
        #expect(rights == (route.needs?.first ?? []).map(\.rawValue).sorted(), "\(route.name)")
      }
    }
  }

  // req: 3.1.1-2
  @Test func `whoever may do everything but what a route is for is refused there, at desks as by the API`() async throws
  {
    try await TestShop.run { test in
      var people = People(test)
      let owner = try await test.owner().withLetter()
      let routes = ShopRoute.all.filter { !($0.needs ?? []).isEmpty }
      // Before anybody looks at the books, which know who is hired.
      var refused: [String: [Browser]] = [:]
      for route in routes {
        let employer = route.door == .platform ? nil : owner.merchant
        var lacking = (route.needs ?? []).map { needed in Set(StaffRight.allCases).subtracting(needed) }
        lacking.append([])
        var browsers: [Browser] = []
        for rights in lacking { browsers.append(try await people.with(rights, of: employer, for: route)) }
        refused[route.name] = browsers
      }
      var books = UnchangedBooks(test)
      for (index, route) in routes.enumerated() {
        if index.isMultiple(of: Self.together) { try await books.note() }
        for staff in refused[route.name] ?? [] {
          let answer = try await route.send(by: staff, naming: owner.names)
          #expect(answer.status == 403, "\(route.name): \(answer.status)")
          #expect(answer.body.contains(route.isAPI ? "\"notAllowed\"" : "the right to do this"), "\(route.name)")
        }
        books.mustStay(after: route.name)
        if index % Self.together == Self.together - 1 || index == routes.count - 1 { try await books.compare() }
      }
    }
  }

  // req: 3.1.1-2
  @Test func `nobody, buyers and another merchant's staff get nowhere and change nothing`() async throws {
    try await TestShop.run { test in
      var people = People(test)
      let owner = try await test.owner().withLetter()
      let other = try await test.merchant("other")
      let buyer = try await test.other().browser
      let all = Set(StaffRight.allCases)
      let routes = ShopRoute.all.filter { $0.needs != nil }
      for route in routes { _ = try await people.with(all, of: other, for: route) }
      var books = UnchangedBooks(test)
      for (index, route) in routes.enumerated() {
        if index.isMultiple(of: Self.together) { try await books.note() }
        for browser in [test.browser(), buyer, owner.browser] {
          let answer = try await route.send(by: browser, naming: owner.names)
          if route.isAPI {
            #expect(answer.status == 401, "\(route.name): \(answer.status)")
          } else {
            #expect(answer.status == 303 && answer.location?.hasPrefix("/admin/login") == true, "\(route.name)")
          }
        }
        if let statuses = route.answersToStrangers {
          let stranger = try await people.with(all, of: other, for: route)
          let answer = try await route.send(by: stranger, naming: owner.names)
          #expect(statuses.contains(answer.status), "\(route.name): \(answer.status)")
        }
        books.mustStay(after: route.name)
        if index % Self.together == Self.together - 1 || index == routes.count - 1 { try await books.compare() }
      }
    }
  }
}

extension ShopRoute {
  /// What staff of another merchant are told who name what isn't theirs; nil where everything is their own.
  fileprivate var answersToStrangers: Set<Int>? {
    switch door {
    case .merchant: [404]
    case .merchantSending(let status): [status]
    case .platform: [403]
    default: nil
    }
  }
}

/// Staff who are hired once for each set of rights.
private struct People {
  private struct Key: Hashable {
    let rights: Set<StaffRight>
    let employer: MerchantID?
    let isProgram: Bool
  }

  private let test: TestShop
  private var known: [Key: Browser] = [:]

  init(_ test: TestShop) { self.test = test }

  mutating func with(_ rights: Set<StaffRight>, of employer: Merchant?, for route: ShopRoute) async throws -> Browser {
    let key = Key(rights: rights, employer: employer?.id, isProgram: route.isStaffAPI)
    if let browser = known[key] { return browser }
    let hired =
      try await route.isStaffAPI ? test.program(of: employer, rights) : test.staff(of: employer, rights)
    known[key] = hired
    return hired
  }
}
