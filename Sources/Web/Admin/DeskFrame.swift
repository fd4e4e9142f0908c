import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Merchants
import NIOCore
import Orders
import Pages
import Values

/// What the pages of the back office are made with: the desks beside, who works there, a sentence said once.
public struct DeskFrame: Sendable {
  private static let waitingStates: [OrderState] = [.awaitingReview, .awaitingShipment]

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
      around["staff"] = ["name": staff.name, "of": try await employer(of: staff, words)] as Model
      around["desks"] = try await desks(staff, current: desk, words)
    }
    let html = try maker.frame.theme.render(
      template, Model.merged(around, model), face: .admin, words.language)
    var response = Response.page(html, status: status)
    if flash != nil { response.headers.append(HTTPField(name: .setCookie, value: maker.cookies.forget(.flash))) }
    return response
  }

  private func partsDesk(isCurrent: Bool, _ words: Words) -> Model {
    [
      "name": words["desks.parts"] ?? "", "address": Addresses.partsDesk, "icon": "grid", "isCurrent": isCurrent,
    ]
  }

  private func employer(of staff: Staff, _ words: Words) async throws -> String {
    guard let id = staff.merchant else { return words["admin.platform"] ?? "" }
    return try await maker.contexts.merchants.merchant(id)?.name[words.language] ?? ""
  }

  private func desks(_ staff: Staff, current: String?, _ words: Words) async throws -> [Model] {
    var desks = [try await ordersDesk(staff, isCurrent: current == Addresses.ordersDesk, words)]
    if WorkEvents.opens(to: staff) {
      let stuck = try await maker.flows.workEvents.stuckCount(for: staff)
      var desk: Model = [
        "name": words["desks.events"] ?? "", "address": Addresses.eventsDesk, "icon": "bell",
        "isCurrent": current == Addresses.eventsDesk,
      ]
      if stuck > 0 { desk["count"] = String(stuck) }
      desks.append(desk)
    }
    if staff.operatesPlatform { desks.append(partsDesk(isCurrent: current == Addresses.partsDesk, words)) }
    if ReadLog.opens(to: staff) {
      desks.append([
        "name": words["desks.log"] ?? "", "address": Addresses.logDesk, "icon": "clock",
        "isCurrent": current == Addresses.logDesk,
      ])
    }
    return desks
  }

  private func ordersDesk(_ staff: Staff, isCurrent: Bool, _ words: Words) async throws -> Model {
    let counts = try await maker.contexts.orders.counts(WorkOrder.scope(of: staff))
    let waiting = Self.waitingStates.reduce(0) { $0 + (counts[$1] ?? 0) }
    var desk: Model = [
      "name": words["desks.orders"] ?? "", "address": Addresses.ordersDesk, "icon": "list", "isCurrent": isCurrent,
    ]
    if waiting > 0 { desk["count"] = String(waiting) }
    return desk
  }
}
