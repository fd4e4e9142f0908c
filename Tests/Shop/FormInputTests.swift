import Accounts
import Flows
import Foundation
import NIOHTTP1
import Testing

@testable import API
@testable import App

/// Every field of every form that the shop's pages show, filled with what nobody types by accident.
@Suite struct FormInputTests {
  /// Fields without a place of their own for a fault: the page says it on top, or beside what they stand for.
  private static let saidOnTop: Set<String> = [
    "version", "address", "method", "token", "stars", "language", "variant", "quantity", "code",
    "units", "restocked", "zones", "number", "place", "points", "decision",
  ]
  /// Fields that other fields or the pressed button make superfluous, and numbers that are text of their kind.
  private static let indifferent: Set<String> = [
    "province", "city", "favourite", "to", "key", "event", "subscriber",
    "list", "viewQuery", "back", "select", "variants.0.id", "variants.0.choice",
  ]
  private static let numbersAreText: Set<String> = ["phone", "trackingNumber", "amount", "code", "slug", "coupon"]
  /// Whoever reviews makes the change instead of asking for it.
  private static let asksReviewer = "POST /admin/orders/{number}/wish"
  /// Of goods that aren't published, orders to be paid at the door and ways to pay that are set up; their own tests send them.
  private static let shownToOthers = [
    "POST /admin/products/{id}/preview-link", "POST /admin/orders/{number}/refused",
    "POST /admin/payments/methods/{method}/trial",
  ]
  /// Amounts, which may have decimals.
  private static let amounts = [
    "Fee", "freeFrom", ".price", ".list", "minimum", "most", "percent", "Percent", "fixed", "parts",
  ]

  /// The forms are dealt out to as many shops, which are gone through side by side.
  private static let shops = 4

  // req: 3.1.3-1
  @Test(arguments: 0..<shops)
  func `each field of each form refuses what it can't take beside it, and shows words as words`(turn: Int) async throws
  {
    try await TestShop.run(["--accounts-log-ins-per-minute", "1000000", "--points-earned", "1"]) { test in
      var owner = try await Self.owner(test)
      let forms = try await Self.forms(owner)
      let covered = Set(forms.map(\.route.name))
      let expected = ShopRoute.all.filter { $0.method == .POST && !$0.isAPI && !$0.isToldByMachines }
      #expect(Set(expected.map(\.name)).subtracting(covered).subtracting(Self.shownToOthers).sorted() == [])
      let fields = forms.flatMap { form in form.fields.map { (form, $0) } }
      for number in stride(from: turn, to: fields.count, by: Self.shops) {
        try await Self.tryAll(fields[number].1, of: fields[number].0, turn: number, &owner)
      }
    }
  }

  private static func owner(_ test: TestShop) async throws -> Owner {
    let owner = try await test.owner()
    _ = try await test.shop.contexts.accounts.addAddress(
      AddressDraft(recipient: "Lin", phone: "13800138000", region: Owner.city, street: "1 Century Avenue"),
      to: owner.account.id)
    return owner
  }

  /// The forms of all pages that the owner, the merchant's staff and nobody see, each once.
  private static func forms(_ owner: Owner) async throws -> [ShownForm] {
    let letter = try await owner.withLetter()
    let staff = try await owner.test.staff(of: owner.merchant)
    _ = try await staff.post("/admin/views", [("list", "orders"), ("viewName", "Mine"), ("viewQuery", "number=2026")])
    try await owner.test.putAside("letters.whenOrderPlaced", event: 7)
    var pages: [(Browser, String)] = [(staff, "/admin/orders")]
    for route in ShopRoute.all where !route.changes && !route.isAPI {
      let address = try route.address(letter.names)
      let desk = route.isDesk ? try await owner.test.staff(for: route, of: owner) : owner.browser
      pages.append((desk, address))
      if route.pattern.hasSuffix("login") || route.pattern == "/register" {
        pages.append((owner.test.browser(), address))
      }
    }
    pages.append((try await owner.test.halfwayIn(), "/admin/login/code"))
    for stage in OrderStage.allCases {
      let number = owner[stage.rawValue]
      pages += [
        (owner.browser, "/orders/\(number)"), (staff, "/admin/orders/\(number)"), (staff, "/admin/shipping/\(number)"),
      ]
    }
    pages.append((staff, "/admin/orders/\(owner["wished"])"))
    pages.append((try await packer(owner), "/admin/orders/\(owner["paid"])"))
    for stage in RefundStage.allCases {
      pages += [
        (owner.browser, "/refunds/\(owner[stage.rawValue])"), (staff, "/admin/refunds/\(owner[stage.rawValue])"),
      ]
    }
    pages.append((try await owner.test.staff(of: nil), "/admin/content/entries/\(owner["withdrawnEntry"])"))
    pages.append((try await owner.test.staff(of: nil), "/admin/categories/\(owner["spareShelf"])"))
    let platform = try await owner.test.staff(of: nil)
    pages += owner.platformPages.map { (platform, $0) }
    var forms: [String: ShownForm] = [:]
    for (browser, address) in pages {
      for form in try ShownForm.all(in: try await browser.get(address).body) { forms[form.signature] = form }
    }
    // These aren't at addresses of their own.
    let asking = [
      try await staff.post("/admin/review/act", [("act", "reject"), ("select", owner["paid"])]),
      try await platform.post("/admin/reviews/act", [("act", "hide"), ("select", owner["hiddenReview"])]),
    ]
    for page in asking { for form in try ShownForm.all(in: page.body) { forms[form.signature] = form } }
    return forms.values.sorted { $0.signature < $1.signature }
  }

