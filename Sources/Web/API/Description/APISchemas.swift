import Fulfilment
import Orders
import Payments
import Refunds

/// The shapes of all bodies and answers, by the names that the OpenAPI document gives them.
public enum APISchemas {
  public static let all: [String: Schema] =
    foundations.merging(catalogue) { $1 }.merging(buying) { $1 }.merging(refunds) { $1 }.merging(account) { $1 }
    .merging(bodies) { $1 }.merging(staff) { $1 }.merging(staffDesks) { $1 }.merging(staffMoney) { $1 }
    .merging(discounts) { $1 }.merging(search) { $1 }

  private static let foundations: [String: Schema] = [
    "Words": .either([.text, .object(["en": .text, "zh-Hans": .text])]),
    "Money": .object(["amount": .text(pattern: "^-?[0-9]+(\\.[0-9]+)?$"), "minor": .integer, "currency": .text]),
    "Named": .object(["id": .text, "slug": .text, "name": .words]),
    "Picture": .object(["url": .address, "alternative": .words]),
    "Problem": .object([
      "type": .text(format: "uri"), "title": .text, "status": .integer, "code": .text, "detail?": .text,
      "errors?": .list(.object(["field": .text, "code": .text, "detail": .text])), "trace?": .text,
    ]),
    "OpenAPI": .object(["openapi": .text, "paths": .map(.map(.named("Operation")))]),
    "Operation": .object(["summary": .text]),
  ]

  private static let facet = Schema.object(["id": .text, "slug": .text, "name": .words, "count": .integer])

  private static let catalogue: [String: Schema] = [
    "Card": .object([
      "id": .id("prd"), "url": .address, "title": .words, "picture": .named("Picture"), "merchant": .id("mer"),
      "category": .nullable(.id("cat")), "brand": .nullable(.id("brd")), "price": .nullable(.money),
      "listPrice": .nullable(.money), "hasPriceRange": .flag, "inStock": .flag, "sold": .integer, "rating": .number,
      "reviewCount": .integer,
    ]),
    "CardPage": .page(.named("Card")),
    "ProductList": .object([
      "items": .list(.named("Card")), "next": .nullable(.text), "total": .integer, "brands": .list(facet),
      "categories": .list(facet),
      "attributes": .list(
        .object([
          "key": .text, "name": .words,
          "values": .list(.object(["key": .text, "name": .words, "count": .integer])),
        ])),
      "ratings": .list(.object(["stars": .number, "count": .integer])),
      "correction": .nullable(.object(["text": .text, "isApplied": .flag])),
      "redirect": .nullable(.address),
    ]),
    "Product": .object([
      "id": .id("prd"), "url": .address, "title": .words, "subtitle": .words, "introduction": .words,
      "merchant": .named("Named"), "brand": .nullable(.named("Named")), "categories": .list(.named("Named")),
      "options": .list(.object(["name": .words, "values": .list(.words)])), "variants": .list(.named("Variant")),
      "attributes": .list(
        .object(["name": .words, "value": .either([.words, .flag]), "unit": .nullable(.text)])),
      "pictures": .list(.named("Picture")),
      "rating": .object(["average": .number, "count": .integer, "counts": .list(.integer)]), "sold": .integer,
      "changedAt": .time,
    ]),
    "Variant": .object([
      "id": .id("var"), "sku": .text, "choice": .list(.words), "price": .money, "listPrice": .nullable(.money),
      "stock": .integer, "weightGrams": .integer,
    ]),
    "Review": .object([
      "id": .id("rev"), "author": .text, "stars": .integer(1...5), "text": .text, "pictures": .list(.address),
      "choice": .words, "writtenAt": .time,
      "reply": .nullable(.object(["text": .text, "writtenAt": .time])),
    ]),
    "ReviewPage": .page(.named("Review")),
    "CategoryList": .items(
      .object([
        "id": .id("cat"), "slug": .text, "name": .words, "parent": .nullable(.id("cat")),
        "picture": .nullable(.address),
      ])),
    "BrandList": .items(.named("Named")),
    "Merchant": .object([
      "id": .id("mer"), "slug": .text, "name": .words, "introduction": .words, "openedAt": .time,
    ]),
    "MerchantList": .items(.named("Merchant")),
    "SuggestionList": .items(
      .object([
        "text": .text, "address": .address, "kind": .choice(["query", "category", "brand", "product"]),
        "id": .nullable(.text), "picture": .nullable(.named("Picture")), "price": .nullable(.money),
      ])),
    "RegionList": .items(.object(["code": .text(pattern: "^[0-9]{6}$"), "name": .words, "isAddressable": .flag])),
  ]

