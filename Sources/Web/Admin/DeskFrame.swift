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
      if let standing = try await standing(of: staff.merchant, words) { around["standing"] = standing }
      around["staff"] = ["name": staff.name, "of": try await employer(staff.merchant, words)] as Model
      if staff.owes == nil {
        around["groups"] = try await DeskMenu(maker).groups(for: staff, current: desk, words)
      }
    }
    let html = try maker.frame.theme.render(
      template, Model.merged(around, model), face: .admin, words.language)
    var response = Response.page(html, status: status)
    if flash != nil { response.headers.append(HTTPField(name: .setCookie, value: maker.cookies.forget(.flash))) }
    return response
  }

  /// What staff of a merchant must know who isn't open; nil where there is nothing.
  private func standing(of id: MerchantID?, _ words: Words) async throws -> String? {
    guard let id, let merchant = try await maker.contexts.merchants.merchant(id), !merchant.isOpen else { return nil }
    return words.phrase("merchants.standing.\(merchant.state.rawValue)", ["reason": merchant.reason])
  }

  /// Whom somebody works for, in words.
  func employer(_ merchant: MerchantID?, _ words: Words) async throws -> String {
    guard let id = merchant else { return words["admin.platform"] ?? "" }
    return try await maker.contexts.merchants.merchant(id)?.name[words.language] ?? ""
  }
}

extension DeskFrame {
  /// The order that the address names, for staff who may see it. Another merchant's is as unknown as one that never was.
  func ownOrder(_ context: ShopRequestContext) async throws -> (Order, Staff) {
    let staff = try context.visit.requireStaff()
    let number = context.parameters.get("number").flatMap(OrderNumber.init(rawValue:))
    return (try await maker.flows.workOrder.order(number, for: staff), staff)
  }
}
