import Accounts
import Catalog
import Flows
import Foundation
import HTTPTypes
import Hummingbird
import Orders
import Pages
import Refunds
import Search
import Values

/// `/admin/find?q=`: orders, refunds, customers, goods and desks by what is known of them. `find.js` shows the same over any page.
struct FindDesk: Desk {
  /// Of each kind.
  private static let most = 6
  private static let longest = 100
  /// From so many signs on, digits alone are a phone.
  private static let fewestDigits = 7

  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/find") { request, context in
      let staff = try context.visit.requireStaff()
      let asked = Form(query: request)["q"] ?? ""
      let text = asked.prefix(Self.longest).split(whereSeparator: \.isWhitespace).joined(separator: " ")
      let words = frame.words(context)
      let groups = text.isEmpty ? [] : try await groups(text, staff, words)
      let model: Model = [
        "findURL": Addresses.findDesk, "asked": text, "groupsFound": groups,
        "isEmpty": !text.isEmpty && groups.isEmpty,
      ]
      return try await frame.page("find", title: words["find.title"] ?? "", model, request, context)
    }
  }

  private func groups(_ text: String, _ staff: Staff, _ words: Words) async throws -> [Model] {
    let found = [
      ("desks", desks(text, staff, words)),
      ("orders", try await orders(text, staff, words)),
      ("refunds", try await refunds(text, staff)),
      ("customers", try await customers(text, staff, words)),
      ("goods", try await goods(text, staff, words)),
    ]
    return found.filter { !$0.1.isEmpty }.map { name, results in
      ["groupFound": words["find.groups.\(name)"] ?? "", "results": results]
    }
  }

  private static func result(_ text: String, _ address: String, icon: String, more: String = "") -> Model {
    ["resultText": text, "resultURL": address, "resultIcon": icon, "resultMore": more]
  }

  private func desks(_ text: String, _ staff: Staff, _ words: Words) -> [Model] {
    DeskMenu.entries(for: staff).compactMap { entry in
      let name = words["desks.\(entry.name)"] ?? ""
      guard name.localizedStandardContains(text) else { return nil }
      return Self.result(name, entry.address, icon: entry.icon)
    }
  }

  /// By the beginning of the number, or by a product.
  private func orders(_ text: String, _ staff: Staff, _ words: Words) async throws -> [Model] {
    guard WorkOrder.opens(to: staff) else { return [] }
    let isNumber = OrderNumber(rawValue: text) != nil
    let filter = isNumber ? OrderFilter(number: text) : OrderFilter(productName: text)
    let page = try await maker.contexts.orders.orders(
      WorkOrder.scope(of: staff), matching: filter, PageRequest(limit: Self.most))
    return page.items.map { order in
      let names = order.lines.map { $0.title[words.language] }.joined(separator: words["review.comma"] ?? ", ")
      return Self.result(
        order.number.rawValue, Addresses.desk(order.number), icon: "list", more: String(names.prefix(80)))
    }
  }

  private func refunds(_ text: String, _ staff: Staff) async throws -> [Model] {
    guard WorkRefund.opens(to: staff), let id = RefundCaseID(text) else { return [] }
    do {
      let refund = try await maker.flows.workRefund.refund(id, for: staff)
      return [Self.result(refund.id.description, Addresses.desk(refund.id), icon: "return")]
    } catch is RefundRefusal {
      return []
    }
  }

  /// Those whom the staff may see, by a name; or by the e-mail address or phone, which tell the whole of it where they are
  /// shown in part.
  private func customers(_ text: String, _ staff: Staff, _ words: Words) async throws -> [Model] {
    guard WorkCustomers.opens(to: staff) else { return [] }
    let isPhone = text.count >= Self.fewestDigits && text.allSatisfy { $0.isNumber || "+- ".contains($0) }
    let filter =
      text.contains("@")
      ? CustomerFilter(email: text) : isPhone ? CustomerFilter(phone: text) : CustomerFilter(name: text)
    let page = try await maker.flows.workCustomers.customers(
      matching: filter, order: nil, PageRequest(limit: Self.most), for: staff)
    return page.items.map(\.account).map { account in
      Self.result(
        CustomerModel.name(of: account, for: staff, words), Addresses.customer(account.id), icon: "heart",
        more: account.isErased ? "" : BuyerContact.email(account.email, for: staff))
    }
  }

  /// Of who works on goods their own, also those that nobody sees yet; for others what is on sale, as a shopper finds it.
  private func goods(_ text: String, _ staff: Staff, _ words: Words) async throws -> [Model] {
    guard WorkCatalog.opens(to: staff) else {
      let found = try await maker.contexts.search.suggest(
        SuggestQuery(text: text, language: words.language, limit: 20))
      let goods = found.compactMap { suggestion -> Model? in
        guard case .product(let id) = suggestion.target else { return nil }
        return Self.result(suggestion.text, Addresses.product(id), icon: "box")
      }
      return Array(goods.prefix(Self.most))
    }
    let page = try await maker.flows.workCatalog.products(
      ProductFilter(text: text), PageRequest(limit: Self.most), for: staff)
    return page.items.map(\.product).map { product in
      let phase = GoodsPhase(product.publication, at: maker.clock.now)
      return Self.result(
        product.content.title[words.language], Addresses.desk(product.id), icon: "box",
        more: phase == .shown ? "" : phase.model(words)["text"] as? String ?? "")
    }
  }
}
