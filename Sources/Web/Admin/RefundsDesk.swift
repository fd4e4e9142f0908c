import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Orders
import Pages
import Refunds
import Values

/// `/admin/refunds`: what buyers ask back of a merchant, or of all for staff of the platform, by what has to be done about it.
public struct RefundsDesk: Sendable {
  private static let perPage = 30

  /// The parts of the list, what waits for the merchant first.
  private enum Part: String, CaseIterable {
    case waiting, awaitingGoods, underWay, settled, closed

    var states: Set<RefundCase.State> {
      switch self {
      case .waiting: RefundCase.State.waitingForMerchant
      case .awaitingGoods: [.awaitingGoods]
      case .underWay: [.approved, .sent]
      case .settled: [.settled]
      case .closed: [.rejected, .withdrawn]
      }
    }
  }

  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }

  public init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/refunds") { request, context in
      try await show(try context.visit.requireStaff(), request, context)
    }
  }

  private func show(_ staff: Staff, _ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let words = frame.words(context)
    let query = Form(query: request)
    let part = query["part"].flatMap(Part.init(rawValue:)) ?? .waiting
    let scope = WorkRefund.scope(of: staff)
    let contexts = maker.contexts
    let page = try await contexts.refunds.cases(
      scope, in: part.states, PageRequest(limit: Self.perPage, after: query["after"].flatMap { Cursor($0) }))
    let counts = try await contexts.refunds.counts(scope)
    let orders = try await contexts.orders.orders(Array(Set(page.items.map(\.order))))
    let byID = Dictionary(orders.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let buyers = try await contexts.accounts.accounts(Array(Set(page.items.map(\.buyer))))
    var model: Model = [
      "tabs": Part.allCases.map { tab -> Model in
        [
          "name": words.phrase("refunds.parts.\(tab.rawValue)"), "isCurrent": tab == part,
          "count": String(tab.states.reduce(0) { $0 + (counts[$1] ?? 0) }),
          "address": Addresses.with([("part", tab.rawValue)], Addresses.refundsDesk),
        ]
      },
      "hasRefunds": !page.items.isEmpty,
      "refunds": page.items.compactMap { refund -> Model? in
        guard let order = byID[refund.order] else { return nil }
        return Model.merged(
          RefundModel(refund, of: order, words: words).row(address: Addresses.desk(refund.id)),
          ["buyerName": buyers[refund.buyer]?.profile.name ?? ""])
      },
    ]
    if let next = page.next {
      model["nextURL"] = Addresses.with(
        [("part", part.rawValue), ("after", next.description)], Addresses.refundsDesk)
    }
    return try await frame.page(
      "refunds", title: words["desks.refunds"] ?? "", desk: Addresses.refundsDesk, model, request, context)
  }
}
