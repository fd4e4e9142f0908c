import Flows
import Payments
import Settlement
import Values

/// The shapes of what programs of staff send and read of ways to pay, cases, settlements and bills.
extension APISchemas {
  static let staffMoney: [String: Schema] = ofMethods.merging(ofCases) { $1 }.merging(ofSettlements) { $1 }
    .merging(ofBills) { $1 }

  private static let inBoth = Schema.object(["en": .text, "zh-Hans": .text])
  private static let day = BillAnswers.day

  private static let ofMethods: [String: Schema] = [
    "PaymentTerms": .object([
      "isOn": .flag, "feePercent": .text, "feeFixed": .money, "least": .nullable(.money), "most": .nullable(.money),
      "place": .integer(0...999),
    ]),
    "StaffPaymentMethodList": .items(
      .object([
        "method": .text, "isSetUp": .flag, "isOfStart": .flag, "isOn": .flag, "isOnHere": .flag, "isBarred": .flag,
        "isOnInMainChannel": .flag, "identity": .nullable(.text), "terms": .nullable(.named("PaymentTerms")),
        "least": .nullable(.money), "most": .nullable(.money),
      ])),
    "PaymentMethodDetail": .object([
      "method": .text, "noticeURL": .text(format: "uri"), "canSeal": .flag,
      "needs": .list(
        .object(["name": .text, "isSecret": .flag, "isRequired": .flag, "choices": .list(.text)])),
      "account": .nullable(
        .object([
          "id": .id("pac"), "fields": .map(.text), "secrets": .list(.text), "terms": .named("PaymentTerms"),
          "version": .integer, "changedAt": .time, "isReadable": .flag,
        ])),
      "retired": .list(
        .object(["id": .id("pac"), "identity": .nullable(.text), "retiredAt": .nullable(.time)])),
    ]),
    "PaymentAccountDraft": .object([
      "fields": .map(.text), "secrets?": .map(.text), "forgotten?": .list(.text),
      "terms": .object([
        "isOn": .flag, "feePercent?": .text, "feeFixed?": .text, "least?": .nullable(.text), "most?": .nullable(.text),
        "place?": .integer(0...999),
      ]), "version?": .nullable(.integer),
    ]),
    "PaymentSwitch": .object(["isOn": .flag, "channel?": .text, "merchant?": .id("mer")]),
    "PaymentTrial": .object([
      "outcome": .choice(AccountTrial.Outcome.allCases.map(\.rawValue)), "code": .nullable(.text),
      "untried": .list(.text),
    ]),
    "PaymentNoticePage": .page(
      .object([
        "id": .id("ntc"), "method": .text, "payment": .nullable(.id("pay")), "isBelieved": .flag,
        "verification": .text, "effect": .text, "body": .text, "headers": .nullable(.text), "at": .time,
      ])),
  ]

  private static let ofCases: [String: Schema] = [
    "PaymentCase": .object([
      "id": .id("pcs"), "kind": .choice(PaymentCase.Kind.allCases.map(\.rawValue)), "payment": .id("pay"),
      "order": .nullable(.id("ord")), "number": .nullable(.text), "merchant": .nullable(.id("mer")), "amount": .money,
      "detail": .text, "decisions": .list(.choice(PaymentCase.Decision.allCases.map(\.rawValue))),
      "refunds": .list(.named("Movement")), "openedAt": .time, "handledAt": .nullable(.time),
      "handledBy": .nullable(.id("stf")), "reason": .text,
    ]),
    "PaymentCasePage": .page(.named("PaymentCase")),
    "PaymentDecision": .object([
      "decision": .choice(PaymentCase.Decision.allCases.map(\.rawValue)), "reason?": .text,
    ]),
    "ReceivedMoney": .object([
      "payment": .id("pay"), "method": .text, "state": .choice(PaymentState.allCases.map(\.rawValue)), "due": .money,
      "left": .money,
      "receipts": .list(.object(["key": .text, "amount": .money, "receivedAt": .time, "note": .text])),
    ]),
    "NewReceipt": .object([
      "key": .text, "amount": .text, "receivedAt": .time, "note?": .text, "isMore?": .flag,
    ]),
    "StaffBalanceMovement": .object([
      "id": .id("bmv"), "kind": .choice(BalanceMovement.Kind.allCases.map(\.rawValue)), "amount": .money,
      "after": .money, "payment": .nullable(.id("pay")), "reason": .text, "at": .time,
    ]),
    "StaffBalance": .object([
      "customer": .id("acc"), "balance": .money, "items": .list(.named("StaffBalanceMovement")),
      "next": .nullable(.text),
    ]),
    "BalanceCredit": .object(["key": .text, "amount": .text, "reason": .text]),
  ]

