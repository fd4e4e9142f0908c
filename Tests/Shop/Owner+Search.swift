import Catalog
import Flows
import Foundation
import Search
import Values

@testable import API
@testable import App

/// What staff decided about search, beside the owner's own things.
extension Owner {
  mutating func keepSearch() async throws {
    let rules = test.shop.contexts.searchRules
    var synonyms: SynonymGroup?
    if let id = SynonymID(self["synonyms"]) { synonyms = try await rules.synonyms(id) }
    if let synonyms {
      names["synonymsVersion"] = .integer(Int64(synonyms.version))
    } else {
      let group = try await rules.saveSynonyms(
        SynonymDraft(words: ["billycan", Self.freshWord()]), over: nil, by: .system)
      names["synonyms"] = .text("\(group.id)")
      names["synonymsVersion"] = .integer(Int64(group.version))
    }
    var rule: QueryRule?
    if let id = QueryRuleID(self["searchRule"]) { rule = try await rules.rule(id) }
    if let rule {
      names["searchRuleVersion"] = .integer(Int64(rule.version))
    } else {
      let rule = try await rules.saveRule(
        QueryRuleDraft(queries: [Self.freshWord()], pinned: [product.id]), over: nil, by: .system)
      names["searchRule"] = .text("\(rule.id)")
      names["searchRuleVersion"] = .integer(Int64(rule.version))
    }
    names["weightsVersion"] = .integer(Int64(try await rules.weights().version))
    names["freshQuery"] = .text(Self.freshWord())
    names["otherFreshQuery"] = .text(Self.freshWord())
    names["freshWords"] = .text("\(Self.freshWord()), \(Self.freshWord())")
  }

  /// Letters alone, so that no two are the same word in another number.
  private static func freshWord() -> String {
    "w" + String((0..<14).map { _ in "bcdfghjklmnpqrtvwxz".randomElement() ?? "b" })
  }
}
