import Catalog
import Content
import Fulfilment
import Inventory
import Orders
import Payments
import Refunds
import Reviews
import Values

/// The shapes of what programs of staff send and read.
extension APISchemas {
  static let staff: [String: Schema] = staffOrders.merging(staffGoods) { $1 }.merging(staffOthers) { $1 }
    .merging(staffPeople) { $1 }.merging(staffContent) { $1 }.merging(staffBodies) { $1 }
    .merging(staffContentBodies) { $1 }
    .merging(shelves) { $1 }.merging(freight) { $1 }.merging(stockrooms) { $1 }.merging(counts) { $1 }
    .merging(imports) { $1 }

  private static let bothWords = Schema.object(["en": .text, "zh-Hans": .text])
  private static let step = Schema.object(["kind": .text, "actor": .text, "note": .text, "at": .time])

  private static let staffOrders: [String: Schema] = [
    "StaffOrder": .object([
      "order": .named("Order"), "buyer": .id("acc"), "revision": .integer, "heldFor": .list(.text),
      "openDifference": .nullable(.money),
    ]),
    "StaffOrderPage": .page(.named("StaffOrder")),
    "StaffOrderDetail": .object([
      "order": .named("StaffOrder"), "timeline": .list(step), "parcels": .list(.named("Parcel")),
      "edits": .list(
        .object([
          "id": .id("oed"), "kind": .text, "revision": .integer, "actor": .text, "reason": .text,
          "differences": .list(.object(["what": .text, "sku": .text, "before": .text, "after": .text])),
          "dueBefore": .money, "dueAfter": .money, "refund": .money, "at": .time,
        ])),
    ]),
    "CarrierList": .items(.named("Carrier")),
    "StaffRefund": .object([
      "refund": .named("Refund"), "buyer": .id("acc"), "merchant": .id("mer"), "wasShipped": .flag,
      "replacement": .nullable(.id("ord")),
    ]),
    "StaffRefundPage": .page(.named("StaffRefund")),
    "StaffRefundDetail": .object(["refund": .named("StaffRefund"), "steps": .list(step)]),
  ]

  private static let staffGoods: [String: Schema] = [
    "StaffProduct": .object([
      "id": .id("prd"), "merchant": .id("mer"), "handle": .text, "version": .integer, "isPublished": .flag,
      "state": .choice(Publication.State.allCases.map(\.rawValue)), "title": bothWords, "subtitle": bothWords,
      "introduction": bothWords, "category": .nullable(.id("cat")),
      "brand": .nullable(.id("brd")), "options": .list(.object(["name": bothWords, "values": .list(bothWords)])),
      "attributes": .list(
        .object([
          "name": bothWords, "text": .nullable(bothWords), "number": .nullable(.text), "flag": .nullable(.flag),
          "unit": .text,
        ])), "tags": .list(.text),
      "variants": .list(
        .object([
          "id": .id("var"), "sku": .text, "barcode": .text, "choice": .list(.integer), "weightGrams": .integer,
          "requiresShipping": .flag, "picture": .nullable(.integer), "price": .nullable(.money),
          "listPrice": .nullable(.money),
        ])),
      "pictures": .list(
        .object([
          "id": .id("pic"), "url": .nullable(.address), "source": .nullable(.text), "alternative": bothWords,
        ])), "changedAt": .time,
    ]),
    "StaffProductPage": .page(.named("StaffProduct")),
    "LocationList": .items(.named("Location")),
    "Stock": .object([
      "variant": .id("var"), "sku": .text, "free": .integer,
      "levels": .list(.object(["location": .id("loc"), "onHand": .nullable(.integer), "held": .integer])),
    ]),
    "StockList": .items(.named("Stock")),
    "StockEntryPage": .page(
      .object([
        "location": .id("loc"), "reason": .text, "onHandChange": .integer, "heldChange": .integer, "cause": .text,
        "actor": .text, "at": .time,
      ])),
  ]