  private static let ofSettlements: [String: Schema] = [
    "StatementSums": .object([
      "paid": .money, "borne": .money, "refunds": .money, "commission": .money, "fee": .money, "net": .money,
    ]),
    "Statement": .object([
      "id": .id("stm"), "merchant": .id("mer"), "merchantName": inBoth,
      "rhythm": .choice(SettlementRhythm.allCases.map(\.rawValue)), "through": day,
      "state": .choice(StatementState.allCases.map(\.rawValue)), "orders": .integer, "sums": .named("StatementSums"),
      "reference": .text, "drawnAt": .time, "approvedAt": .nullable(.time), "paidAt": .nullable(.time),
      "cancelledAt": .nullable(.time),
    ]),
    "StatementPage": .page(.named("Statement")),
    "StatementLinePage": .page(
      .object(["order": .id("ord"), "number": .text, "endedAt": .time, "sums": .named("StatementSums")])),
    "SettlementBalances": .object([
      "owed": .list(.object(["open": .money, "stated": .money])),
      "accounts": .list(
        .object(["account": .choice(BookAccount.allCases.map(\.rawValue)), "amount": .money])),
    ]),
    "NewSettlementRun": .object(["through": day]),
    "SettlementRun": .object([
      "drawn": .list(.id("stm")), "standing": .list(.id("stm")), "carried": .list(.id("mer")),
    ]),
    "Payout": .object(["reference": .text]),
    "CommissionRule": .object([
      "id": .id("com"), "merchant": .nullable(.id("mer")), "category": .nullable(.id("cat")),
      "percent": .nullable(.text), "from": day, "madeAt": .time,
    ]),
    "CommissionRulePage": .page(.named("CommissionRule")),
    "CommissionDraft": .object([
      "merchant?": .nullable(.id("mer")), "category?": .nullable(.id("cat")), "percent?": .nullable(.text),
      "ends?": .flag, "from": day,
    ]),
  ]

  private static let billSide = Schema.object([
    "payments": .integer, "paid": .money, "refunds": .integer, "refunded": .money,
  ])
  private static let differenceSide = Schema.object([
    "amount": .nullable(.money), "fee": .nullable(.money), "state": .nullable(.text),
  ])

  private static let ofBills: [String: Schema] = [
    "BillStanding": .object([
      "openDifferences": .integer, "failedDays": .integer,
      "methods": .list(
        .object([
          "method": .text, "lastMatched": .nullable(day),
          "fee": .nullable(.object(["percent": .text, "fixed": .text])),
        ])),
    ]),
    "BillFee": .object(["percent?": .nullable(.text), "fixed?": .nullable(.text)]),
    "BillDay": .object([
      "method": .text, "day": day, "state": .choice(BillDay.State.allCases.map(\.rawValue)),
      "sign": .choice(BillDay.Sign.allCases.map(\.rawValue)), "rows": .integer,
      "source": .nullable(.choice(["provider", "file"])), "fetchedAt": .nullable(.time),
      "matchedAt": .nullable(.time), "nextTryAt": .nullable(.time), "tries": .integer, "fault": .text,
      "openDifferences": .integer,
    ]),
    "BillTotals": .object([
      "currency": .text, "there": billSide, "here": billSide, "fees": .money, "others": .integer, "othersIn": .money,
      "othersOut": .money, "net": .money,
    ]),
    "BillDayList": .items(
      .object(["bill": .named("BillDay"), "totals": .nullable(.named("BillTotals"))])),
    "BillDayDetail": .object([
      "method": .text, "day": day, "bill": .nullable(.named("BillDay")), "totals": .list(.named("BillTotals")),
    ]),
    "BillMovementPage": .page(
      .object(["providerNumber": .text, "amount": .money, "fee": .money, "at": .time])),
    "BillDifference": .object([
      "id": .id("dif"), "method": .text, "day": day,
      "kind": .choice(BillDifference.Kind.allCases.map(\.rawValue)), "isRefund": .flag, "payment": .text,
      "refund": .text, "providerNumber": .text, "there": differenceSide, "here": differenceSide, "at": .time,
      "state": .choice(BillDifference.State.allCases.map(\.rawValue)),
      "cause": .nullable(.choice(BillDifference.Cause.allCases.map(\.rawValue))), "reason": .text,
      "staff": .nullable(.id("stf")), "isCorrectable": .flag, "foundAt": .time, "changedAt": .time,
    ]),
    "BillDifferencePage": .page(.named("BillDifference")),
    "BillDecision": .object([
      "decision": .choice(WorkReconciliation.Deed.allCases.map(\.rawValue)), "reason?": .text,
    ]),
    "BillReport": .object([
      "month": BillAnswers.month,
      "items": .list(
        .object([
          "method": .text, "opening": .money, "closing": .money, "totals": .named("BillTotals"),
          "daysMatched": .integer, "daysMissing": .integer, "openDifferences": .integer,
        ])),
    ]),
  ]
}
