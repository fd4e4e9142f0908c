import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Merchants
import NIOCore
import Orders
import Pages
import Refunds
import Values

/// What the pages of the back office are made with: the desks beside, who works there, a sentence said once.
public struct DeskFrame: Sendable {
  let maker: PageMaker

  public init(_ maker: PageMaker) { self.maker = maker }

  func words(_ context: ShopRequestContext) -> Words { maker.frame.words(context.visit.language) }

  /// - Parameter desk: the address of the desk that the page belongs to.
  func page(
    _ template: String, title: String, desk: String? = nil, _ model: Model, _ request: Request,
    _ context: ShopRequestContext, status: HTTPResponse.Status = .ok
  ) async throws -> Response {
    let words = words(context)
    let flash = Flash(cookie: CookieJar.values(in: request.headers)[.flash])
    var around = try await maker.frame.model(
      PageFrame.Head(title: title), language: words.language, path: request.uri.string)
    if let flash { around["flash"] = flash.model(words) }
    if let staff = context.visit.staff {
      around["staff"] = ["name": staff.name, "of": try await employer(staff.merchant, words)] as Model
      if staff.owes == nil { around["desks"] = try await desks(staff, current: desk, words) }
    }
    let html = try maker.frame.theme.render(
      template, Model.merged(around, model), face: .admin, words.language)
    var response = Response.page(html, status: status)
    if flash != nil { response.headers.append(HTTPField(name: .setCookie, value: maker.cookies.forget(.flash))) }
    return response
  }

  private func contentDesk(isCurrent: Bool, _ words: Words) -> Model {
    [
      "name": words["desks.content"] ?? "", "address": Addresses.contentDesk, "icon": "edit", "isCurrent": isCurrent,
    ]
  }

  private func partsDesk(isCurrent: Bool, _ words: Words) -> Model {
    [
      "name": words["desks.parts"] ?? "", "address": Addresses.partsDesk, "icon": "grid", "isCurrent": isCurrent,
    ]
  }

  private func staffDesk(isCurrent: Bool, _ words: Words) -> Model {
    [
      "name": words["desks.staff"] ?? "", "address": Addresses.staffDesk, "icon": "person", "isCurrent": isCurrent,
    ]
  }

  /// Whom somebody works for, in words.
  func employer(_ merchant: MerchantID?, _ words: Words) async throws -> String {
    guard let id = merchant else { return words["admin.platform"] ?? "" }
    return try await maker.contexts.merchants.merchant(id)?.name[words.language] ?? ""
  }

  private func desks(_ staff: Staff, current: String?, _ words: Words) async throws -> [Model] {
    let counts = try await maker.contexts.orders.counts(WorkOrder.scope(of: staff))
    let isReviewer = staff.rights.contains(.ordersReview)
    let toReview = counts[.awaitingReview] ?? 0
    let waiting = (counts[.awaitingShipment] ?? 0) + (isReviewer ? 0 : toReview)
    var desks = [
      Self.desk("orders", Addresses.ordersDesk, "list", waiting: waiting, current, words),
      try await refundsDesk(staff, current: current, words),
    ]
    if isReviewer {
      desks.insert(Self.desk("review", Addresses.reviewDesk, "check", waiting: toReview, current, words), at: 0)
    }
    desks += try await shippingDesks(staff, current: current, words)
    if EditContent.opens(to: staff) {
      desks.append(contentDesk(isCurrent: current == Addresses.contentDesk, words))
    }
    if WorkEvents.opens(to: staff) {
      let stuck = try await maker.flows.workEvents.stuckCount(for: staff)
      var desk: Model = [
        "name": words["desks.events"] ?? "", "address": Addresses.eventsDesk, "icon": "bell",
        "isCurrent": current == Addresses.eventsDesk,
      ]
      if stuck > 0 { desk["count"] = String(stuck) }
      desks.append(desk)
    }
    if WorkStaff.opens(to: staff) { desks.append(staffDesk(isCurrent: current == Addresses.staffDesk, words)) }
    if staff.operatesPlatform { desks.append(partsDesk(isCurrent: current == Addresses.partsDesk, words)) }
    if ReadLog.opens(to: staff) {
      desks.append([
        "name": words["desks.log"] ?? "", "address": Addresses.logDesk, "icon": "clock",
        "isCurrent": current == Addresses.logDesk,
      ])
    }
    return desks
  }

  private func shippingDesks(_ staff: Staff, current: String?, _ words: Words) async throws -> [Model] {
    func desk(_ name: String, _ address: String, _ icon: String) -> Model {
      ["name": words["desks.\(name)"] ?? "", "address": address, "icon": icon, "isCurrent": current == address]
    }
    var desks = [desk("shipping", Addresses.shippingDesk, "truck")]
    if staff.rights.contains(.ordersShip) || staff.rights.contains(.settingsEdit) {
      desks.append(desk("freight", Addresses.freightDesk, "pin"))
    }
    if WorkCarriers.opens(to: staff) { desks.append(desk("carriers", Addresses.carriersDesk, "box")) }
    return desks
  }

  private func refundsDesk(_ staff: Staff, current: String?, _ words: Words) async throws -> Model {
    let counts = try await maker.contexts.refunds.counts(WorkRefund.scope(of: staff))
    let waiting = RefundCase.State.waitingForMerchant.reduce(0) { $0 + (counts[$1] ?? 0) }
    return Self.desk("refunds", Addresses.refundsDesk, "return", waiting: waiting, current, words)
  }

  private static func desk(
    _ name: String, _ address: String, _ icon: String, waiting: Int, _ current: String?, _ words: Words
  ) -> Model {
    var desk: Model = [
      "name": words["desks.\(name)"] ?? "", "address": address, "icon": icon, "isCurrent": current == address,
    ]
    if waiting > 0 { desk["count"] = String(waiting) }
    return desk
  }
}

extension DeskFrame {
  /// The order that the address names, for staff who may see it. Another merchant's is as unknown as one that never was.
  func ownOrder(_ context: ShopRequestContext) async throws -> (Order, Staff) {
    let staff = try context.visit.requireStaff()
    guard let number = context.parameters.get("number").flatMap(OrderNumber.init(rawValue:)),
      let order = try await maker.contexts.orders.order(number: number)
    else { throw OrderRefusal.unknownOrder }
    return (try await maker.flows.workOrder.order(order.id, for: staff), staff)
  }
}
