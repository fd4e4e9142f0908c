import Accounts
import AuditLog
import Flows
import Foundation
import Merchants
import NIOHTTP1
import Pages
import Storage
import TestKit
import Testing
import Values

@testable import App

/// The log of what staff did: at its desk, as a file, and from the command line.
@Suite struct LogDeskTests {
  // req: 2.3.3-3
  @Test func `what staff do at their desks stands in the log, with who, from where, before and after`() async throws {
    try await TestShop.run { test in
      let owner = try await test.owner()
      let mei = try await test.staff(of: owner.merchant)
      _ = try await mei.post("/admin/orders/\(owner["paid"])/pass", [("note", "<b>all there</b>")])
      let entry = try #require(try await test.deeds(DeedFilter(who: "Mei", verb: "orders.pass")).last)
      #expect(entry.origin == "127.0.0.1" && entry.trace.utf8.count == 32)
      #expect(StaffID(entry.who) != nil && entry.merchant == owner.merchant.id)
      let list = try await mei.get("/admin/log").body
      for words in ["Passed an order", owner["paid"], "Mei", "127.0.0.1", "/admin/log/\(entry.number)\""] {
        #expect(list.contains(words), "\(words)")
      }
      let detail = try await mei.get("/admin/log/\(entry.number)").body
      for words in [
        "awaitingReview", "awaitingShipment", "&lt;b&gt;all there&lt;/b&gt;", entry.hash, entry.trace,
        "/admin/orders/\(owner["paid"])\"", "Unchanged since it was written",
      ] { #expect(detail.contains(words), "\(words)") }
      let chinese = try await mei.get("/admin/log?lang=zh-Hans").body
      #expect(chinese.contains("审核通过订单") && !chinese.contains(">log."))
      try await test.change("UPDATE deed SET who_name = 'Eve' WHERE number = \(entry.number)")
      #expect(try await mei.get("/admin/log/\(entry.number)?lang=en").body.contains("Changed after it was written"))
    }
  }

  // req: 2.3.3-3
  @Test func `log-ins are noted, those that failed too, and what was typed isn't kept`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      _ = try await test.shop.contexts.staff.hire(
        StaffHire(
          email: "bo@staff.example", password: TestShop.password, name: "Bo", merchant: merchant.id, rights: [.logView])
      )
      let browser = test.browser()
      for (email, password) in [
        ("bo@staff.example", "guessed wrong"), ("sesame open", "x"), ("bo@staff.example", TestShop.password),
      ] { _ = try await browser.post("/admin/login", [("email", email), ("password", password)]) }
      let entries = try await test.deeds(DeedFilter()).filter { $0.verb.hasPrefix("staff.logIn") }
      #expect(entries.map(\.verb) == ["staff.logInFailed", "staff.logInFailed", "staff.logIn"])
      #expect(
        entries.map(\.who).prefix(2) == ["visitor", "visitor"] && entries.allSatisfy { $0.origin == "127.0.0.1" })
      #expect(entries[0].subjectName == "bo@staff.example" && entries[0].merchant == merchant.id)
      #expect(entries[1].subject == "unknown" && entries[1].merchant == nil)
      #expect(entries[2].whoName == "Bo" && StaffID(entries[2].who) != nil)
      #expect(!"\(entries)".contains("sesame") && !"\(entries)".contains("guessed"))
      let page = try await browser.get("/admin/log").body
      #expect(page.contains("Failed to log in") && page.contains("not logged in"))
    }
  }

  // req: 2.3.3-3
  @Test func `what staff do with roles and at the door is noted with where it came from, and every verb has its words`()
    async throws
  {
    try await TestShop.run { test in
      let platform = try await test.staff(of: nil)
      _ = try await platform.post("/admin/roles/new", [("name", "Readers"), ("right", "log.view")])
      _ = try await platform.post("/admin/logout")
      let entries = try await test.deeds(DeedFilter(who: "Mei"))
      #expect(entries.map(\.verb).suffix(2) == ["staff.addRole", "staff.logOut"])
      #expect(entries.suffix(2).allSatisfy { $0.origin == "127.0.0.1" && $0.trace.utf8.count == 32 })
      for language in Language.allCases {
        let words = test.shop.theme.words(language)
        for verb in [
          "staff.hire", "staff.revise", "staff.dismiss", "staff.reinstate", "staff.resetPassword",
          "staff.changePassword", "staff.addRole", "staff.reviseRole", "staff.removeRole", "staff.logIn",
          "staff.logInFailed", "staff.codeFailed", "staff.logOut", "staff.endSession", "staff.endSessions",
          "staff.confirmSecondFactor", "staff.renewRecoveryCodes", "staff.giveUpSecondFactor",
          "staff.dropSecondFactor", "orders.edit", "orders.readdress", "orders.reject", "refunds.approve",
          "refunds.reject", "refunds.receive", "refunds.grant", "refunds.retry", "fulfilment.pack",
          "fulfilment.unpack", "fulfilment.send", "fulfilment.handOver", "fulfilment.correct", "fulfilment.choose",
          "fulfilment.keepProof", "fulfilment.saveCarrier", "content.beginEntry", "content.saveEntry",
          "content.publishEntry", "content.restoreEntry", "content.withdrawEntry", "content.removeEntry",
          "content.addBanner", "content.changeBanner", "content.arrangeBanners", "content.removeBanner",
          "content.saveMenu", "content.addPicture", "pricing.saveFreight", "search.saveSynonyms",
          "search.removeSynonyms", "search.saveRule", "search.removeRule", "search.saveWeights",
        ] { #expect(words["log.verbs.\(verb)"] != nil, "\(verb) in \(language)") }
      }
    }
  }

  // req: 2.3.3-3 3.1.2-1
  @Test func `the log opens to those with the right, and shows staff of a merchant what is theirs`() async throws {
    try await TestShop.run { test in
      let owner = try await test.owner()
      let other = try await test.merchant("other")
      let mei = try await test.staff(of: owner.merchant)
      _ = try await mei.post("/admin/orders/\(owner["paid"])/pass")
      let entry = try #require(try await test.deeds(DeedFilter(verb: "orders.pass", merchant: owner.merchant.id)).last)
      let idle = try await test.staff(of: owner.merchant, Set(StaffRight.allCases).subtracting([.logView]))
      for path in ["/admin/log", "/admin/log/\(entry.number)", "/admin/log/export"] {
        #expect(try await idle.get(path).status == 403, "\(path)")
      }
      #expect(!(try await idle.get("/admin/orders").body.contains("href=\"/admin/log\"")))
      let stranger = try await test.staff(of: other)
      #expect(try await stranger.get("/admin/orders").body.contains("href=\"/admin/log\""))
      #expect(try await stranger.get("/admin/log/\(entry.number)").status == 404)
      for path in [
        "/admin/log", "/admin/log?merchant=kiln", "/admin/log?who=\(entry.who)", "/admin/log/export?format=csv",
        "/admin/log/export?format=jsonl&merchant=kiln&subject=\(owner["paid"])",
      ] { #expect(!(try await stranger.get(path).body.contains(entry.subject)), "\(path)") }
      let head = try #require(try await test.shop.log.head()).hash
      #expect(!(try await stranger.get("/admin/log").body.contains(head)))
      let platform = try await test.staff(of: nil)
      #expect(try await platform.get("/admin/log?merchant=kiln&verb=orders.pass").body.contains(owner["paid"]))
      #expect(!(try await platform.get("/admin/log?merchant=other").body.contains(owner["paid"])))
      let end = try #require(try await test.shop.log.head()).description
      #expect(try await platform.get("/admin/log").body.contains(end))
      #expect(try await platform.get("/admin/log/999999").status == 404)
      #expect(try await platform.get("/admin/log/first").status == 404)
    }
  }

  @Test(arguments: [
    "verb=nothing.atAll", "dateFrom=yesterday", "dateFrom=2026-02-01&dateTo=2026-01-01", "merchant=nobody",
    "who=\(String(repeating: "x", count: 81))", "subject=%00",
  ])
  func `a filter that can't be is said beside its field`(query: String) async throws {
    try await TestShop.run { test in
      let staff = try await test.staff(of: nil)
      let page = try await staff.get("/admin/log?\(query)")
      #expect(page.status == 422)
      #expect(page.body.contains("-fault\""))
      #expect(try await staff.get("/admin/log/export?\(query)").status == 422)
    }
  }

  @Test func `a long log is read page by page and exported whole`() async throws {
    try await TestShop.run { test in
      let staff = try await test.staff(of: nil)
      for number in 1...120 {
        try await test.shop.log.note(Deed("tests.long", on: "long", named: "deed \(number) of many", of: nil))
      }
      let first = try await staff.get("/admin/log").body
      #expect(first.contains("deed 120 of many") && !first.contains("deed 60 of many"))
      let next = try #require(first.firstMatch(of: /href="(\/admin\/log\?after=[^"]+)"/)?.1)
      let second = try await staff.get(String(next)).body
      #expect(second.contains("deed 60 of many") && !second.contains("deed 120 of many"))
      let file = try await staff.get("/admin/log/export?format=jsonl&subject=deed%207%20of%20many").body
      #expect(file.split(separator: "\n").count == 1)
      let whole = try await staff.get("/admin/log/export?format=jsonl").body
      #expect(whole.split(separator: "\n").count == Int(try #require(try await test.shop.log.head()).number))
    }
  }

  // req: 2.3.3-3 2.2-7
  @Test func `an export for spreadsheets runs nothing, and says where buyers live to those alone who may know`()
    async throws
  {
    try await TestShop.run { test in
      let owner = try await test.owner()
      try await test.shop.log.note(
        Deed(
          "orders.edit", on: "x", named: "=cmd|' /C calc'!A0", of: owner.merchant.id,
          before: ["street": "17 Hidden Lane"], after: ["street": "18 Hidden Lane"], note: "+1, \"two\"\n@three"))
      let mei = try await test.staff(of: owner.merchant)
      let answer = try await mei.get("/admin/log/export?format=csv")
      #expect(answer.headers.first(name: "content-type") == "text/csv; charset=utf-8")
      #expect(answer.headers.first(name: "content-disposition") == "attachment; filename=\"martlet-log.csv\"")
      #expect(answer.body.hasPrefix("\u{FEFF}number,previous,at,who,"))
      #expect(answer.body.contains(",'=cmd|' /C calc'!A0,"))
      #expect(answer.body.contains(",\"'+1, \"\"two\"\"\n@three\","))
      #expect(answer.body.contains("18 Hidden Lane"))
      let packer = try await test.staff(of: owner.merchant, [.logView, .ordersShip])
      for format in ["csv", "jsonl"] {
        #expect(!(try await packer.get("/admin/log/export?format=\(format)").body.contains("Hidden Lane")))
      }
      let entry = try #require(try await test.deeds(DeedFilter(verb: "orders.edit")).first)
      let page = try await packer.get("/admin/log/\(entry.number)").body
      #expect(page.contains("•••") && !page.contains("Hidden Lane"))
      #expect(page.contains("Unchanged since it was written"))
      for (scopes, isWhole) in [([.logView], false), ([.logView, .buyersContact], true)] as [(Set<StaffRight>, Bool)] {
        let issued = try await test.issued(of: owner.merchant, scopes: scopes)
        let api = test.program.with(token: issued.secret.rawValue)
        for path in ["/admin/log/\(entry.number)", "/admin/log?verb=orders.edit", "/admin/log/lines?verb=orders.edit"] {
          let text = try await api.get(path).text
          #expect(text.contains("orders.edit") && text.contains("18 Hidden Lane") == isWhole, "\(path)")
        }
      }
      #expect(try await mei.get("/admin/log/export?format=exe").status == 422)
    }
  }

  // req: 2.3.3-3
  @Test(.enabled(if: Process.isInstalled("python3"))) func `whoever has an export can verify it without the shop`()
    async throws
  {
    try await TestShop.run { test in
      _ = try await test.owner()
      try await test.shop.log.note(
        Deed("tests.odd", on: "“odd”", of: nil, after: ["名": "\u{1F600}\\\"/"], note: "二\n三"))
      let staff = try await test.staff(of: nil)
      let whole = try await staff.get("/admin/log/export?format=jsonl").body
      let end = try #require(try await test.shop.log.head())
      let sound = try await test.checkLog(whole, "\(end)")
      #expect(sound.status == 0, "\(sound.output)\(sound.errors)")
      #expect(sound.output == "\(end.number) entries, whole, to \(end)\n")
      let part = try await staff.get("/admin/log/export?format=jsonl&verb=orders.pass").body
      #expect(try await test.checkLog(part).output.contains("a part"))
      let forged = whole.replacing("二", with: "两")
      #expect(try await test.checkLog(forged).status == 1)
      let lines = whole.split(separator: "\n")
      #expect(try await test.checkLog((lines[1...] + lines[..<1]).joined(separator: "\n")).status == 1)
      let cut = lines.dropLast(3).joined(separator: "\n")
      #expect(try await test.checkLog(cut).status == 0)
      #expect(try await test.checkLog(cut, "\(end)").status == 1)
    }
  }

  // req: 2.3.3-3
  @Test func `a command verifies the chain, and names the first entry that doesn't follow`() async throws {
    try await TestShop.run { test in
      let opened = try await martlet(
        ["open-merchant", "reed", "--name", "Reed", "--email", "reed@example.com"] + test.dataArguments)
      #expect(opened.status == 0, "\(opened.errors)")
      let entry = try #require(try await test.deeds(DeedFilter(verb: "merchants.open")).first)
      #expect(entry.who == "command" && !entry.origin.isEmpty && entry.subjectName == "reed")
      #expect(entry.fieldsAfter["email"] == "reed@example.com")
      for number in 1...5 { try await test.shop.log.note(Deed("tests.deed", on: "deed \(number)", of: nil)) }
      let end = try #require(try await test.shop.log.head())
      let whole = try await martlet(["audit", "--log"] + test.dataArguments)
      #expect(whole.status == 0 && whole.output == "The log is whole: \(end)\n", "\(whole.errors)")
      let known = try await martlet(["audit", "--log", "--known", "\(end)"] + test.dataArguments)
      #expect(known.status == 0)
      let other = String(repeating: "0", count: 64)
      let unknown = try await martlet(["audit", "--log", "--known", "2:\(other)"] + test.dataArguments)
      #expect(unknown.status == 1 && unknown.output.contains("entry 2 isn't the one that was written down"))
      #expect(try await martlet(["audit", "--log", "--known", "2"] + test.dataArguments).status == 64)
      #expect(try await martlet(["audit", "--known", "\(end)"] + test.dataArguments).status == 64)
      #expect(try await test.shop.audit().isEmpty)
      try await test.change("UPDATE deed SET note = 'nothing' WHERE number = 3")
      let broken = try await martlet(["audit", "--log"] + test.dataArguments)
      #expect(broken.status == 1 && broken.output.contains("entry 3 was changed"))
      #expect(try await test.shop.audit().map(\.book) == ["log"])
    }
  }

  // req: 2.3.3-3
  @Test func `switches, events and imports are noted with whoever did it`() async throws {
    try await TestShop.run { test in
      _ = try await test.merchant()
      let platform = try await test.staff(of: nil)
      _ = try await platform.post("/admin/parts/switches/search", [("turn", "off"), ("minutes", "15")])
      _ = try await platform.post("/admin/parts/switches/search", [("turn", "on")])
      try await test.putAside("nobody.whenOrderPlaced", event: 8)
      _ = try await platform.post(
        "/admin/events/discard", [("event", "\(EventID(raw: 8))"), ("subscriber", "nobody.whenOrderPlaced")])
      let turns = try await test.deeds(DeedFilter(verb: "switches.turn"))
      #expect(turns.map(\.fieldsBefore["state"]) == ["on", "off"])
      #expect(turns.map(\.fieldsAfter["state"]) == ["off", "on"])
      #expect(turns.first?.fieldsAfter["until"] != nil && turns.allSatisfy { $0.whoName == "Mei" })
      let discarded = try #require(try await test.deeds(DeedFilter(verb: "events.discard")).first)
      #expect(discarded.whoName == "Mei" && discarded.subject == "\(EventID(raw: 8))" && discarded.after == nil)
      let file = FileManager.default.temporaryDirectory.appending(path: "goods-\(UUID().uuidString).csv")
      defer { try? FileManager.default.removeItem(at: file) }
      try Data("Handle,Title,Variant Price\nbowl,Bowl,9.00\n".utf8).write(to: file)
      let imported = try await martlet(["import", file.path, "--merchant", "kiln"] + test.dataArguments)
      #expect(imported.status == 0, "\(imported.errors)")
      let imports = try await test.deeds(DeedFilter(who: "command"))
      #expect(imports.map(\.verb) == ["catalog.import", "catalog.imported"])
      #expect(imports.last?.fieldsAfter["created"] == "1")
      for entry in try await test.deeds(DeedFilter()) {
        for language in Language.allCases {
          #expect(test.shop.theme.words(language)["log.verbs.\(entry.verb)"] != nil, "\(entry.verb) in \(language)")
        }
      }
    }
  }
}

extension TestShop {
  func deeds(_ filter: DeedFilter) async throws -> [DeedEntry] {
    try await shop.log.entries(matching: filter, after: 0, limit: 1000)
  }

  fileprivate func change(_ statement: SQL) async throws {
    try await shop.database.write { try $0.execute(statement) }
  }

  /// What `bin/check-log` says of an export.
  fileprivate func checkLog(_ text: String, _ marks: String...) async throws -> Process.Outcome {
    let file = FileManager.default.temporaryDirectory.appending(path: "log-\(UUID().uuidString).jsonl")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(text.utf8).write(to: file)
    let program = TestShop.packageFolder.appending(path: "bin/check-log").path
    return try await Process.named("python3", [program, file.path] + marks).outcome()
  }
}
