import Accounts
import Merchants
import Orders
import Payments
import Refunds
import Reviews
import Values

/// The shapes of what programs of staff send and read of customers, merchants, money and the day.
extension APISchemas {
  static let staffDesks: [String: Schema] = ofCustomers.merging(ofMerchants) { $1 }.merging(ofMoney) { $1 }
    .merging(ofToday) { $1 }

  private static let inBoth = Schema.object(["en": .text, "zh-Hans": .text])
  private static let sentWords = Schema.object(["en?": .text, "zh-Hans?": .text])
  private static let languages = Schema.choice(Language.allCases.map(\.rawValue))
  private static let refundKinds = Schema.choice(RefundCase.Kind.allCases.map(\.rawValue))
  private static let refundStates = Schema.choice(RefundCase.State.allCases.map(\.rawValue))
  private static let paymentStates = Schema.choice(PaymentState.allCases.map(\.rawValue))

  private static let ofCustomers: [String: Schema] = [
    "OrderRow": .object([
      "number": .text, "merchant": .id("mer"), "state": .choice(OrderState.allCases.map(\.rawValue)),
      "titles": .list(inBoth), "due": .money, "placedAt": .time,
    ]),
    "OrderRowPage": .page(.named("OrderRow")),
    "RefundRow": .object([
      "id": .id("rrq"), "order": .text, "kind": refundKinds, "state": refundStates, "reason": .text,
      "titles": .list(inBoth), "amount": .money, "requestedAt": .time,
    ]),
    "CustomerNote": .object([
      "id": .id("cno"), "author": .id("stf"), "authorName": .text, "text": .text, "writtenAt": .time,
    ]),
    "CustomerNotePage": .page(.named("CustomerNote")),
    "CustomerSession": .object(["usedAt": .time, "expiresAt": .time]),
    "CustomerSessionList": .items(.named("CustomerSession")),
    "CustomerProfile": .object([
      "customer": .named("Customer"), "block": .nullable(.object(["at": .time, "reason": .nullable(.text)])),
      "refunded": .list(.money), "orders": .named("OrderRowPage"), "refunds": .list(.named("RefundRow")),
      "reviews": .list(
        .object([
          "id": .id("rev"), "product": .id("prd"), "title": .nullable(inBoth), "stars": .integer(1...5), "text": .text,
          "state": .choice(ReviewState.allCases.map(\.rawValue)), "writtenAt": .time,
        ])), "notes": .named("CustomerNotePage"), "addresses": .list(.named("Address")),
      "sessions": .list(.named("CustomerSession")),
    ]),
    "CustomerExport": .object([
      "id": .id("acc"), "email": .text, "name": .text, "phone": .text, "language": languages, "registeredAt": .time,
      "addresses": .list(place),
      "orders": .list(
        .object([
          "number": .text, "placedAt": .time, "state": .text, "destination": place, "note": .text,
          "lines": .list(
            .object(["title": inBoth, "choice": inBoth, "sku": .text, "quantity": .integer, "due": .text])),
          "due": .text, "paid": .text,
        ])),
      "refunds": .list(
        .object([
          "id": .id("rrq"), "requestedAt": .time, "kind": .text, "state": .text, "reason": .text, "explanation": .text,
          "answer": .text, "asked": .text,
        ])),
      "reviews": .list(
        .object([
          "product": .id("prd"), "stars": .integer(1...5), "text": .text, "writtenAt": .time, "reply?": .text,
        ])), "favourites": .list(.id("prd")), "viewed": .list(.id("prd")), "searched": .list(.text),
      "messages": .list(.object(["title": inBoth, "text": inBoth, "at": .time, "readAt?": .time])),
    ]),
    "NewCustomerNote": .object(["text": .text]),
    "CustomerTags": .object(["tags": .list(.text)]),
  ]

  private static let place = Schema.object([
    "recipient": .text, "phone": .text, "region": .text, "street": .text, "postcode": .text,
  ])

