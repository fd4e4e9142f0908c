import Values

/// The shapes of what programs of staff send and read of categories, brands, freight and carriers.
extension APISchemas {
  private static let bothWords = Schema.object(["en": .text, "zh-Hans": .text])
  private static let wordsSent = Schema.object(["en?": .text, "zh-Hans?": .text])

  static let shelves: [String: Schema] = [
    "StaffCategory": .object([
      "id": .id("cat"), "slug": .text, "name": bothWords, "parent": .nullable(.id("cat")),
      "picture": .nullable(.address), "isHidden": .flag, "goods": .integer, "version": .integer,
    ]),
    "StaffCategoryList": .items(.named("StaffCategory")),
    "NewCategory": .object(["name": wordsSent, "parent?": .id("cat"), "isHidden?": .flag]),
    "CategoryDraft": .object(["name": wordsSent, "isHidden?": .flag, "version?": .integer]),
    "CategoryPlace": .object(["parent?": .nullable(.id("cat")), "before?": .nullable(.id("cat"))]),
    "Refiling": .object(["to": .id("cat")]),
    "Refiled": .object(["moved": .integer]),
    "StaffBrand": .object([
      "id": .id("brd"), "slug": .text, "name": .text, "logo": .nullable(.address), "goods": .integer,
      "version": .integer,
    ]),
    "StaffBrandPage": .page(.named("StaffBrand")),
    "NewBrand": .object(["name": .text]),
    "BrandDraft": .object(["name": .text, "version?": .integer]),
    "Merger": .object(["into": .id("brd")]),
    "Merged": .object(["isMerged": .flag]),
  ]

  private static let zone = Schema.object([
    "regions": .list(.text(pattern: "^[0-9]{2,6}$")), "firstGrams": .integer, "firstFee": .money,
    "nextGrams": .integer, "nextFee": .money, "freeFrom": .nullable(.money), "daysFrom": .integer(0...365),
    "daysTo": .integer(0...365), "delivers": .flag,
  ])
  private static let zoneSent = Schema.object([
    "regions?": .list(.text), "firstGrams": .integer(1...1_000_000_000), "firstFee": .text,
    "nextGrams": .integer(1...1_000_000_000), "nextFee": .text, "freeFrom?": .nullable(.text),
    "daysFrom": .integer(0...365), "daysTo": .integer(0...365), "delivers?": .flag,
  ])

  static let freight: [String: Schema] = [
    "Freight": .object(["merchant": .id("mer"), "name": bothWords, "zones": .list(zone)]),
    "FreightDraft": .object(["name?": wordsSent, "zones": .list(zoneSent)]),
    "Carrier": .object([
      "code": .text, "name": .words, "isOn": .flag, "trackingAddress": .text, "isTracked": .flag,
      "asksForPhone": .flag,
    ]),
    "CarrierDraft": .object([
      "name": wordsSent, "isOn?": .flag, "trackingAddress?": .text, "isTracked?": .flag, "asksForPhone?": .flag,
    ]),
  ]
}
