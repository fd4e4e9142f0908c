import Accounts
import Catalog
import Flows
import Foundation
import Merchants
import NIOHTTP1
import Search
import Testing
import Values

@testable import API
@testable import App

/// The desks of search, as staff of the platform use them.
@Suite struct SearchDeskTests {
  /// A shop with two pots on sale, and somebody who tunes its search.
  private struct Stage {
    let test: TestShop
    let desk: Browser
    let pot: Product
    let kettle: Product

    init(_ test: TestShop) async throws {
      self.test = test
      let merchant = try await test.merchant()
      pot = try await test.product(of: merchant)
      kettle = try await test.product(of: merchant, "kettle")
      desk = try await test.staff(of: nil, [.searchTune])
      try await test.settle()
    }

    var tuning: SearchTuning { get async throws { try await test.shop.contexts.searchRules.tuning() } }

    func measure(_ file: String, _ fields: [(String, String)] = []) async throws -> Browser.Answer {
      let (type, bytes) = Browser.parts(fields, sending: ("judgements", "judged.csv", Array(file.utf8)))
      return try await desk.send(
        .POST, "/admin/search/evaluation", body: bytes, headers: ["content-type": type, "origin": desk.base])
    }
  }

  @Test func `synonyms are made, tried before they count, changed and taken away`() async throws {
    try await TestShop.run { test in
      let stage = try await Stage(test)
      let desk = stage.desk
      #expect(try await desk.get("/admin/search/synonyms").body.contains("No synonyms yet"))
      // Nothing is called so; with the synonym the pot is found.
      let tried = try await desk.get("/admin/search/synonyms/new?way=both&words=zorvex%0Ateapot&q=zorvex")
      #expect(tried.status == 200 && tried.body.contains("id=\"preview\""))
      #expect(tried.body.contains("id=\"side-before\"") && tried.body.contains("id=\"side-after\""))
      #expect(try await stage.tuning.synonyms.isEmpty)

      let lone = try await desk.post("/admin/search/synonyms/new", [("way", "both"), ("words", "zorvex")])
      #expect(
        lone.status == 422 && lone.body.contains("id=\"words-fault\"") && lone.body.contains(">zorvex</textarea>"))
      let noWord = try await desk.post("/admin/search/synonyms/new", [("way", "one"), ("words", "teapot")])
      #expect(noWord.status == 422 && noWord.body.contains("id=\"asked-fault\""))
      let made = try await desk.post(
        "/admin/search/synonyms/new", [("way", "both"), ("words", "zorvex, teapot，茶壶")])
      #expect(made.status == 303)
      let group = try #require(try await stage.tuning.synonyms.first)
      #expect(group.words == ["zorvex", "teapot", "茶壶"] && group.from == nil)
      #expect(try await desk.get("/admin/search/synonyms?containing=zorv").body.contains("\(group.id)"))

      let page = "/admin/search/synonyms/\(group.id)"
      #expect(try await desk.get(page).body.contains("zorvex\nteapot\n茶壶"))
      _ = try await desk.post(page, [("way", "one"), ("asked", "zorvex"), ("words", "teapot"), ("version", "1")])
      #expect(try await stage.tuning.synonyms.map(\.from) == ["zorvex"])
      _ = try await desk.post("\(page)/remove", [("version", "2")])
      #expect(try await stage.tuning.synonyms.isEmpty)
      #expect(try await desk.get(page).status == 404)
    }
  }

  @Test func `a rule is put together of goods that are found, moved and taken off, without being saved`() async throws {
    try await TestShop.run { test in
      let stage = try await Stage(test)
      let desk = stage.desk
      let (pot, kettle) = ("\(stage.pot.id)", "\(stage.kettle.id)")
      let new = "/admin/search/rules/new"
      #expect(try await desk.get("/admin/search/rules").body.contains("No rules yet"))
      let found = try await desk.get("\(new)?queries=tea&find=\(Browser.escaped(stage.kettle.content.title.en))")
      #expect(found.body.contains("name=\"pin\" value=\"\(kettle)\""))
      let pinned = try await desk.get("\(new)?queries=tea&pinned=\(pot)&pin=\(kettle)&q=tea").body
      #expect(
        pinned.contains("name=\"pinned\" value=\"\(pot)\"") && pinned.contains("name=\"pinned\" value=\"\(kettle)\""))
      #expect(pinned.contains("id=\"side-after\""))
      let sent = try await desk.post(
        "\(new)?do=move", [("queries", "tea"), ("pinned", pot), ("pinned", kettle), ("up", kettle)])
      #expect(sent.status == 200 && sent.body.contains("formaction=\"\(new)?do=move#pinned\""))
      let moved = sent.body
      let (first, second) = (
        try #require(moved.range(of: "name=\"pinned\" value=\"\(kettle)\"")),
        try #require(moved.range(of: "name=\"pinned\" value=\"\(pot)\""))
      )
      #expect(first.lowerBound < second.lowerBound)
      let buried = try await desk.post("\(new)?do=move", [("queries", "tea"), ("pinned", pot), ("bury", pot)]).body
      #expect(buried.contains("name=\"buried\" value=\"\(pot)\"") && !buried.contains("name=\"pinned\""))
      let dropped = try await desk.post("\(new)?do=move", [("queries", "tea"), ("pinned", pot), ("drop", pot)]).body
      #expect(!dropped.contains("name=\"pinned\""))
      #expect(try await stage.tuning.rules.isEmpty)

      let empty = try await desk.post(new, [("queries", "tea")])
      #expect(empty.status == 422 && empty.body.contains("id=\"pinned-fault\""))
      let away = try await desk.post(new, [("queries", "tea"), ("redirect", "//elsewhere.example")])
      #expect(away.status == 422 && away.body.contains("id=\"redirect-fault\""))
      let made = try await desk.post(
        new, [("queries", "tea\r\ntea set"), ("pinned", kettle), ("buried", pot), ("from", ""), ("until", "")])
      #expect(made.status == 303)
      let rule = try #require(try await stage.tuning.rules.first)
      #expect(rule.queries == ["tea", "tea set"] && rule.pinned == [stage.kettle.id] && rule.buried == [stage.pot.id])
      let taken = try await desk.post(new, [("queries", "TEA"), ("redirect", "/c/tea")])
      #expect(taken.status == 409 && taken.body.contains("has a rule already"))

      let page = "/admin/search/rules/\(rule.id)"
      let shown = try await desk.get(page).body
      #expect(shown.contains("name=\"pinned\" value=\"\(kettle)\"") && shown.contains("tea\ntea set"))
      _ = try await desk.post(
        page, [("queries", "tea"), ("redirect", "/c/tea"), ("until", "2000-01-01T00:00"), ("version", "1")])
      #expect(try await desk.get("/admin/search/rules").body.contains("Ended"))
      _ = try await desk.post("\(page)/remove", [("version", "2")])
      #expect(try await stage.tuning.rules.isEmpty)
    }
  }

  @Test func `weights are tried, bounded, saved and set back`() async throws {
    try await TestShop.run { test in
      let stage = try await Stage(test)
      let desk = stage.desk
      let page = try await desk.get("/admin/search/weights").body
      for field in RankingWeights.fields { #expect(page.contains("id=\"\(field.name)-hint\""), "\(field.name)") }
      #expect(page.contains("name=\"kind\" value=\"0.8\""))
      #expect(try await desk.get("/admin/search/weights?title=2&q=pot").body.contains("id=\"side-after\""))
      #expect(try await desk.get("/admin/search/weights?title=x&q=pot").body.contains("Not yet"))
      let far = try await desk.post(
        "/admin/search/weights", [("title", "21"), ("sales", "2"), ("body", "many"), ("version", "0")])
      #expect(far.status == 422)
      for name in ["title", "sales", "body"] { #expect(far.body.contains("id=\"\(name)-fault\""), "\(name)") }
      #expect(far.body.contains("value=\"21\""))
      #expect(try await desk.post("/admin/search/weights", [("title", "2,5"), ("version", "0")]).status == 303)
      #expect(try await stage.tuning.weights == RankingWeights(title: 2.5))
      #expect(try await desk.get("/admin/search/weights").body.contains("value=\"reset\""))
      _ = try await desk.post("/admin/search/weights", [("do", "reset"), ("version", "1")])
      #expect(try await stage.tuning.weights == RankingWeights())
      #expect(try await !desk.get("/admin/search/weights").body.contains("value=\"reset\""))
    }
  }

  @Test func `a file of judgements is measured, held against another setting, and had as CSV`() async throws {
    try await TestShop.run { test in
      let stage = try await Stage(test)
      let sku = stage.kettle.variants[0].sku
      let title = stage.pot.content.title.en
      let file = "query,product,grade\n\(title),\(stage.pot.handle),3\n\(title),\(sku),1\nzorvex,\(stage.pot.id),2\n"
      let plain = try await stage.measure(file)
      #expect(plain.status == 200 && plain.body.contains("id=\"result\""))
      #expect(plain.body.contains("2 queries of 3 lines.") && plain.body.contains("NDCG@10"))
      // The worst first: nothing is called so.
      let rows = plain.body.matches(of: /<th scope="row"><a href="[^"]*">([^<]*)<\/a>/).map { String($0.1) }
      #expect(rows == ["zorvex", title])

      _ = try await stage.desk.post("/admin/search/synonyms/new", [("way", "both"), ("words", "zorvex, \(title)")])
      let compared = try await stage.measure(file, [("against", "withoutSynonyms")])
      #expect(compared.status == 200 && compared.body.contains("Without synonyms"))
      #expect(compared.body.contains("with worse: 1."))
      let csv = try await stage.measure(file, [("against", "plain"), ("do", "csv")])
      #expect(csv.headers.first(name: "content-type") == "text/csv; charset=utf-8")
      #expect(csv.body.contains("zorvex,1,") && csv.body.split(separator: "\r\n").count == 4)
      let other = try await stage.measure(file, [("against", "weights"), ("title", "x")])
      #expect(other.status == 422 && other.body.contains("id=\"title-fault\""))
    }
  }

  @Test func `a file that isn't one of judgements is refused with what is wrong line by line`() async throws {
    try await TestShop.run { test in
      let stage = try await Stage(test)
      let faulty = try await stage.measure("query,product,grade\npot,teapot,9\npot\n")
      #expect(faulty.status == 422 && faulty.body.contains("id=\"judgements-fault\""))
      #expect(faulty.body.contains("Line 2:") && faulty.body.contains("Line 3:"))
      let unknown = try await stage.measure("pot,no-such-thing,3\n")
      #expect(unknown.status == 422 && unknown.body.contains("No line names a product of this shop."))
      let partly = try await stage.measure("pot,no-such-thing,3\npot,\(stage.pot.handle),3\n")
      #expect(partly.status == 200 && partly.body.contains("1 line names goods that the shop doesn&#39;t have"))
      #expect(try await stage.measure("").status == 422)
      let many = (0...EvaluateSearch.mostQueries).map { "word \($0),\(stage.pot.handle),1\n" }.joined()
      #expect(try await stage.measure(many).body.contains("At most \(EvaluateSearch.mostQueries) queries at once."))
      let large = String(repeating: "pot,\(stage.pot.handle),1\n", count: 200_000)
      #expect(try await stage.measure(large).status == 413)
      let none = try await stage.desk.post("/admin/search/evaluation", [("against", "none")])
      #expect(none.status == 422 || none.status == 415)
    }
  }

  @Test func `what people ask for is counted, and leads to synonyms and rules`() async throws {
    try await TestShop.run { test in
      let stage = try await Stage(test)
      let ledger = test.shop.contexts.searchLedger
      try await test.shop.search.noteCatalogue()
      for _ in 1...3 { await ledger.noteQuery("zorvex", language: .en, found: 0) }
      await ledger.noteQuery("teapot", language: .en, found: 4)
      try await ledger.flush()
      let all = try await stage.desk.get("/admin/search").body
      #expect(all.contains("zorvex") && all.contains("teapot") && all.contains("<p class=\"figure number\">75%</p>"))
      #expect(
        all.contains("/admin/search/synonyms/new?words=zorvex")
          && all.contains("/admin/search/rules/new?queries=zorvex"))
      let zero = try await stage.desk.get("/admin/search?part=none").body
      #expect(zero.contains("zorvex") && !zero.contains("words=teapot"))
      let found = try await stage.desk.get("/admin/search?containing=teap").body
      #expect(!found.contains("words=zorvex") && found.contains("words=teapot"))
      #expect(try await stage.desk.get("/admin/search?dayFrom=x").status == 422)
      let file = try await stage.desk.get("/admin/search/export?part=none").body
      #expect(file.contains("zorvex") && !file.contains("teapot") && !file.contains("Make a rule"))
    }
  }

  @Test func `of a query it is told how often goods were opened and bought`() async throws {
    try await TestShop.run { test in
      let stage = try await Stage(test)
      let ledger = test.shop.contexts.searchLedger
      for number in 1...4 { await ledger.noteQuery("teapot", language: .en, found: 2, by: "dev_\(number)") }
      let (browser, account, address) = try await test.buyer()
      for visitor in [Visitor.account(account.id).searchKey, "dev_2"] {
        await ledger.noteClick("teapot", language: .en, product: stage.pot.id, by: visitor)
      }
      _ = try await test.placedOrder(stage.pot, by: browser, account: account, address: address)
      try await test.settle()
      try await ledger.flush()
      let page = try await stage.desk.get("/admin/search").body
      let figures = page.matches(of: /<p class="figure number">([^<]*)<\/p>/).map { String($0.1) }
      #expect(figures == ["4", "0%", "50%", "25%"])
      let file = try await stage.desk.get("/admin/search/export").body
      #expect(file.contains("50%") && file.contains("25%"))
      // What is opened least stands first, and the head says so.
      let sorted = try await stage.desk.get("/admin/search?sort=clickRate").body
      #expect(sorted.contains("aria-sort=\"ascending\"") && !sorted.contains("aria-sort=\"descending\""))
    }
  }

  @Test func `who presses Enter in a form that is tried sees the preview and saves nothing`() async throws {
    try await TestShop.run { test in
      let desk = try await test.staff(of: nil, [.searchTune])
      for address in ["/admin/search/rules/new", "/admin/search/synonyms/new", "/admin/search/weights"] {
        let page = try await desk.get(address).body
        let form = try #require(page.components(separatedBy: " data-preview>").dropFirst().first, "\(address)")
        let first = try #require(form.firstMatch(of: /<button[^>]*>/), "\(address)").0
        #expect(first.contains("formmethod=\"get\"") && first.contains("formaction=\"\(address)\""), "\(address)")
        let named = page.components(separatedBy: " id=\"words\"").count - 1
        #expect(named == (address.contains("synonyms") ? 1 : 0), "\(address)")
      }
    }
  }

  @Test func `whoever may not tune search sees none of its desks, and merchants never do`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let others = try await test.staff(of: nil, [.catalogEdit])
      let mei = try await test.staff(of: merchant)
      for address in ["", "/synonyms", "/rules", "/weights", "/evaluation", "/rules/new"] {
        #expect(try await others.get("/admin/search\(address)").status == 403, "\(address)")
        #expect(try await mei.get("/admin/search\(address)").status == 403, "\(address)")
      }
      #expect(try await !mei.get("/admin/find").body.contains("href=\"/admin/search\""))
      let desk = try await test.staff(of: nil, [.searchTune])
      #expect(try await desk.get("/admin/find").body.contains("href=\"/admin/search\""))
    }
  }

  @Test func `a measure takes the weights that were typed, and offers to look at them`() async throws {
    try await TestShop.run { test in
      let stage = try await Stage(test)
      let file = "teapot,\(stage.pot.handle),3\n"
      let plain = try await stage.measure(file, [("against", "none"), ("title", "8")])
      #expect(plain.status == 200 && !plain.body.contains("Look at these weights"))
      // The choice above was left as it was.
      let typed = try await stage.measure(file, [("against", "none"), ("title", "2.5")])
      #expect(typed.body.contains("value=\"weights\" selected") && typed.body.contains("with worse: 0."))
      #expect(typed.body.contains("/admin/search/weights?title=2.5"))
      let looked = try await stage.desk.get("/admin/search/weights?title=2.5").body
      #expect(looked.contains("name=\"title\" value=\"2.5\"") && looked.contains("name=\"version\" value=\"0\""))
      // Fields show three decimals; what stands has more, and nobody typed anything.
      let rules = test.shop.contexts.searchRules
      try await rules.saveWeights(RankingWeights(title: 2.50049, kind: 0.12345), version: 0, by: .system)
      let page = try await stage.desk.get("/admin/search/evaluation").body
      let shown = page.matches(of: /name="(\w+)" value="([^"]*)"/).map { (String($0.1), String($0.2)) }
        .filter { field in RankingWeights.fields.contains { $0.name == field.0 } }
      #expect(shown.count == RankingWeights.fields.count && shown.contains { $0 == ("title", "2.5") })
      let untouched = try await stage.measure(file, [("against", "none")] + shown)
      #expect(untouched.status == 200 && !untouched.body.contains("Look at these weights"))
      #expect(try await stage.desk.post("/admin/search/weights", shown + [("version", "1")]).status == 303)
      #expect(try await rules.weights().version == 1)
      let broken = (0..<120).map { _ in "teapot\n" }.joined()
      #expect(try await stage.measure(broken).body.contains("These are the first 100."))
    }
  }

  @Test func `whoever is led away by a rule that is tried is told so, and not that nothing is found`() async throws {
    try await TestShop.run { test in
      let desk = try await test.staff(of: nil, [.searchTune])
      let page = try await desk.get("/admin/search/rules/new?queries=zorvex&redirect=/c/tea").body
      let after = try #require(page.components(separatedBy: "id=\"side-after\"").dropFirst().first)
      #expect(after.contains("leads to /c/tea") && !after.contains("Nothing is found."))
    }
  }

  @Test func `programs read and decide the same`() async throws {
    try await TestShop.run(["--staff-token-per-minute", "0"]) { test in
      let stage = try await Stage(test)
      let api = try await test.program(of: nil)
      func json(_ answer: Browser.Answer) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: Data(answer.body.utf8))
      }
      let root = "/api/v1/admin/search"
      let made = try json(
        try await api.send(.POST, "\(root)/synonyms", json: #"{"from": "zorvex", "words": ["teapot"]}"#))
      #expect(made["from"]?.text == "zorvex")
      let rule = try json(
        try await api.send(
          .POST, "\(root)/rules", json: #"{"queries": ["tea"], "pinned": ["\#(stage.pot.id)"]}"#))
      #expect(rule["pinned"]?[0]?.text == "\(stage.pot.id)")
      let unknown = try await api.send(.POST, "\(root)/rules", json: #"{"queries": ["x"], "pinned": ["prd_x"]}"#)
      #expect(unknown.status == 422 && unknown.body.contains("pinned.0"))
      let weights = try json(try await api.send(.PUT, "\(root)/weights", json: #"{"title": 3, "version": 0}"#))
      #expect(weights["title"]?.integer == 3)
      #expect(try await stage.tuning.weights == RankingWeights(title: 3))
      let measured = try json(
        try await api.send(
          .POST, "\(root)/evaluation?against=plain", body: Array("teapot,\(stage.pot.handle),3\n".utf8),
          headers: ["content-type": "text/csv"]))
      #expect(measured["queries"]?[0]?["query"]?.text == "teapot" && measured["against"] != .null)
      let faulty = try await api.send(
        .POST, "\(root)/evaluation", body: Array("teapot\n".utf8), headers: ["content-type": "text/csv"])
      #expect(faulty.status == 422 && faulty.body.contains("faultyJudgements"))
      #expect(try await api.send(.GET, "\(root)/days", body: nil, headers: [:]).body.contains("\"asked\""))
    }
  }
}
