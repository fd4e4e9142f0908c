import Accounts
import Catalog
import Flows
import HTTPTypes
import Hummingbird
import Merchants
import Orders
import Pages
import Values

/// What stands around every page of the back office: the desks, who is at them, the other language.
struct AdminFrame: Sendable {
  let maker: PageMaker

  func page(
    _ template: String, title: String, _ model: Model, _ request: Request, _ context: ShopRequestContext,
    status: HTTPResponse.Status = .ok
  ) async throws -> Response {
    let language = context.visit.language
    let words = maker.frame.words(language)
    let other: Language = language == .en ? .zhHans : .en
    var around: Model = [
      "url": PageFrame.addresses,
      "page": [
        "language": language.rawValue, "title": "\(title) · \(words["shop.name"] ?? "Martlet")",
        "otherLanguage": [
          "language": other.rawValue, "name": other == .en ? "English" : "中文",
          "address": maker.frame.inLanguage(other, request.uri.string),
        ] as Model,
      ] as Model,
    ]
    if let staff = context.visit.staff { around.merge(try await desks(staff, words)) { _, later in later } }
    let flash = Flash(cookie: CookieJar.values(in: request.headers)[.flash])
    if let flash { around["flash"] = flash.model(words) }
    let html = try maker.frame.theme.render(
      template, PageFrame.merged(around, model), face: .admin, language)
    var response = Response.page(html, status: status)
    if flash != nil { response.headers.append(HTTPField(name: .setCookie, value: maker.cookies.forget(.flash))) }
    return response
  }

  private func desks(_ staff: Staff, _ words: Words) async throws -> Model {
    let counts = try await maker.contexts.orders.counts(WorkOrder.scope(of: staff))
    let waiting = (counts[.awaitingReview] ?? 0) + (counts[.awaitingShipment] ?? 0)
    var desk: Model = [
      "name": words["desks.orders"] ?? "", "address": "/admin/orders", "icon": "list", "isCurrent": true,
    ]
    if waiting > 0 { desk["count"] = String(waiting) }
    var merchant: Merchant?
    if let id = staff.merchant { merchant = try await maker.contexts.merchants.merchant(id) }
    return [
      "desks": [desk],
      "staff": [
        "name": staff.name, "of": merchant?.name[words.language] ?? words["shop.name"] ?? "Martlet",
      ] as Model,
    ]
  }
}
