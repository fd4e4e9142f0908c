import Accounts
import Catalog
import Flows
import HTTPTypes
import Hummingbird
import Merchants
import Pages
import Pricing
import Values

/// Goods and prices, kept as another system has them, as the desks keep them.
struct StaffProductEndpoints: Sendable {
  private static let readers = APIDescription.Access.staff([.catalogEdit, .catalogPublish])
  private static let editors = APIDescription.Access.staff([.catalogEdit])
  static let mostItems = 500

  private struct NewProduct: Decodable {
    let merchant: String?
    let handle: String
    let product: SentProduct
  }

  private struct Publication: Decodable {
    let isPublished: Bool
  }

  private struct PriceList: Decodable {
    struct Item: Decodable {
      let variant: String
      let price: String
      let listPrice: String?
    }

    let items: [Item]
  }

  private let parts: APIParts
  private var work: WorkCatalog { parts.flows.workCatalog }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [list.exporting("products"), product, make, put, publish, price] }

  private var list: Endpoint {
    let description = APIDescription(
      .get, "/admin/products", .staffGoods, "All products, published or not, by identifier", access: Self.readers,
      with: "StaffProductPage"
    ).query("merchant", .id("mer"), "Of this merchant; staff of a merchant see their own alone.")
      .paged().refusing("unknownMerchant", "invalidInput")
    return Endpoint(description) { call in
      let staff = try call.staff()
      let merchant = try await parts.contexts.merchant(try call.merchant(), for: staff)
      let page = try await work.products(ProductFilter(merchant: merchant, order: .oldest), call.page(), for: staff)
      let items = page.items.map { StaffProductAnswer($0.product, $0.prices) }
      return try Answer(PageAnswer(items: items, next: page.next?.description)).linking(to: page.next, call)
    }
  }

  private var product: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/products/{id}", .staffGoods, "One product as it is kept, with its prices", access: Self.readers,
        with: "StaffProduct"
      ).refusing("unknownProduct")
    ) { call in try await answer(try await work.product(try Self.id(call), for: try call.staff())) }
  }

  private var make: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/products", .staffGoods, "Makes a product, which isn't published yet", access: Self.editors,
        answers: .created, with: "StaffProduct"
      ).taking("NewProduct").refusing("handleTaken", "skuTaken", "unknownMerchant", "invalidInput")
    ) { call in
      let body: NewProduct = try call.decoded()
      let staff = try call.staff()
      let asked = try body.merchant.map { text in
        guard let id = MerchantID(text) else { throw FieldFaults(field: "merchant", code: "unknown") }
        return id
      }
      let merchant = try await parts.contexts.merchant(asked, for: staff)
      guard Slug(rawValue: body.handle) != nil else { throw FieldFaults(field: "handle", code: "notASlug") }
      do {
        let made = try await work.begin(try body.product.draft(handle: body.handle), of: merchant, by: staff)
        var answer = try await answer(made)
        answer.status = .created
        return answer.located(at: "/admin/products/\(made.id)")
      } catch let faults as FieldFaults
        where faults.faults.contains(where: { $0.field == "handle" && $0.code == "taken" })
      {
        throw APIRefusal.handleTaken
      }
    }
  }

  private var put: Endpoint {
    Endpoint(
      APIDescription(
        .put, "/admin/products/{id}", .staffGoods,
        "Brings a product to what is sent; variants are known by their choice, then by SKU, and keep their "
          + "identifiers. The same again changes nothing. Where the platform looks at every change, a published product "
          + "waits for it again", access: Self.editors, with: "StaffProduct"
      ).taking("ProductDraft").matching().refusing("unknownProduct", "productChanged", "skuTaken", "invalidInput")
    ) { call in
      let body: SentProduct = try call.decoded()
      let staff = try call.staff()
      let known = try await work.product(try Self.id(call), for: staff)
      return try await call.matching(known.version) {
        try await answer(
          try await work.save(try body.draft(known: known.pictures), over: known.id, version: known.version, by: staff))
      }
    }
  }

  private var publish: Endpoint {
    Endpoint(
      APIDescription(
        .put, "/admin/products/{id}/publication", .staffGoods,
        "Shows a product in the shop, or takes it away. What the platform looks at first waits for it, as `state` says",
        access: Self.readers, with: "StaffProduct"
      ).taking("Publication").matching().refusing(
        "unknownProduct", "productChanged", "wrongPublication", "merchantNotOpen")
    ) { call in
      let body: Publication = try call.decoded()
      let staff = try call.staff()
      let known = try await work.product(try Self.id(call), for: staff)
      let version = call.request.headers[.ifMatch] == nil ? nil : known.version
      return try await call.matching(known.version) {
        try await answer(try await work.setPublished(known.id, body.isPublished, version: version, by: staff))
      }
    }
  }

  private var price: Endpoint {
    Endpoint(
      APIDescription(
        .put, "/admin/prices", .staffGoods, "Sets prices of up to 500 variants, all or none", access: Self.editors,
        answers: .noContent
      ).taking("PriceList").refusing("invalidInput")
    ) { call in
      let body: PriceList = try call.decoded()
      let currency = try await parts.currency()
      var faults = FieldFaults()
      if body.items.isEmpty { faults.add("items", "missing") }
      if body.items.count > Self.mostItems { faults.add("items", "tooMany", ["max": String(Self.mostItems)]) }
      let changes = body.items.prefix(Self.mostItems).enumerated().compactMap {
        index, item -> (variant: VariantID, price: Price)? in
        let id = VariantID(item.variant)
        if id == nil { faults.add("items.\(index).variant", "unknown") }
        let sale = call.amount(item.price, "items.\(index).price", currency, &faults)
        if item.price.isEmpty { faults.add("items.\(index).price", "missing") }
        let list = call.amount(item.listPrice, "items.\(index).listPrice", currency, &faults)
        guard let id, let sale else { return nil }
        return (id, Price(sale: sale, list: list))
      }
      try faults.throwIfAny()
      try await work.setPrices(changes, by: try call.staff())
      return .noContent
    }
  }

  private static func id(_ call: APICall) throws -> ProductID {
    try call.id("id", or: CatalogRefusal.unknownProduct)
  }

  private func answer(_ product: Product) async throws -> Answer {
    try Answer(StaffProductAnswer(product, try await work.prices(of: [product]))).marked(product.version)
  }
}