  private static let staffOthers: [String: Schema] = [
    "Entry": .object([
      "id": .id("ent"), "kind": .choice(EntryKind.allCases.map(\.rawValue)), "slug": .text,
      "state": .choice(EntryState.allCases.map(\.rawValue)), "version": .integer, "shownVersion": .nullable(.integer),
      "title": bothWords, "summary": bothWords, "body": bothWords, "picture": .nullable(.address),
      "from": .nullable(.time), "until": .nullable(.time), "changedAt": .time,
    ]),
    "EntryPage": .page(.named("Entry")),
    "PreviewLink": .object(["url": .text(format: "uri"), "until": .time]),
    "StaffMember": .object([
      "id": .id("stf"), "name": .text, "email": .text, "merchant": .nullable(.id("mer")), "role": .id("rol"),
      "isActive": .flag, "hasSecondFactor": .flag, "loggedInAt": .nullable(.time),
    ]),
    "StaffMemberPage": .page(.named("StaffMember")),
    "Hired": .object(["member": .named("StaffMember"), "password": .text]),
    "RoleList": .items(
      .object(["id": .id("rol"), "name": .text, "isOwner": .flag, "rights": .list(.text)])),
    "Deed": .object([
      "number": .integer, "previous": .text, "at": .time, "who": .text, "whoName": .text, "origin": .text,
      "trace": .text, "verb": .text, "subject": .text, "subjectName": .text, "merchant": .nullable(.id("mer")),
      "before": .nullable(.text), "after": .nullable(.text), "note": .text, "hash": .text,
    ]),
    "DeedPage": .page(.named("Deed")),
    "Token": .object([
      "id": .id("tok"), "name": .text, "staff": .id("stf"), "merchant": .nullable(.id("mer")),
      "rights": .list(.text), "expiresAt": .time,
    ]),
    "Fact": .object([
      "id": .id("evt"), "name": .text, "version": .integer, "subject": .text, "merchant": .nullable(.id("mer")),
      "at": .time, "data": .object([]),
    ]),
    "FactPage": .object(["items": .list(.named("Fact")), "next": .text, "hasMore": .flag]),
  ]

  private static let staffPeople: [String: Schema] = [
    "StaffReview": .object([
      "id": .id("rev"), "product": .id("prd"), "author": .id("acc"), "authorName": .text, "stars": .integer(1...5),
      "text": .text, "pictures": .list(.address), "choice": bothWords,
      "state": .choice(ReviewState.allCases.map(\.rawValue)), "reason": .text, "wantsLook": .flag,
      "reply": .nullable(.object(["text": .text, "at": .time])), "writtenAt": .time,
    ]),
    "StaffReviewPage": .page(.named("StaffReview")),
    "Customer": .object([
      "id": .id("acc"), "name": .text, "email": .text, "phone": .text,
      "language": .choice(Language.allCases.map(\.rawValue)), "tags": .list(.text), "orders": .integer,
      "paid": .list(.money), "lastPlacedAt": .nullable(.time), "registeredAt": .time, "isBlocked": .flag,
      "isErased": .flag,
    ]),
    "CustomerPage": .page(.named("Customer")),
    "Transaction": .object([
      "id": .id("pay"), "method": .text, "state": .choice(PaymentState.allCases.map(\.rawValue)),
      "payer": .id("acc"), "providerNumber": .nullable(.text), "amount": .money, "fromBalance": .money,
      "refunded": .money,
      "shares": .list(
        .object([
          "order": .id("ord"), "number": .nullable(.text), "merchant": .nullable(.id("mer")), "amount": .money,
        ])), "openedAt": .time, "capturedAt": .nullable(.time),
    ]),
    "TransactionPage": .page(.named("Transaction")),
  ]

  private static let wordsSent = Schema.object(["en?": .text, "zh-Hans?": .text])