  /// Whether what stands in the field is what the pressed button is about.
  private static func isMeant(_ field: ShownForm.Field, _ route: ShopRoute) -> Bool {
    field.isTyped && !indifferent.contains(field.name) && route.fieldNames.contains(field.plainName)
  }

  private static func verdict(_ input: NastyInput, _ field: ShownForm.Field, _ route: ShopRoute) -> Verdict {
    guard isMeant(field, route) else { return .either }
    switch input.kind {
    case .missing, .empty: return field.isRequired ? .refused : .either
    case .fraction where route.pattern.hasPrefix("/admin/search/"): return .either
    case .fraction where amounts.contains(where: { field.name.hasSuffix($0) }): return .either
    case .fraction, .negative, .overflow, .exponent:
      let isText = TextUse(field.name, of: route) != .strict || numbersAreText.contains(field.name)
      return isText ? .either : .refused
    default: return TextUse(field.name, of: route).verdict(input.kind)
    }
  }

  private static func tryAll(
    _ field: ShownForm.Field, of form: ShownForm, turn: Int, _ owner: inout Owner
  ) async throws {
    let route = form.route
    let isThrottled = ["/login", "/forgot", "/reset", "/password"].contains { route.pattern.hasSuffix($0) }
    let inputs = NastyInput.typed.filter { isMeant(field, route) || $0.isForAnyField }
      .map { ($0, verdict($0, field, route)) }
    var books = UnchangedBooks(owner.test)
    var browser = owner.browser
    // What is refused comes first: it leaves everything for the next.
    for (input, verdict) in inputs.filter({ $1 == .refused }) + taken(inputs.filter { $1 != .refused }, turn) {
      if isThrottled || verdict != .refused { try await books.compare() }
      if isThrottled || !books.areKnown {
        owner = try await owner.stocked()
        if isThrottled { owner = try await owner.withLetter() }
        browser = try await sender(route, owner)
        try await books.note()
      }
      let what = "\(route.name) \(field.name) \(input.kind.rawValue)"
      let answer = try await send(input, in: field, of: form, isThrottled, owner, browser)
      try await expectSound(answer, verdict, field, "\(what): \(answer.status)", browser)
      if answer.status < 400, verdict != .refused { books.forget() } else { books.mustStay(after: what) }
    }
    try await books.compare()
  }

  /// Of what may be taken, a script and in turn one of the others: each of them costs a shop's things anew.
  private static func taken(_ inputs: [(NastyInput, Verdict)], _ turn: Int) -> [(NastyInput, Verdict)] {
    let others = inputs.filter { $0.0.kind != .script }
    return inputs.filter { $0.0.kind == .script } + (others.isEmpty ? [] : [others[turn / shops % others.count]])
  }

  /// In a role of its own, so that the owner's spare one stays free.
  private static func packer(_ owner: Owner) async throws -> Browser {
    try await owner.test.staff(of: owner.merchant, [.ordersShip, .stockAdjust])
  }

  private static func sender(_ route: ShopRoute, _ owner: Owner) async throws -> Browser {
    if route.name == asksReviewer { return try await packer(owner) }
    if route.isDesk { return try await owner.test.staff(for: route, of: owner) }
    return route.pattern == "/account/password" ? try await owner.test.other().browser : owner.browser
  }

