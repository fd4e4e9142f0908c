import Accounts
import Catalog
import Flows
import Foundation
import NIOHTTP1
import Search
import Testing
import Values

@testable import API
@testable import App

/// Two people who decide about search at once: neither's words are lost, and neither overwrites the other unknowingly.
@Suite struct SearchVersionTests {
  private static let synonyms = "/admin/search/synonyms"
  private static let rules = "/admin/search/rules"

  @Test func `who saves synonyms that another has changed sees both, and may put theirs in place`() async throws {
    try await TestShop.run { test in
      let desk = try await test.staff(of: nil, [.searchTune])
      let service = test.shop.contexts.searchRules
      let group = try await service.saveSynonyms(SynonymDraft(words: ["sofa", "couch"]), over: nil, by: .system)
      let page = "\(Self.synonyms)/\(group.id)"
      #expect(try await desk.get(page).body.contains("name=\"version\" value=\"1\""))
      // A preview in between keeps what was read at first.
      #expect(
        try await desk.get("\(page)?way=both&words=sofa&version=1").body.contains("name=\"version\" value=\"1\""))
      try await service.saveSynonyms(
        SynonymDraft(from: "sofa", words: ["settee"]), over: (group.id, 1), by: .system)
      let late = try await desk.post(page, [("way", "both"), ("words", "sofa, divan"), ("version", "1")])
      #expect(late.status == 409 && late.body.contains("Somebody else has saved this meanwhile."))
      let standing = try #require(late.body.components(separatedBy: "id=\"standing\"").dropFirst().first)
      #expect(standing.contains("<dd>settee</dd>") && standing.contains("<dd>One way</dd>"))
      #expect(late.body.contains(">sofa, divan</textarea>") && late.body.contains("name=\"version\" value=\"2\""))
      #expect(try await service.synonyms(group.id)?.words == ["settee"])
      let again = try await desk.post(page, [("way", "both"), ("words", "sofa, divan"), ("version", "2")])
      #expect(again.status == 303)
      #expect(try await service.synonyms(group.id)?.words == ["sofa", "divan"])
      #expect(try await desk.post(page, [("way", "both"), ("words", "a, b")]).status == 422)
    }
  }

  @Test func `what another has removed meanwhile is shown as it was typed, to be made anew`() async throws {
    try await TestShop.run { test in
      let desk = try await test.staff(of: nil, [.searchTune])
      let service = test.shop.contexts.searchRules
      let group = try await service.saveSynonyms(SynonymDraft(words: ["sofa", "couch"]), over: nil, by: .system)
      let rule = try await service.saveRule(
        QueryRuleDraft(queries: ["tea"], redirect: "/c/tea"), over: nil, by: .system)
      try await service.removeSynonyms(group.id, version: nil, by: .system)
      try await service.removeRule(rule.id, version: nil, by: .system)
      let words = try await desk.post(
        "\(Self.synonyms)/\(group.id)", [("way", "both"), ("words", "sofa, divan"), ("version", "1")])
      #expect(words.status == 404 && words.body.contains(">sofa, divan</textarea>"))
      #expect(words.body.contains("action=\"\(Self.synonyms)/new\"") && words.body.contains("removed this meanwhile"))
      let queries = try await desk.post(
        "\(Self.rules)/\(rule.id)", [("queries", "tea"), ("redirect", "/c/pots"), ("version", "1")])
      #expect(queries.status == 404 && queries.body.contains("value=\"/c/pots\""))
      #expect(queries.body.contains("action=\"\(Self.rules)/new\""))
      #expect(try await service.tuning() == .plain)
    }
  }

  @Test func `who saves a rule that another has changed sees both, in either language`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let desk = try await test.staff(of: nil, [.searchTune])
      let service = test.shop.contexts.searchRules
      let rule = try await service.saveRule(
        QueryRuleDraft(queries: ["tea"], redirect: "/c/tea"), over: nil, by: .system)
      try await service.saveRule(
        QueryRuleDraft(queries: ["tea"], pinned: [product.id]), over: (rule.id, 1), by: .system)
      let page = "\(Self.rules)/\(rule.id)"
      let fields = [("queries", "tea"), ("redirect", "/c/pots"), ("version", "1")]
      let late = try await desk.post(page, fields)
      #expect(late.status == 409 && late.body.contains("value=\"/c/pots\""))
      let standing = try #require(late.body.components(separatedBy: "id=\"standing\"").dropFirst().first)
      #expect(standing.contains("<dd>\(product.content.title.en)</dd>") && standing.contains("<dd>Nothing</dd>"))
      let chinese = try await desk.post("\(page)?lang=zh-Hans", fields)
      #expect(chinese.status == 409 && chinese.body.contains("您编辑期间有人保存过"))
      // Moving goods about isn't saving, and keeps the version.
      let moved = try await desk.post("\(page)?do=move", fields + [("pin", "\(product.id)")])
      #expect(moved.status == 200 && moved.body.contains("name=\"version\" value=\"1\""))
      #expect(try await service.rule(rule.id)?.pinned == [product.id])
      let taken = try await desk.post("\(Self.rules)/new", [("queries", "tea"), ("redirect", "/c/pots")])
      #expect(taken.status == 409 && taken.body.contains("href=\"\(page)\""))
    }
  }

  @Test func `what another has changed isn't removed unseen, and is shown as it stands`() async throws {
    try await TestShop.run { test in
      let desk = try await test.staff(of: nil, [.searchTune])
      let service = test.shop.contexts.searchRules
      let group = try await service.saveSynonyms(SynonymDraft(words: ["sofa", "couch"]), over: nil, by: .system)
      let rule = try await service.saveRule(
        QueryRuleDraft(queries: ["tea"], redirect: "/c/tea"), over: nil, by: .system)
      try await service.saveSynonyms(SynonymDraft(words: ["sofa", "settee"]), over: (group.id, 1), by: .system)
      try await service.saveRule(QueryRuleDraft(queries: ["tea"], redirect: "/c/pots"), over: (rule.id, 1), by: .system)
      for (page, shown) in [
        ("\(Self.synonyms)/\(group.id)", "sofa\nsettee</textarea>"), ("\(Self.rules)/\(rule.id)", "value=\"/c/pots\""),
      ] {
        let late = try await desk.post("\(page)/remove?lang=en", [("version", "1")])
        #expect(late.status == 409 && late.body.contains("so it is still here"), "\(page)")
        #expect(late.body.contains(shown), "\(page)")
        let form = try #require(late.body.components(separatedBy: "action=\"\(page)/remove\"").dropFirst().first)
        #expect(form.prefix(100).contains("name=\"version\" value=\"2\""), "\(page)")
        #expect(
          try await desk.post("\(page)/remove?lang=zh-Hans", [("version", "1")]).body.contains("所以没有移除"), "\(page)")
        #expect(try await desk.post("\(page)/remove").status == 422, "\(page)")
        #expect(try await desk.post("\(page)/remove", [("version", "2")]).status == 303, "\(page)")
        #expect(try await desk.post("\(page)/remove", [("version", "2")]).status == 404, "\(page)")
      }
      #expect(try await service.tuning() == .plain)
    }
  }

  @Test func `weights and their setting back are refused where another has changed them`() async throws {
    try await TestShop.run { test in
      let desk = try await test.staff(of: nil, [.searchTune])
      let service = test.shop.contexts.searchRules
      try await service.saveWeights(RankingWeights(title: 12, body: 3), version: 0, by: .system)
      let late = try await desk.post("/admin/search/weights", [("title", "6"), ("version", "0")])
      #expect(late.status == 409 && late.body.contains("name=\"title\" value=\"6\""))
      let standing = try #require(late.body.components(separatedBy: "id=\"standing\"").dropFirst().first)
      #expect(standing.contains("<dd>12</dd>") && late.body.contains("name=\"version\" value=\"1\""))
      let reset = try await desk.post("/admin/search/weights", [("do", "reset"), ("version", "0")])
      #expect(reset.status == 409 && reset.body.contains("name=\"title\" value=\"8\""))
      #expect(try await service.weights().weights == RankingWeights(title: 12, body: 3))
      #expect(try await desk.post("/admin/search/weights", [("do", "reset"), ("version", "1")]).status == 303)
    }
  }

  @Test func `programs change from how they read, by version or mark`() async throws {
    try await TestShop.run(["--staff-token-per-minute", "0"]) { test in
      let issued = try await test.issued(of: nil, [.searchTune])
      let api = test.program.with(token: issued.secret.rawValue)
      func matching(_ mark: String?) -> APIClient {
        APIClient(shop: test, headers: api.headers.merging(["If-Match": mark ?? ""]) { $1 })
      }
      let made = try await api.post("/admin/search/synonyms", ["words": ["sofa", "couch"]])
      let group = "/admin/search/synonyms/\(try #require(made["id"]?.text, "\(made.text)"))"
      #expect(made["version"]?.integer == 1 && made.header("etag") == "\"1\"")
      #expect(try await api.put(group, ["words": ["sofa", "divan"]]).status == 422)
      let changed = try await matching("\"1\"").put(group, ["words": ["sofa", "divan"]])
      #expect(changed["version"]?.integer == 2 && changed.header("etag") == "\"2\"", "\(changed.text)")
      #expect(try await matching("\"1\"").put(group, ["words": ["sofa", "settee"]]).status == 412)
      let stale = try await api.put(group, ["words": ["sofa", "settee"], "version": 1])
      #expect(stale.status == 409 && stale.code == "searchRuleChanged")
      // Whoever sends a mark hears of another version in one way, whenever it came to be.
      for version: JSONValue in [1, 3] {
        let other = try await matching("\"2\"").put(group, ["words": ["sofa", "settee"], "version": version])
        #expect(other.status == 412 && other.code == "changedMeanwhile", "\(other.text)")
      }
      #expect(try await matching("\"1\"").delete(group).status == 412)
      #expect(try await matching("\"2\"").delete(group).status == 204)

      let rule = try await api.post("/admin/search/rules", ["queries": ["tea"], "redirect": "/c/tea"])
      let place = "/admin/search/rules/\(try #require(rule["id"]?.text, "\(rule.text)"))"
      let draft: [String: JSONValue] = ["queries": ["tea"], "redirect": "/c/pots"]
      #expect(try await api.put(place, .object(draft)).status == 422)
      #expect(try await api.put(place, .object(draft.merging(["version": 1]) { $1 }))["version"]?.integer == 2)
      let late: JSONValue = ["queries": ["tea"], "redirect": "/c/cups", "version": 1]
      #expect(try await api.put(place, late).code == "searchRuleChanged")
      #expect(try await matching("\"2\"").put(place, late).status == 412)
      #expect(try await api.get(place)["redirect"]?.text == "/c/pots")
      #expect(try await matching("\"1\"").delete(place).status == 412)
      #expect(try await api.delete(place).status == 204)

      let weights = try await api.get("/admin/search/weights")
      #expect(weights["version"]?.integer == 0 && weights.header("etag") == "\"0\"")
      #expect(try await api.put("/admin/search/weights", ["title": 3]).status == 422)
      let saved = try await api.put("/admin/search/weights", ["title": 3, "version": 0])
      #expect(saved["version"]?.integer == 1 && saved["body"] != nil, "\(saved.text)")
      #expect(try await api.put("/admin/search/weights", ["title": 4, "version": 0]).code == "searchRuleChanged")
      #expect(try await matching("\"0\"").put("/admin/search/weights", [:]).status == 412)
      let both = try await matching("\"1\"").put("/admin/search/weights", ["title": 4, "version": 0])
      #expect(both.status == 412 && both.code == "changedMeanwhile")
      #expect(try await matching(saved.header("etag")).put("/admin/search/weights", [:])["title"]?.integer == 8)
    }
  }

  @Test func `a program measures other weights beside those in force`() async throws {
    try await TestShop.run(["--staff-token-per-minute", "0"]) { test in
      let merchant = try await test.merchant()
      let pot = try await test.product(of: merchant)
      try await test.settle()
      let api = try await test.program(of: nil)
      func measured(_ query: String) async throws -> (status: Int, json: JSONValue, text: String) {
        let answer = try await api.send(
          .POST, "/api/v1/admin/search/evaluation\(query)", body: Array("teapot,\(pot.handle),3\n".utf8),
          headers: ["content-type": "text/csv"])
        return (answer.status, try JSONDecoder().decode(JSONValue.self, from: Data(answer.body.utf8)), answer.body)
      }
      let alone = try await measured("")
      #expect(alone.status == 200 && alone.json["against"] == .null, "\(alone.text)")
      for query in ["?against=weights&title=2.5&kind=0", "?title=2.5", "?against=weights"] {
        let both = try await measured(query)
        #expect(both.status == 200 && both.json["measures"]?["ndcg10"] != nil, "\(both.text)")
        let row = try #require(both.json["queries"]?[0])
        #expect(both.json["against"] != .null && row["against"] != .null && row["foundAgainst"] == row["found"])
      }
      for (query, field) in [
        ("?title=21", "title"), ("?body=much", "body"), ("?against=plain&title=2", "title"), ("?against=x", "against"),
      ] {
        let refused = try await measured(query)
        #expect(refused.status == 422 && refused.text.contains("\"\(field)\""), "\(query): \(refused.text)")
      }
      #expect(try await test.shop.contexts.searchRules.weights().version == 0)
    }
  }
}