  private static let buying: [String: Schema] = [
    "CartLine": .object([
      "id": .id("cln"), "product": .id("prd"), "variant": .id("var"), "title": .words, "choice": .words, "sku": .text,
      "picture": .named("Picture"), "quantity": .integer(1...9999), "isTicked": .flag, "price": .nullable(.money),
      "listPrice": .nullable(.money), "total": .nullable(.money), "stock": .integer,
      "problem": .nullable(.object(["code": .text, "blocks": .flag])),
    ]),
    "Cart": .object([
      "version": .integer, "units": .integer, "goods": .money, "canBeOrdered": .flag, "coupon": .nullable(.text),
      "points": .integer,
      "groups": .list(.object(["merchant": .named("Named"), "lines": .list(.named("CartLine"))])),
    ]),
    "Quote": .object([
      "goods": .money, "discount": .money, "freight": .money, "due": .money, "isForDestination": .flag,
      "discounts": discount, "waived": discount,
      "merchants": .list(
        .object([
          "merchant": .id("mer"), "goods": .money, "discount": .money, "freight": .money, "due": .money,
          "deliveryDays": .list(.integer),
        ])),
    ]),
    "Checkout": .object([
      "cart": .named("Cart"), "address": .nullable(.named("Address")), "quote": .nullable(.named("Quote")),
      "refusal": .nullable(.named("Problem")), "paymentMethods": .list(.text),
      "discounts": .object([
        "couponRefusal": .nullable(.named("Problem")),
        "points": .nullable(
          .object(["balance": .integer, "most": .integer, "spent": .integer, "worth": .money])),
      ]),
    ]),
    "OrderLine": .object([
      "id": .id("oln"), "product": .id("prd"), "variant": .id("var"), "title": .words, "choice": .words, "sku": .text,
      "picture": .named("Picture"), "unit": .money, "quantity": .integer(1...9999), "returned": .integer,
      "discount": .money,
      "due": .money,
    ]),
    "Order": .object([
      "number": .text, "state": .choice(OrderState.allCases.map(\.rawValue)), "merchant": .id("mer"),
      "lines": .list(.named("OrderLine")),
      "amounts": .object([
        "goods": .money, "discount": .money, "freight": .money, "due": .money, "paid": .money,
        "discounts": discount, "waived": discount,
      ]),
      "destination": .object([
        "recipient": .text, "phone": .text, "region": .text, "regionName": .words, "street": .text, "postcode": .text,
      ]),
      "note": .text, "payment": .nullable(.id("pay")),
      "shipment": .nullable(.object(["carrier": .text, "trackingNumber": .text])), "placedAt": .time,
      "payBefore": .time, "paysAtDoor": .flag,
    ]),
    "OrderPage": .page(.named("Order")),
    "PlacedOrders": .object(["items": .list(.named("Order")), "due": .money]),
    "OrderDetail": .object([
      "order": .named("Order"), "timeline": .list(.object(["kind": .text, "note": .text, "at": .time])),
      "parcels": .list(.named("Parcel")), "reviewedLines": .list(.id("oln")),
    ]),
    "Parcel": .object([
      "id": .id("pcl"), "state": .choice(ParcelState.allCases.map(\.rawValue)), "carrier": .text,
      "carrierName": .words, "trackingNumber": .text, "trackingAddress": .nullable(.text),
      "lines": .list(.object(["line": .id("oln"), "quantity": .integer(1...9999)])),
      "handedOverAt": .nullable(.time), "deliveredAt": .nullable(.time),
      "traces": .list(
        .object([
          "kind": .choice(Trace.Kind.allCases.map(\.rawValue)), "text": .text, "place": .text, "at": .time,
        ])),
    ]),
    "Payment": .object([
      "id": .id("pay"), "method": .text, "state": .choice(PaymentState.allCases.map(\.rawValue)), "amount": .money,
      "refunded": .money, "openedAt": .time, "expiresAt": .time, "capturedAt": .nullable(.time),
      "way": .choice(PaymentWay.allCases.map(\.rawValue)), "fromBalance": .money,
    ]),
    "OpenedPayment": .object([
      "payment": .named("Payment"),
      "handover": .object([
        "kind": .choice(["redirect", "code", "client", "settled", "here"]), "url?": .text, "text?": .text,
        "parameters?": .map(.text), "transfer?": .map(.text),
      ]),
    ]),
    "PaymentMethodList": .object([
      "items": .list(.text), "ways": .map(.list(.choice(PaymentWay.allCases.map(\.rawValue)))),
    ]),
    "Balance": .object([
      "balance": .money, "items": .list(.named("BalanceMovement")), "next": .nullable(.text),
    ]),
    "Messages": .object([
      "unread": .integer(0...100), "items": .list(.named("Message")), "next": .nullable(.text),
    ]),
    "Message": .object([
      "id": .id("msg"), "merchant": .nullable(.id("mer")), "title": .words, "text": .words, "url": .address,
      "writtenAt": .time, "readAt": .nullable(.time),
    ]),
    "BalanceMovement": .object([
      "id": .id("bmv"), "kind": .choice(BalanceMovement.Kind.allCases.map(\.rawValue)), "amount": .money,
      "after": .money, "payment": .nullable(.id("pay")), "at": .time,
    ]),
  ]

