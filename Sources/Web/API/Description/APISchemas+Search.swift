import Search

extension APISchemas {
  private static let measures = Schema.object([
    "ndcg10": .nullable(.number), "recall100": .nullable(.number), "judged10": .nullable(.number),
  ])

  private static func weights(isWhole: Bool) -> Schema {
    .object(
      RankingWeights.fields.map { Schema.Field(name: $0.name, schema: .number, isRequired: isWhole) }
        + [Schema.Field(name: "version", schema: .integer, isRequired: isWhole)])
  }

  static let search: [String: Schema] = [
    "Synonyms": .object(["id": .id("syn"), "from": .nullable(.text), "words": .list(.text), "version": .integer]),
    "SynonymPage": .page(.named("Synonyms")),
    "SynonymDraft": .object(["from?": .text, "words": .list(.text), "version?": .integer]),
    "SearchRule": .object([
      "id": .id("qrl"), "queries": .list(.text), "pinned": .list(.id("prd")), "buried": .list(.id("prd")),
      "redirect": .nullable(.text), "from": .nullable(.time), "until": .nullable(.time), "version": .integer,
    ]),
    "SearchRulePage": .page(.named("SearchRule")),
    "SearchRuleDraft": .object([
      "queries": .list(.text), "pinned?": .list(.id("prd")), "buried?": .list(.id("prd")), "redirect?": .text,
      "from?": .time, "until?": .time, "version?": .integer,
    ]),
    "SearchWeights": weights(isWhole: true),
    "SearchWeightDraft": weights(isWhole: false),
    "SearchQueryPage": .page(
      .object([
        "query": .text, "language": .choice(["en", "zh-Hans"]), "asked": .integer, "withoutFinds": .integer,
        "opened": .integer, "bought": .integer, "found": .integer,
      ])),
    "SearchDayList": .items(
      .object([
        "day": .text, "asked": .integer, "withoutFinds": .integer, "opened": .integer, "bought": .integer,
      ])),
    "SearchEvaluation": .object([
      "lines": .integer, "unknownLines": .integer, "measures": measures, "against": .nullable(measures),
      "queries": .list(
        .object([
          "query": .text, "judgements": .integer, "found": .integer, "measures": measures,
          "against": .nullable(measures), "foundAgainst": .nullable(.integer),
        ])),
    ]),
  ]
}
