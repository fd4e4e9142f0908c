import Accounts

@testable import API

extension ShopRoute {
  private static let ruleText: [String: JSONValue] = [
    "queries": "$freshQuery", "redirect": "/c/tea", "from": "2026-01-01T00:00", "until": "2099-01-01T00:00",
  ]

  private static let ruleDraft: [String: JSONValue] = [
    "queries": ["$otherFreshQuery"], "pinned": ["$product"], "redirect": "/c/tea", "from": "2026-01-01T00:00:00Z",
    "until": "2099-01-01T00:00:00Z",
  ]

  private static let weightText: JSONValue = [
    "title": "9", "brand": "5", "category": "4", "attributes": "2", "body": "1", "kind": "1", "sales": "0.2",
    "rating": "0.1", "freshness": "0.1", "stock": "0.3", "version": "$weightsVersion",
  ]

  /// The desks of search, and what programs do at them.
  static let search = [
    ShopRoute("GET /admin/search", .platform), ShopRoute("GET /admin/search/export", .platform),
    ShopRoute("GET /admin/search/synonyms", .platform), ShopRoute("GET /admin/search/synonyms/new", .platform),
    ShopRoute(
      "POST /admin/search/synonyms/new", .platform, [:], ["way": "both", "words": "$freshWords"]),
    ShopRoute("GET /admin/search/synonyms/{id}", .platform, ["id": "synonyms"]),
    ShopRoute(
      "POST /admin/search/synonyms/{id}", .platform, ["id": "synonyms"],
      ["way": "both", "words": "$freshWords", "version": "$synonymsVersion"]),
    ShopRoute(
      "POST /admin/search/synonyms/{id}/remove", .platform, ["id": "synonyms"], ["version": "$synonymsVersion"]),
    ShopRoute("GET /admin/search/rules", .platform), ShopRoute("GET /admin/search/rules/new", .platform),
    ShopRoute("POST /admin/search/rules/new", .platform, [:], .object(ruleText)),
    ShopRoute("GET /admin/search/rules/{id}", .platform, ["id": "searchRule"]),
    ShopRoute(
      "POST /admin/search/rules/{id}", .platform, ["id": "searchRule"],
      .object(
        ruleText.merging([
          "queries": "$otherFreshQuery", "pinned": "$product", "version": "$searchRuleVersion",
        ]) { $1 })),
    ShopRoute(
      "POST /admin/search/rules/{id}/remove", .platform, ["id": "searchRule"], ["version": "$searchRuleVersion"]),
    ShopRoute("GET /admin/search/weights", .platform),
    ShopRoute("POST /admin/search/weights", .platform, [:], weightText),
    ShopRoute("GET /admin/search/evaluation", .platform),
    ShopRoute("POST /admin/search/evaluation", .platform, [:], ["against": "plain"]),
    ShopRoute("GET /api/v1/admin/search/synonyms", .platform),
    ShopRoute(
      "POST /api/v1/admin/search/synonyms", .platform, [:], ["from": "$freshQuery", "words": ["$otherFreshQuery"]]),
    ShopRoute("GET /api/v1/admin/search/synonyms/{id}", .platform, ["id": "synonyms"]),
    ShopRoute(
      "PUT /api/v1/admin/search/synonyms/{id}", .platform, ["id": "synonyms"],
      ["words": ["$freshQuery", "$otherFreshQuery"], "version": "$synonymsVersion"]),
    ShopRoute("DELETE /api/v1/admin/search/synonyms/{id}", .platform, ["id": "synonyms"]),
    ShopRoute("GET /api/v1/admin/search/rules", .platform),
    ShopRoute("POST /api/v1/admin/search/rules", .platform, [:], .object(ruleDraft)),
    ShopRoute("GET /api/v1/admin/search/rules/{id}", .platform, ["id": "searchRule"]),
    ShopRoute(
      "PUT /api/v1/admin/search/rules/{id}", .platform, ["id": "searchRule"],
      .object(ruleDraft.merging(["version": "$searchRuleVersion"]) { $1 })),
    ShopRoute("DELETE /api/v1/admin/search/rules/{id}", .platform, ["id": "searchRule"]),
    ShopRoute("GET /api/v1/admin/search/weights", .platform),
    ShopRoute("PUT /api/v1/admin/search/weights", .platform, [:], ["title": 7, "version": "$weightsVersion"]),
    ShopRoute("GET /api/v1/admin/search/queries", .platform),
    ShopRoute("GET /api/v1/admin/search/days", .platform),
    ShopRoute("POST /api/v1/admin/search/evaluation", .platform),
  ]

  static let ofSearch: [([Set<StaffRight>], [String])] = [([[.searchTune]], search.map(\.name))]
}
