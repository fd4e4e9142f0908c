import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Pricing
import Values

/// Coupons: a merchant's own, or of the platform all.
struct StaffCouponEndpoints: Sendable {
  private static let access = APIDescription.Access.staff([.catalogEdit])

  private struct Draft: Decodable {
    let code: String?
    let name: SentWords
    let kind: String
    let amount: String?
    let percent: Int?
    let most: String?
    let minimum: String?
    let startsAt: String
    let endsAt: String
    let mostUses: Int?
    let mostUsesEach: Int?
    let isOn: Bool?
    let version: Int?

    /// Throws `FieldFaults`.
    func draft(_ currency: Currency) throws -> CouponDraft {
      var faults = FieldFaults()
      func money(_ text: String?, _ field: String) -> Money {
        guard let text else { return .zero(currency) }
        guard let amount = Money(decimalText: text, currency: currency) else {
          faults.add(field, "notAnAmount")
          return .zero(currency)
        }
        return amount
      }
      func time(_ text: String, _ field: String) -> Timestamp {
        if text.isEmpty { faults.add(field, "missing") }
        return faults.moment(text, field) ?? Timestamp(milliseconds: 0)
      }
      let benefit: OfferBenefit
      switch kind {
      case "amountOff": benefit = .amountOff(money(amount, "amount"))
      case "percentOff": benefit = .percentOff(percent ?? 0, most: most == nil ? nil : money(most, "most"))
      case "freeFreight": benefit = .freeFreight
      default:
        benefit = .freeFreight
        faults.add("kind", "unknownValue")
      }
      let draft = CouponDraft(
        code: code ?? "", name: name.text, benefit: benefit, minimum: money(minimum, "minimum"),
        startsAt: time(startsAt, "startsAt"), endsAt: time(endsAt, "endsAt"), mostUses: mostUses,
        mostUsesEach: mostUsesEach, isOn: isOn ?? true)
      try faults.throwIfAny()
      return draft
    }
  }

  private let parts: APIParts
  private var work: WorkCoupons { parts.flows.workCoupons }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [list.exporting("coupons"), coupon, add, change] }

  private var list: Endpoint {
    let description = APIDescription(
      .get, "/admin/coupons", .staffGoods, "All coupons, or a merchant's own, the newest first", access: Self.access,
      with: "CouponPage"
    ).query("code", .text, "Part of a code.")
      .query("phase", .choice(Coupon.Phase.allCases.map(\.rawValue)), "How far they are.").paged()
      .refusing("invalidInput")
    return Endpoint(description) { call in
      var faults = FieldFaults()
      var filter = CouponFilter()
      let code = faults.text(call.query["code"], "code", max: 24, required: false)
      if !code.isEmpty { filter.code = code }
      if let text = call.query["phase"], !text.isEmpty {
        filter.phase = Coupon.Phase(rawValue: text)
        if filter.phase == nil { faults.add("phase", "unknownValue") }
      }
      try faults.throwIfAny()
      let page = try await work.coupons(matching: filter, call.page(), for: try call.staff())
      let items = page.items.map { CouponAnswer($0, at: work.now) }
      return try Answer(PageAnswer(items: items, next: page.next?.description)).linking(to: page.next, call)
    }
  }

  private var coupon: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/coupons/{id}", .staffGoods, "One coupon", access: Self.access, with: "Coupon"
      ).refusing("unknownCoupon")
    ) { call in try answer(try await work.coupon(try Self.id(call), for: try call.staff())) }
  }

  private var add: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/coupons", .staffGoods,
        "Makes a coupon: a merchant's staff one for their own goods, which the merchant bears", access: Self.access,
        answers: .created, with: "Coupon"
      ).taking("CouponDraft").refusing("invalidInput")
    ) { call in
      let body: Draft = try call.decoded()
      let made = try await work.add(try body.draft(try await parts.currency()), by: try call.staff())
      var answer = try self.answer(made)
      answer.status = .created
      return answer.located(at: "/admin/coupons/\(made.id)")
    }
  }

  private var change: Endpoint {
    Endpoint(
      APIDescription(
        .put, "/admin/coupons/{id}", .staffGoods,
        "Changes a coupon from how it was read, by `version` or `If-Match`, to what is sent. The code stays",
        access: Self.access, with: "Coupon"
      ).taking("CouponDraft").matching().refusing("unknownCoupon", "couponChanged", "invalidInput")
    ) { call in
      let body: Draft = try call.decoded()
      let staff = try call.staff()
      let known = try await work.coupon(try Self.id(call), for: staff)
      let version = try call.seen(known.version, named: body.version)
      return try answer(
        try await work.change(
          known.id, to: try body.draft(try await parts.currency()), version: version, by: staff))
    }
  }

  private static func id(_ call: APICall) throws -> CouponID { try call.id("id", or: CouponRefusal.unknownCoupon) }

  private func answer(_ coupon: Coupon) throws -> Answer {
    try Answer(CouponAnswer(coupon, at: work.now)).marked(coupon.version)
  }
}
