import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Orders
import Pages
import Pricing
import Values

/// `/admin/coupons/new` and `/admin/coupons/{id}`: what a coupon gives, when and how often, and who used it.
struct CouponDesk: Desk {
  private static let perPage = 20
  private static let usualDays = 30

  private let frame: DeskFrame
  private let currency: Currency
  private var maker: PageMaker { frame.maker }
  private var work: WorkCoupons { maker.flows.workCoupons }

  init(_ maker: PageMaker, currency: Currency) {
    frame = DeskFrame(maker)
    self.currency = currency
  }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/coupons/new") { request, context in
      let staff = try context.visit.requireStaff()
      try staff.require(.catalogEdit)
      return try await showNew(Form(), nil, request, context)
    }
    router.post("/admin/coupons/new") { request, context in
      let staff = try context.visit.requireStaff()
      try staff.require(.catalogEdit)
      let form = try await Form(body: request, context: context)
      do {
        let added = try await work.add(try draft(form, context), by: staff)
        return maker.go(Addresses.desk(added.id), saying: Flash(.good, "couponSaved"))
      } catch let refusal as FieldFaults {
        return try await showNew(form, CouponForm.worded(refusal), request, context)
      }
    }
    router.get("/admin/coupons/:id") { request, context in
      let (coupon, staff) = try await named(context)
      return try await show(coupon, staff, Form(), nil, request, context)
    }
    router.post("/admin/coupons/:id") { try await save($0, $1) }
    router.post("/admin/coupons/:id/turn") { request, context in
      let (coupon, staff) = try await named(context)
      let form = try await Form(body: request, context: context)
      let turned = try await work.turn(coupon.id, on: form["on"] == "1", by: staff)
      return maker.go(
        Addresses.desk(coupon.id), saying: Flash(.good, turned.isOn ? "couponOn" : "couponOff"))
    }
  }

  private func named(_ context: ShopRequestContext) async throws -> (Coupon, Staff) {
    let staff = try context.visit.requireStaff()
    try staff.require(.catalogEdit)
    guard let id = context.parameters.get("id").flatMap({ CouponID($0) }) else { throw CouponRefusal.unknownCoupon }
    return (try await work.coupon(id, for: staff), staff)
  }

  private func draft(_ form: Form, _ context: ShopRequestContext) throws -> CouponDraft {
    try CouponForm.draft(form, Format(context.visit.language), currency)
  }

  private func save(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let (coupon, staff) = try await named(context)
    let form = try await Form(body: request, context: context)
    do {
      guard let version = form["version"].flatMap({ Int($0) }) else {
        throw FieldFaults(field: "version", code: "notANumber")
      }
      _ = try await work.change(coupon.id, to: try draft(form, context), version: version, by: staff)
      return maker.go(Addresses.desk(coupon.id), saying: Flash(.good, "couponSaved"))
    } catch CouponRefusal.couponChanged {
      let now = try await work.coupon(coupon.id, for: staff)
      return try await show(
        now, staff, form.with("version", String(now.version)), CouponRefusal.couponChanged, request, context)
    } catch let refusal as FieldFaults {
      return try await show(coupon, staff, form, CouponForm.worded(refusal), request, context)
    }
  }

  private func showNew(
    _ form: Form, _ refusal: (any Refusal)?, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let format = Format(words.language)
    let refused = RefusedForm(form, refusal, words)
    let now = work.now
    let initial = [
      "kind": CouponForm.Kind.amountOff.rawValue, "mostUsesEach": "1", "starts": format.formMoment(now),
      "ends": format.formMoment(now.adding(.days(Self.usualDays))),
    ]
    let isFirst = form.values.isEmpty
    return refused.answer(
      try await frame.page(
        "coupon", title: words["coupons.new"] ?? "", desk: Addresses.couponsDesk,
        [
          "form": refused.model(CouponForm.fields, initial: initial), "heading": words["coupons.new"] ?? "",
          "kinds": CouponForm.kinds(chosen: form["kind"] ?? initial["kind"] ?? "", words),
          "isOn": isFirst || form["isOn"] != nil, "isNew": true, "action": Addresses.newCoupon,
          "backURL": Addresses.couponsDesk, "sign": format.sign(of: currency),
        ], request, context, status: refusal?.status ?? .ok))
  }

  private func show(
    _ coupon: Coupon, _ staff: Staff, _ form: Form, _ refusal: (any Refusal)?, _ request: Request,
    _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let format = Format(words.language)
    let refused = RefusedForm(form, refusal, words)
    let initial = CouponForm.initial(coupon, format)
    let here = Addresses.desk(coupon.id)
    var model: Model = [
      "form": refused.model(CouponForm.fields, initial: initial), "heading": coupon.code.rawValue,
      "kinds": CouponForm.kinds(chosen: form["kind"] ?? initial["kind"] ?? "", words),
      "isOn": form.values.isEmpty ? coupon.isOn : form["isOn"] != nil, "isNew": false, "action": here,
      "backURL": Addresses.couponsDesk, "turnAction": "\(here)/turn", "turnTo": coupon.isOn ? "0" : "1",
      "turnText": words[coupon.isOn ? "coupons.turnOff" : "coupons.turnOn"] ?? "",
      "giving": DiscountWords(words).benefit(coupon), "sign": format.sign(of: coupon.currency),
      "mark": ["state": CouponsDesk.state(coupon.phase(at: work.now), words)] as Model,
    ]
    model.merge(try await uses(of: coupon, staff, request, words))
    return refused.answer(
      try await frame.page(
        "coupon", title: coupon.code.rawValue, desk: Addresses.couponsDesk, model, request, context,
        status: refusal?.status ?? .ok))
  }

  private func uses(
    of coupon: Coupon, _ staff: Staff, _ request: Request, _ words: Words
  ) async throws -> Model {
    let after = Form(query: request)["after"].flatMap { Cursor($0) }
    let found = try await work.uses(of: coupon.id, PageRequest(limit: Self.perPage, after: after), for: staff)
    let format = Format(words.language)
    var model: Model = [
      "uses": found.uses.items.map { use -> Model in
        [
          "orders": (found.orders[use.checkout] ?? []).map { order -> Model in
            ["number": order.number.rawValue, "address": Addresses.desk(order.number)]
          },
          "amount": format.money(use.amount), "at": format.dateTime(use.takenAt),
          "stateText": words["coupons.uses.\(use.state.rawValue)"] ?? use.state.rawValue,
        ]
      }
    ]
    if let next = found.uses.next {
      model["nextURL"] = Addresses.with([("after", next.description)], Addresses.desk(coupon.id))
    }
    return model
  }
}