  private static let staffBodies: [String: Schema] = [
    "OrderPass": .object(["note?": .text]),
    "OrderWish": .object(["wish": .text]),
    "WishDismissal": .object(["words?": .text]),
    "Reason": .object(["reason": .text]),
    "OrderChange": .object([
      "revision?": .integer,
      "lines?": .list(.object(["line": .id("oln"), "quantity": .integer(0...9999), "unit?": .text])),
      "sku?": .text, "skuQuantity?": .integer(1...9999), "freight?": .text, "destination?": .named("NewDestination"),
      "note?": .text, "reason?": .text,
    ]),
    "NewDestination": .object([
      "recipient": .text, "phone": .text, "region": .text(pattern: "^[0-9]{6}$"), "street": .text, "postcode?": .text,
    ]),
    "NewShipment": .object([
      "key": .text, "lines?": .list(.object(["line": .id("oln"), "quantity": .integer(1...9999)])),
      "carrier?": .text, "trackingNumber?": .text,
    ]),
    "Label": .object(["carrier": .text, "trackingNumber": .text]),
    "Completion": .object(["proof?": .text]),
    "RefundDecision": .object([
      "amount?": .text, "needsGoods?": .flag, "asMoney?": .flag, "answer?": .text,
    ]),
    "RefundReceipt": .object([
      "restocked": .list(.object(["line": .id("oln"), "units": .integer(0...9999)])), "note?": .text,
    ]),
    "ReviewReply": .object(["text": .text]),
    "Goodwill": .object(["key": .text, "amount": .text, "words": .text]),
    "ProductDraft": .object([
      "title": wordsSent, "subtitle?": wordsSent, "introduction?": wordsSent, "category?": .id("cat"),
      "brand?": .text, "options?": .list(.object(["name": wordsSent, "values": .list(wordsSent)])),
      "attributes?": .list(
        .object([
          "name": wordsSent, "text?": wordsSent, "number?": .text, "flag?": .flag, "unit?": .text,
        ])), "tags?": .list(.text),
      "variants": .list(
        .object([
          "sku?": .text, "barcode?": .text, "choice?": .list(.integer), "weightGrams?": .integer,
          "requiresShipping?": .flag, "picture?": .nullable(.integer(0...99)),
        ])), "pictures?": .list(.object(["url?": .text, "source?": .text, "alternative?": wordsSent])),
    ]),
    "NewProduct": .object(["merchant?": .id("mer"), "handle": .text, "product": .named("ProductDraft")]),
    "Publication": .object(["isPublished": .flag]),
    "PriceList": .object([
      "items": .list(.object(["variant": .id("var"), "price": .text, "listPrice?": .text]))
    ]),
    "StockAdjustment": .object([
      "location": .id("loc"), "change": .integer(-1_000_000...1_000_000),
      "reason": .choice(AdjustmentReason.allCases.map(\.rawValue)), "note?": .text, "key?": .text,
    ]),
    "NewStaffMember": .object(["email": .text, "name": .text, "role": .id("rol"), "merchant?": .id("mer")]),
    "StaffMemberChange": .object(["name?": .text, "role?": .id("rol")]),
    "StockCounts": .object([
      "key": .text,
      "items": .list(.object(["variant": .id("var"), "location": .id("loc"), "onHand?": .integer])),
    ]),
    "EntryDraft": .object([
      "slug?": .text, "title": wordsSent, "summary?": wordsSent, "body?": wordsSent, "picture?": .text,
      "from?": .time, "until?": .time, "publishes?": .flag, "version?": .integer,
    ]),
    "NewEntry": .object(["kind": .choice(EntryKind.allCases.map(\.rawValue)), "entry": .named("EntryDraft")]),
  ]

  private static let bannerPlaces = Schema.choice(BannerPlace.allCases.map(\.rawValue))

  private static let staffContent: [String: Schema] = [
    "Banner": .object([
      "id": .id("ban"), "place": bannerPlaces, "title": bothWords, "text": bothWords, "action": bothWords,
      "link": .text, "picture": .address, "picturePhone": .nullable(.address), "from": .nullable(.time),
      "until": .nullable(.time), "isOn": .flag, "position": .integer, "version": .integer,
    ]),
    "BannerList": .items(.named("Banner")),
    "Menu": .object([
      "place": .choice(MenuPlace.allCases.map(\.rawValue)), "version": .integer,
      "lines": .list(.object(["title": bothWords, "address": .text, "isNested": .flag])),
    ]),
    "MenuList": .items(.named("Menu")),
  ]

  private static let staffContentBodies: [String: Schema] = [
    "BannerDraft": .object([
      "place": bannerPlaces, "title": wordsSent, "text?": wordsSent, "action?": wordsSent, "link": .text,
      "picture": .text, "picturePhone?": .text, "from?": .time, "until?": .time, "isOn?": .flag, "version?": .integer,
    ]),
    "BannerOrder": .object(["banners": .list(.id("ban"))]),
    "MenuDraft": .object([
      "lines": .list(.object(["title": wordsSent, "address?": .text, "isNested?": .flag])), "version?": .integer,
    ]),
  ]
}