  private static func send(
    _ input: NastyInput, in field: ShownForm.Field, of form: ShownForm, _ isThrottled: Bool, _ owner: Owner,
    _ browser: Browser
  ) async throws -> Browser.Answer {
    var names = owner.names
    if isThrottled { names["email"] = names["strayEmail"] }
    let fields = form.filled(names, field, input.text)
    let (type, bytes) =
      form.route.isMultipart ? Browser.parts(fields, file: form.route.file) : Browser.urlEncoded(fields)
    return try await browser.send(
      .POST, try form.route.address(names), body: bytes, headers: ["content-type": type, "origin": owner.test.base])
  }
  private static func expectSound(
    _ answer: Browser.Answer, _ verdict: Verdict, _ field: ShownForm.Field, _ what: String, _ browser: Browser
  ) async throws {
    #expect(answer.status < 500, "\(what)")
    #expect(!answer.body.contains(NastyInput.script), "\(what)")
    if answer.status < 400 {
      let page = answer.location?.hasPrefix("/") == true ? try await browser.visit(answer.location ?? "/") : answer
      #expect(page.status < 500 && !page.body.contains(NastyInput.script), "\(what)")
      // What is refused may send back to the page that the form stood on, which says so.
      let isSaid = ["class=\"flash wrap bad\"", "class=\"flash bad\""].contains { page.body.contains($0) }
      if verdict == .refused { #expect(isSaid, "\(what)") }
    } else {
      #expect(verdict != .accepted, "\(what)")
      if verdict == .refused { expectSaid(answer, field, what) }
    }
  }

  private static func expectSaid(_ answer: Browser.Answer, _ field: ShownForm.Field, _ what: String) {
    // Of fields that stand several times on their page one has the fault, and another name.
    let places = answer.body.matches(of: /id="([^"]*)-fault"/).map { String($0.1) }
    if places.contains(where: { $0 == field.name || $0.hasPrefix("\(field.name)-") }) { return }
    // Whether it was the address or the password isn't told.
    let isOnTop = saidOnTop.contains(field.plainName) || field.name.hasPrefix("note.") || answer.status == 401
    let isSaid = ["class=\"fault\"", "role=\"alert\"", "problem red", "\(field.name): "].contains {
      answer.body.contains($0)
    }
    #expect(isOnTop && isSaid, "\(what) isn't said beside the field")
  }
}

/// A form as a page shows it.
struct ShownForm: Sendable {
  struct Field: Sendable {
    let name: String
    let value: String
    /// Whether a person or a page fills it, as against a button.
    let isTyped: Bool
    let isRequired: Bool

    /// `quantity` of `quantity.cln_…`.
    var plainName: String { String(name.prefix { $0 != "." }) }
  }

  let route: ShopRoute
  let fields: [Field]

  /// The same for forms that differ in the things that they name alone.
  var signature: String { route.name + fields.map(\.plainName).joined(separator: ",") }

  static func all(in html: String) throws -> [ShownForm] {
    try html.matches(of: /<form method="post" action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/).map { match in
      let address = String(match.1.prefix { !"?#".contains($0) })
      let fitting = ShopRoute.all.filter { $0.method == .POST && $0.fits(address) }
      let route = try #require(fitting.min { $0.path.count < $1.path.count }, "no route takes the form of \(address)")
      var fields: [String: Field] = [:]
      for tag in match.2.matches(of: /<(input|select|textarea|button)([^>]*)>/) {
        let text = String(tag.2)
        guard let name = text.firstMatch(of: /\sname="([^"]*)"/)?.1, fields[String(name)] == nil else { continue }
        fields[String(name)] = Field(
          name: String(name), value: text.firstMatch(of: /\svalue="([^"]*)"/).map { String($0.1) } ?? "",
          isTyped: tag.1 != "button" && !text.contains("type=\"checkbox\"") && !text.contains("type=\"file\""),
          isRequired: text.contains(" required"))
      }
      return ShownForm(route: route, fields: fields.values.sorted { $0.name < $1.name })
    }
  }

  /// What the form sends when it is filled well, but for one field.
  func filled(_ names: [String: JSONValue], _ changed: Field, _ value: String?) -> [(String, String)] {
    let good = Dictionary(
      (route.body.map { ShopRoute.fields(ShopRoute.filled($0, names)) } ?? []), uniquingKeysWith: { first, _ in first })
    var all: [(String, String)] = []
    for field in fields where field.name != changed.name {
      let name = Self.present(field, good)
      if let value = good[name] {
        all.append((name, value))
      } else if field.isTyped, field.name != "key" {
        all.append((name, field.value))
      }
    }
    let name = Self.present(changed, good)
    if let value { all.append((name, value)) }
    // Else the two would differ, which is another fault.
    if name == "password", all.contains(where: { $0.0 == "repeated" }) {
      all = all.map { $0.0 == "repeated" ? ("repeated", value ?? "") : $0 }
    }
    return all
  }

  /// Things have other names by now than when the page was shown: `units.oln_…`.
  private static func present(_ field: Field, _ good: [String: String]) -> String {
    guard let suffix = field.name.split(separator: ".").dropFirst().last, suffix.contains("_") else {
      return field.name
    }
    return good.keys.first { $0.hasPrefix("\(field.plainName).") } ?? field.name
  }
}

extension ShopRoute {
  /// No page has a form for it.
  var isToldByMachines: Bool { name.contains("/notices/") || name.contains("/logistics/") }

  /// The fields that its good body has.
  var fieldNames: Set<String> { Set((body?.members ?? [:]).keys.map { String($0.prefix { $0 != "." }) }) }
}
