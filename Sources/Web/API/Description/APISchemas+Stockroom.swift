import Flows
import Imports
import Inventory
import Values

/// The shapes of what programs of staff send and read of stock, counts and files of goods.
extension APISchemas {
  private static let bothWords = Schema.object(["en": .text, "zh-Hans": .text])

  static let stockrooms: [String: Schema] = [
    "Location": .object(["id": .id("loc"), "merchant": .id("mer"), "name": .text, "isClosed": .flag]),
    "NewLocation": .object(["name": .text, "merchant?": .id("mer")]),
    "LocationChange": .object(["name?": .text, "isClosed?": .flag]),
    "LocationStep": .object(["direction": .choice(["up", "down"])]),
    "StockroomList": .items(
      .object(["location": .named("Location"), "items": .integer, "onHand": .integer, "held": .integer])),
    "StockItem": .object([
      "variant": .id("var"), "merchant": .id("mer"), "sku": .text, "title": bothWords, "choice": bothWords,
      "free": .integer, "lowAt": .integer, "hasOwnThreshold": .flag,
      "state": .choice(StockItem.State.allCases.map(\.rawValue)),
      "levels": .list(.object(["location": .id("loc"), "onHand": .nullable(.integer), "held": .integer])),
    ]),
    "StockItemPage": .page(.named("StockItem")),
    "StockTransfer": .object([
      "from": .id("loc"), "to": .id("loc"), "units": .integer(1...1_000_000), "note?": .text, "key?": .text,
    ]),
    "StockThreshold": .object(["lowAt?": .nullable(.integer(0...1_000_000))]),
  ]

  private static let countSheet = Schema.object([
    "id": .id("cnt"), "merchant": .id("mer"), "location": .id("loc"), "title": .text,
    "state": .choice(CountSheet.State.allCases.map(\.rawValue)), "lines": .integer, "counted": .integer,
    "openedBy": .text, "openedAt": .time, "endedBy": .nullable(.text), "endedAt": .nullable(.time),
  ])

  static let counts: [String: Schema] = [
    "CountSheet": countSheet,
    "CountSheetPage": .page(.named("CountSheet")),
    "CountDetail": .object([
      "sheet": .named("CountSheet"),
      "outcome": .object(["differing": .integer, "more": .integer, "fewer": .integer]),
    ]),
    "CountLinePage": .page(
      .object([
        "variant": .id("var"), "sku": .text, "expected": .nullable(.integer), "counted": .nullable(.integer),
        "difference": .nullable(.integer), "at": .nullable(.time),
      ])),
    "NewCountSheet": .object(["location": .id("loc"), "title": .text, "skus?": .list(.text)]),
    "CountNumbers": .object([
      "lines": .list(.object(["variant?": .id("var"), "sku?": .text, "counted": .integer(0...1_000_000_000)]))
    ]),
  ]

  private static let figures = Schema.object([
    "rows": .integer, "products": .integer, "done": .integer, "created": .integer, "updated": .integer,
    "unchanged": .integer, "refused": .integer, "warnings": .integer,
  ])

  private static let preview = Schema.object([
    "encoding": .text, "delimiter": .text,
    "columns": .list(.object(["name": .text, "meaning": .nullable(.text), "isIdle": .flag])),
    "samples": .list(
      .object([
        "line": .integer, "handle": .text, "title": bothWords, "category": bothWords, "brand": .text,
        "variants": .integer, "lowest": .nullable(.money),
        "outcome": .choice(["created", "updated", "unchanged", "refused"]),
      ])), "newCategories": .list(.text), "newCategoryCount": .integer, "newBrands": .list(.text),
    "newBrandCount": .integer, "figures": figures,
  ])

  static let imports: [String: Schema] = [
    "Import": .object([
      "id": .id("imp"), "merchant": .nullable(.id("mer")), "staff": .id("stf"), "fileName": .text, "size": .integer,
      "stock": .choice(ImportRules.Stock.allCases.map(\.rawValue)), "encoding": .nullable(.text),
      "state": .choice(ImportAnswer.states), "hasFile": .flag, "figures": figures, "fault": .nullable(.text),
      "createdAt": .time, "changedAt": .time, "startedAt": .nullable(.time), "finishedAt": .nullable(.time),
    ]),
    "ImportPage": .page(.named("Import")),
    "ImportDetail": .object(["import": .named("Import"), "preview": .nullable(preview)]),
    "ImportNotePage": .page(
      .object([
        "line": .integer, "handle": .text, "column": .nullable(.text), "kind": .choice(["refused", "warning"]),
        "code": .text, "reason": .text,
      ])),
    "ImportDecision": .object(["decision": .choice(ImportDecision.allCases.map(\.rawValue))]),
  ]
}