  private static let refunds: [String: Schema] = [
    "Refund": .object([
      "id": .id("rrq"), "order": .text, "kind": .choice(RefundCase.Kind.allCases.map(\.rawValue)),
      "state": .choice(RefundCase.State.allCases.map(\.rawValue)),
      "reason": .choice(RefundCase.Reason.allCases.map(\.rawValue)), "explanation": .text,
      "lines": .list(
        .object([
          "line": .id("oln"), "units": .integer(1...9999), "amount": .money, "wanted": .nullable(.id("var")),
          "difference": .money,
        ])),
      "pictures": .list(.address), "freight": .money, "asked": .money, "granted": .nullable(.money), "answer": .text,
      "parcel": .nullable(.object(["carrier": .text, "trackingNumber": .text])), "requestedAt": .time,
      "changedAt": .time,
    ]),
    "RefundPage": .page(.named("Refund")),
    "RefundDetail": .object([
      "refund": .named("Refund"), "steps": .list(.object(["kind": .text, "note": .text, "at": .time])),
    ]),
    "RefundOffer": .object([
      "kinds": .list(.text), "reasons": .list(.text),
      "lines": .list(
        .object([
          "line": .id("oln"), "left": .integer,
          "exchanges": .list(.object(["variant": .id("var"), "difference": .money])),
        ])),
    ]),
  ]

  private static let account: [String: Schema] = [
    "Account": .object([
      "id": .id("acc"), "email": .text, "name": .text, "phone": .text, "language": .choice(["en", "zh-Hans"]),
      "registeredAt": .time,
    ]),
    "Session": .object(["token": .text, "expiresAt": .time, "account": .named("Account")]),
    "Address": .object([
      "id": .id("adr"), "recipient": .text, "phone": .text, "region": .text, "regionName": .words, "street": .text,
      "postcode": .text, "isDefault": .flag,
    ]),
    "AddressList": .items(.named("Address")),
    "History": .object(["views": .list(.named("Card")), "searches": .list(.text)]),
  ]

  private static let bodies: [String: Schema] = [
    "NewCartLine": .object(["variant": .id("var"), "quantity?": .integer(1...9999)]),
    "CartLineChange": .object(["quantity?": .integer(1...9999), "isTicked?": .flag]),
    "CartTicks": .object(["lines?": .list(.id("cln")), "isTicked": .flag]),
    "NewOrder": .object(["cartVersion": .integer, "address": .id("adr"), "note?": .text, "due?": .text]),
    "NewPayment": .object([
      "method": .text, "way?": .choice(PaymentWay.allCases.map(\.rawValue)), "openID?": .text, "code?": .text,
      "usesBalance?": .flag,
    ]),
    "NewRefund": .object([
      "kind": .choice(["moneyOnly", "goodsBack", "exchange"]),
      "reason": .choice(RefundCase.Reason.allCases.map(\.rawValue)), "explanation?": .text,
      "lines": .list(
        .object(["line": .id("oln"), "units": .integer(1...9999), "wanted?": .id("var"), "difference?": .text])),
    ]),
    "NewParcel": .object(["carrier": .text, "trackingNumber": .text]),
    "NewReview": .object(["stars": .integer(1...5), "text": .text]),
    "NewAccount": .object([
      "email": .text, "password": .text, "name": .text, "language?": .choice(["en", "zh-Hans"]),
    ]),
    "NewSession": .object(["email": .text, "password": .text]),
    "ProfileChange": .object(["name?": .text, "phone?": .text, "language?": .choice(["en", "zh-Hans"])]),
    "PasswordChange": .object(["current": .text, "new": .text]),
    "PasswordResetRequest": .object(["email": .text]),
    "NewPassword": .object(["password": .text]),
    "NewAddress": .object([
      "recipient": .text, "phone": .text, "region": .text(pattern: "^[0-9]{6}$"), "street": .text, "postcode?": .text,
      "isDefault?": .flag,
    ]),
  ]
}
