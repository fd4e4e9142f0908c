import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Payments
import Values

/// Which ways to pay there are: set up and tried by programs of the platform, switched by those of merchants for their own
/// goods. Secrets are taken and never answered.
struct StaffPaymentMethodEndpoints: Sendable {
  /// To see and switch methods: the one for programs of the platform, the other for those of a merchant.
  private static let readers = APIDescription.Access.staff([.paymentsSetUp, .settingsEdit])
  private static let access = APIDescription.Access.staff([.paymentsSetUp])

  private struct Turn: Decodable {
    let isOn: Bool
    let channel: String?
    let merchant: String?
  }

  private let parts: APIParts
  private var work: WorkPaymentMethods { parts.flows.workMethods }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [list, method, save, turn, attempt, notices.exporting("payment-notices")] }

  private var list: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/payments/methods", .staffMoney,
        "Ways to pay in the order in which they are offered, those that aren't set up last; for a merchant those that "
          + "the shop offers, with their bounds and without `identity` and `terms`. The platform's need `payments.setUp`, a "
          + "merchant's `settings.edit`", access: Self.readers,
        with: "StaffPaymentMethodList"
      ).query(
        "merchant", .id("mer"),
        "As they stand for goods of this merchant, those that are set up alone. For tokens of the platform."
      ).refusing("unknownMerchant", "invalidInput")
    ) { call in
      let staff = try call.staff()
      let named = call.query["merchant"].flatMap { $0.isEmpty ? nil : $0 }
      let methods =
        if let named {
          try await work.methods(of: try Self.merchant(named), for: staff)
        } else {
          try await work.methods(for: staff)
        }
      return try Answer(ListAnswer(items: methods.map(PaymentMethodAnswer.init)))
    }
  }

  private var method: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/payments/methods/{method}", .staffMoney,
        "How one method is set up, and what it needs; of secrets only which of them are kept. For tokens of the platform",
        access: Self.access, with: "PaymentMethodDetail"
      ).refusing("unknownPaymentAccount")
    ) { call in try await answer(try Self.method(call), for: try call.staff()) }
  }

  private var save: Endpoint {
    Endpoint(
      APIDescription(
        .put, "/admin/payments/methods/{method}", .staffMoney,
        "Sets a method up, or changes it from how it was read, by `version` or `If-Match`. Secrets that aren't sent stay; "
          + "another identity at the provider retires the account before. For tokens of the platform",
        access: Self.access, with: "PaymentMethodDetail"
      ).taking("PaymentAccountDraft").matching().refusing(
        "unknownPaymentAccount", "paymentAccountChanged", "noSealKey", "sealedOtherwise", "invalidInput")
    ) { call in
      let sent: SentPaymentAccount = try call.decoded()
      let (method, staff) = (try Self.method(call), try call.staff())
      let known = try await work.account(of: method, for: staff)
      let version = try known.map { try call.seen($0.version, named: sent.version) } ?? sent.version
      let draft = try sent.draft(of: method, version: version, try await parts.currency())
      _ = try await FieldFaults.calling(SentPaymentAccount.places(of: method)) {
        try await work.save(draft, by: staff)
      }
      return try await answer(method, for: staff)
    }
  }

  private var turn: Endpoint {
    Endpoint(
      APIDescription(
        .put, "/admin/payments/methods/{method}/switch", .staffMoney,
        "Offers a method, or no more: by the platform for the whole shop, one of its channels or the goods of one merchant, "
          + "who can't undo that; by a merchant for its own goods. The platform's need `payments.setUp`, a merchant's `settings.edit`",
        access: Self.readers,
        answers: .noContent
      ).taking("PaymentSwitch").refusing(
        "unknownPaymentAccount", "paymentAccountOfTests", "paymentMethodBarred", "unknownMerchant", "invalidInput")
    ) { call in
      let body: Turn = try call.decoded()
      let (method, staff) = (try Self.method(call), try call.staff())
      if let named = body.merchant {
        // Who is meant by both isn't clear.
        guard body.channel == nil else { throw FieldFaults(field: "channel", code: "unknown") }
        try await work.turn(method, on: body.isOn, for: try Self.merchant(named), by: staff)
        return .noContent
      }
      guard let named = body.channel else {
        try await work.turn(method, on: body.isOn, by: staff)
        return .noContent
      }
      guard let channel = Channel(rawValue: named) else { throw FieldFaults(field: "channel", code: "unknown") }
      try await work.turn(method, on: body.isOn, in: channel, by: staff)
      return .noContent
    }
  }

  private var attempt: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/payments/methods/{method}/trial", .staffMoney,
        "Asks the provider something harmless, and says what came of it. For tokens of the platform",
        access: Self.access, with: "PaymentTrial"
      ).refusing("unknownPaymentAccount")
    ) { call in
      try Answer(PaymentTrialAnswer(try await work.trial(of: try Self.method(call), by: try call.staff())))
    }
  }

  private var notices: Endpoint {
    let description = APIDescription(
      .get, "/admin/payments/notices", .staffMoney,
      "What providers told, whether it was believed, and what it did, the newest first. For tokens of the platform",
      access: .staff([.paymentsView]), with: "PaymentNoticePage"
    ).query("method", .text, "Only those of this method: `wechat`.")
      .query("payment", .id("pay"), "Only those of this payment.")
      .query("believed", .choice(["true", "false"]), "Whether its signature held.")
      .query("effect", .choice(HeardNotice.effects), "What it did.")
      .query("from", .time, "Heard then or later.").query("until", .time, "Heard earlier.")
      .paged().refusing("invalidInput")
    return Endpoint(description) { call in
      let page = try await work.notices(matching: try Self.filter(call), call.page(), for: try call.staff())
      let items = page.items.map(PaymentNoticeAnswer.init)
      return try Answer(PageAnswer(items: items, next: page.next?.description)).linking(to: page.next, call)
    }
  }

  private static func filter(_ call: APICall) throws -> NoticeFilter {
    var faults = FieldFaults()
    var filter = NoticeFilter(
      method: call.choice("method", &faults), from: call.query.time("from", &faults),
      before: call.query.time("until", &faults))
    if let text = call.query["payment"], !text.isEmpty {
      filter.payment = PaymentID(text)
      if filter.payment == nil { faults.add("payment", "unknown") }
    }
    if let text = call.query["believed"], !text.isEmpty { filter.isBelieved = call.query.flag("believed", &faults) }
    if let text = call.query["effect"], !text.isEmpty {
      if HeardNotice.effects.contains(text) { filter.effect = text } else { faults.add("effect", "unknown") }
    }
    try faults.throwIfAny()
    return filter
  }

  private static func merchant(_ text: String) throws -> MerchantID {
    guard let id = MerchantID(text) else { throw FieldFaults(field: "merchant", code: "unknown") }
    return id
  }

  private static func method(_ call: APICall) throws -> PaymentMethod {
    guard let method = PaymentMethod(rawValue: call.parameter("method")) else {
      throw PaymentAccountRefusal.unknownAccount
    }
    return method
  }

  private func answer(_ method: PaymentMethod, for staff: Staff) async throws -> Answer {
    let account = try await work.account(of: method, for: staff)
    let answer = try Answer(
      PaymentMethodDetailAnswer(
        method, account, retired: try await work.retired(of: method, for: staff), canSeal: work.canSeal,
        noticeURL: "\(parts.publicURL)\(Addresses.notices)/\(method.rawValue)"))
    return account.map { answer.marked($0.version) } ?? answer
  }
}
