import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Merchants
import Pages
import Pricing
import Values

/// `/admin/coupons`: all coupons, or a merchant's own, the newest first.
struct CouponsDesk: Desk {
  static let listName = "coupons"
  private static let perPage = 50

  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }
  private var work: WorkCoupons { maker.flows.workCoupons }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/coupons") { request, context in
      let (staff, words) = (try context.visit.requireStaff(), frame.words(context))
      let list = try await self.list(words)
      let asked = list.query(Form(query: request), words)
      let page =
        asked.faults.isEmpty
        ? try await work.coupons(
          matching: Self.filter(asked), PageRequest(limit: Self.perPage, after: asked.after), for: staff)
        : Page(items: [], next: nil)
      if !asked.faults.isEmpty { try staff.require(.catalogEdit) }
      let views = try await maker.contexts.deskViews.views(of: staff.id, list: Self.listName)
      return try await frame.page(
        "coupons", title: words["desks.coupons"] ?? "", desk: Addresses.couponsDesk,
        ["list": list.model(page, asked, views: views, words), "newURL": Addresses.newCoupon], request, context,
        status: asked.faults.isEmpty ? .ok : asked.faults.status)
    }
    router.get("/admin/coupons/export") { request, context in
      let (staff, words) = (try context.visit.requireStaff(), frame.words(context))
      let list = try await self.list(words)
      let asked = list.query(Form(query: request), words)
      return try await ListExport(list: list, query: asked, words: words) { [work] page in
        try await work.coupons(matching: Self.filter(asked), page, for: staff)
      }.response(named: "coupons")
    }
  }

  private static func filter(_ asked: ListQuery) -> CouponFilter {
    CouponFilter(code: asked.text("code"), phase: asked.text("phase").flatMap { Coupon.Phase(rawValue: $0) })
  }

  private func list(_ words: Words) async throws -> DeskList<Coupon> {
    let now = work.now
    let names = Dictionary(
      try await maker.contexts.merchants.merchants().map { ($0.id, $0.name[words.language]) },
      uniquingKeysWith: { first, _ in first })
    return DeskList(
      name: Self.listName, address: Addresses.couponsDesk,
      columns: [
        ListColumn(name: "code", word: "coupons.code", place: .first) { row, _ in
          .link(row.code.rawValue, to: Addresses.desk(row.id))
        },
        ListColumn(name: "phase", word: "coupons.phase") { row, words in
          .state(
            words["coupons.phases.\(row.phase(at: now).rawValue)"] ?? "", Self.state(row.phase(at: now), words))
        },
        ListColumn(name: "name", word: "coupons.name") { row, words in .text(row.name[words.language]) },
        ListColumn(name: "benefit", word: "coupons.benefit") { row, words in
          .text(DiscountWords(words).benefit(row))
        },
        ListColumn(name: "used", word: "coupons.used") { row, _ in
          .number(row.mostUses.map { "\(row.used) / \($0)" } ?? String(row.used))
        },
        ListColumn(name: "bearer", word: "coupons.bearer") { row, words in
          .text(row.merchant.map { names[$0] ?? "\($0)" } ?? words["admin.platform"] ?? "")
        },
        ListColumn(name: "starts", word: "coupons.starts", place: .onRequest) { row, _ in .time(row.startsAt) },
        ListColumn(name: "ends", word: "coupons.ends") { row, _ in .time(row.endsAt) },
      ],
      filters: [
        ListFilter(name: "code", word: "coupons.code", kind: .text(longest: 24)),
        ListFilter(
          name: "phase", word: "coupons.phase", kind: .choice(Coupon.Phase.allCases.map(\.rawValue)),
          choiceWord: "coupons.phases"),
      ],
      exportAddress: "\(Addresses.couponsDesk)/export", emptyWord: "coupons.none",
      identify: { $0.id.description })
  }

  static func state(_ phase: Coupon.Phase, _ words: Words) -> Model {
    let (kind, icon) =
      switch phase {
      case .running: ("green", "check")
      case .planned: ("sky", "clock")
      case .off: ("grey", "cross")
      case .spent, .ended: ("grey", "check")
      }
    return ["kind": kind, "icon": icon, "text": words["coupons.phases.\(phase.rawValue)"] ?? phase.rawValue]
  }
}
