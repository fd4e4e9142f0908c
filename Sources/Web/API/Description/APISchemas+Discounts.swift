import Pricing

extension APISchemas {
  static let discount = Schema.list(
    .object(["offer": .text, "bearer": .choice(["merchant", "platform"]), "amount": .money]))

  private static let benefitKinds = Schema.choice(["amountOff", "percentOff", "freeFreight"])

  static let discounts: [String: Schema] = [
    "PointList": .object([
      "balance": .integer, "next": .nullable(.text),
      "items": .list(
        .object([
          "kind": .choice(PointEntry.Kind.allCases.map(\.rawValue)), "points": .integer, "balance": .integer,
          "note": .text, "at": .time,
        ])),
    ]),
    "CouponChoice": .object(["code": .text]),
    "PointChoice": .object(["points": .integer(0...1_000_000_000)]),
    "Coupon": .object([
      "id": .id("cpn"), "code": .text, "name": .object(["en": .text, "zh-Hans": .text]), "kind": benefitKinds,
      "amount": .nullable(.money), "percent": .nullable(.integer), "most": .nullable(.money), "minimum": .money,
      "merchant": .nullable(.id("mer")), "startsAt": .time, "endsAt": .time, "mostUses": .nullable(.integer),
      "mostUsesEach": .nullable(.integer), "isOn": .flag, "used": .integer,
      "phase": .choice(Coupon.Phase.allCases.map(\.rawValue)), "version": .integer,
    ]),
    "CouponPage": .page(.named("Coupon")),
    "CouponDraft": .object([
      "code?": .text, "name": .object(["en?": .text, "zh-Hans?": .text]), "kind": benefitKinds, "amount?": .text,
      "percent?": .integer, "most?": .text, "minimum?": .text, "startsAt": .time, "endsAt": .time,
      "mostUses?": .integer, "mostUsesEach?": .integer, "isOn?": .flag, "version?": .integer,
    ]),
  ]
}