  private static let ofMerchants: [String: Schema] = [
    "StaffMerchant": .object([
      "id": .id("mer"), "slug": .text, "name": inBoth, "state": .choice(MerchantState.allCases.map(\.rawValue)),
      "reason": .text, "email": .text, "contact": .text, "openedAt": .time, "movedAt": .time,
      "application": .nullable(.id("map")), "version": .integer, "products": .integer, "waiting": .integer,
    ]),
    "StaffMerchantPage": .page(.named("StaffMerchant")),
    "StaffMerchantDetail": .object(["merchant": .named("StaffMerchant"), "hasStaff": .flag]),
    "ShopProfile": .object([
      "merchant": .id("mer"), "slug": .text, "state": .choice(MerchantState.allCases.map(\.rawValue)), "name": inBoth,
      "introduction": inBoth, "email": .text, "contact": .text, "logo": .nullable(.object(["url": .address])),
      "language": languages, "version": .integer,
    ]),
    "ShopProfileDraft": .object([
      "name": sentWords, "introduction?": sentWords, "email": .text, "contact?": .text, "language?": languages,
      "logo?": .nullable(.object(["url?": .text, "bytes?": .text])), "version?": .integer,
    ]),
    "Application": .object([
      "id": .id("map"), "name": inBoth, "slug": .text, "contact": .text, "phone": .text, "email": .text,
      "goods": .text, "licence": .text, "hasPicture": .flag, "language": languages,
      "state": .choice(StaffApplicationEndpoints.states.map(\.rawValue)), "answer": .text, "appliedAt": .time,
      "movedAt": .time, "revision": .integer, "merchant": .nullable(.id("mer")),
    ]),
    "ApplicationPage": .page(.named("Application")),
    "ApplicationApproval": .object(["slug?": .text]),
    "ApplicationAnswer": .object(["answer": .text]),
  ]

  private static let movementKind = Schema.choice(["capture", "refund"])

  private static let ofMoney: [String: Schema] = [
    "Movement": .object([
      "id": .id("rfd"), "payment": .id("pay"), "order": .id("ord"), "number": .nullable(.text), "amount": .money,
      "state": .choice(RefundState.allCases.map(\.rawValue)), "reason": .text, "requestedAt": .time,
      "settledAt": .nullable(.time),
    ]),
    "MovementPage": .page(.named("Movement")),
    "Posting": .object([
      "booking": .text, "kind": movementKind, "book": .choice(["providerClearing", "order"]), "party": .text,
      "amount": .money, "payment": .id("pay"), "at": .time,
    ]),
    "TransactionDetail": .object([
      "transaction": .named("Transaction"), "payer": .object(["name": .text, "email": .text]),
      "occasion": .nullable(.text), "expiresAt": .time, "isPart": .flag, "next": .list(paymentStates),
      "notices": .list(.object(["effect": .text, "body": .text, "at": .time])),
      "refunds": .list(.named("Movement")), "postings": .list(.named("Posting")),
    ]),
    "OrderLedger": .object([
      "number": .text, "state": .choice(OrderState.allCases.map(\.rawValue)), "due": .money, "paid": .money,
      "held": .money, "openDifference": .nullable(.money),
      "lines": .list(
        .object(["kind": movementKind, "payment": .id("pay"), "amount": .money, "balance": .money, "at": .time])),
      "payments": .list(
        .object([
          "id": .id("pay"), "method": .text, "state": paymentStates, "amount": .money, "openedAt": .time,
        ])),
      "refunds": .list(.named("RefundRow")),
      "edits": .list(
        .object(["id": .id("oed"), "dueBefore": .money, "dueAfter": .money, "refund": .money, "at": .time])),
      "postings": .list(.named("Posting")),
      "account": .nullable(
        .object([
          "paid": .money, "borne": .money, "refunds": .money, "commission": .money, "fee": .money, "net": .money,
          "open": .money, "goodwill": .money, "endedAt": .nullable(.time),
        ])),
    ]),
    "RefundRecordPage": .page(
      .object([
        "id": .id("rec"), "refund": .id("rrq"), "order": .text, "kind": refundKinds, "state": refundStates,
        "reason": .text, "titles": .list(inBoth), "amount": .money, "payment": .nullable(.id("pay")),
        "movement": .nullable(.id("rfd")), "settledAt": .time,
      ])),
  ]

  private static let ofToday: [String: Schema] = [
    "Figures": .object([
      "orders": .integer, "captured": .money, "refunded": .money, "units": .integer, "visitors": .nullable(.integer),
      "conversion": .nullable(.number), "accounts": .nullable(.integer),
    ]),
    "Today": .object([
      "day": .text(format: "date"), "channel": .nullable(.text), "channels": .list(.text), "waiting": .map(.integer),
      "figures": .nullable(
        .object([
          "today": .named("Figures"), "yesterday": .named("Figures"), "lastWeek": .named("Figures"),
          "capturedByHour": .object([
            "today": .list(.money), "yesterday": .list(.money), "lastWeek": .list(.money),
          ]), "days": .list(.object(["day": .text(format: "date"), "figures": .named("Figures")])),
          "goods": .list(
            .object(["product": .id("prd"), "title": .nullable(inBoth), "units": .integer, "amount": .money])),
        ])), "newest": .nullable(.list(.named("OrderRow"))),
      "short": .nullable(
        .list(
          .object([
            "variant": .id("var"), "product": .id("prd"), "sku": .text, "title": inBoth, "choice": inBoth,
            "state": .choice(["low", "out"]), "free": .integer, "lowAt": .integer,
          ]))),
    ]),
  ]
}
