import Accounts
import Catalog
import Content
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Values

/// Links by which a colleague sees what isn't published, as the desks hand them out.
struct StaffPreviewEndpoints: Sendable {
  private static let editors = APIDescription.Access.staff([.contentEdit])

  private let parts: APIParts
  private var work: HandOutPreviews { parts.flows.handOutPreviews }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [entry, product, end] }

  private var entry: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/entries/{id}/preview", .staffContent,
        "Hands out a link that shows an entry as it was saved last to whoever has it, without a log-in, for 7 days",
        access: Self.editors, with: "PreviewLink"
      ).unkept().refusing("unknownContent")
    ) { call in
      let staff = try call.staff()
      let entry = try await parts.flows.editContent.entry(
        try call.id("id", or: ContentRefusal.unknownContent), for: staff)
      let link = try await work.link(to: entry, by: staff)
      return try answer(link, at: Addresses.preview(entry.id, pass: link.pass))
    }
  }

  private var product: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/products/{id}/preview", .staffGoods,
        "Hands out a link that shows a product, published or not, to whoever has it, without a log-in, for 7 days",
        access: .staff([.catalogEdit, .catalogPublish]), with: "PreviewLink"
      ).unkept().refusing("unknownProduct")
    ) { call in
      let staff = try call.staff()
      let product = try await parts.flows.workCatalog.product(
        try call.id("id", or: CatalogRefusal.unknownProduct), for: staff)
      let link = try await work.link(to: product, by: staff)
      return try answer(link, at: Addresses.preview(product.id, pass: link.pass))
    }
  }

  private var end: Endpoint {
    Endpoint(
      APIDescription(
        .delete, "/admin/previews", .staffContent,
        "Ends all links to previews that were handed out, of content and of goods, whoever has them",
        access: Self.editors, answers: .noContent)
    ) { call in
      try await work.endAll(by: try call.staff())
      return .noContent
    }
  }

  private func answer(_ link: HandOutPreviews.Link, at address: String) throws -> Answer {
    try Answer(PreviewLinkAnswer(url: parts.publicURL + address, until: link.until.description))
  }
}

struct PreviewLinkAnswer: Encodable, Sendable {
  let url: String
  let until: String
}
