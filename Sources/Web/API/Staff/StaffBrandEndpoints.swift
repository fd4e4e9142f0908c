import Accounts
import Catalog
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Values

/// Brands, of staff of the platform alone.
struct StaffBrandEndpoints: Sendable {
  private static let access = StaffCategoryEndpoints.access

  private struct Draft: Decodable {
    let name: String
    let version: Int?
  }

  private struct Merger: Decodable {
    let into: String
  }

  private let parts: APIParts
  private var work: WorkShelves { parts.flows.workShelves }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [list.exporting("brands"), brand, add, change, logo, removeLogo, merge, remove] }

  private var list: Endpoint {
    let description = APIDescription(
      .get, "/admin/brands", .staffGoods, "Brands by name, with how many goods each has", access: Self.access,
      with: "StaffBrandPage"
    ).query("named", .text, "Part of the name.").paged().refusing("invalidInput")
    return Endpoint(description) { call in
      var faults = FieldFaults()
      let text = faults.text(call.query["named"], "named", max: 100, required: false)
      try faults.throwIfAny()
      let page = try await work.brands(
        named: text.isEmpty ? nil : text, call.page(), for: try call.staff())
      return try Answer(PageAnswer(items: page.items.map(StaffBrandAnswer.init), next: page.next?.description))
        .linking(to: page.next, call)
    }
  }

  private var brand: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/brands/{id}", .staffGoods, "One brand", access: Self.access, with: "StaffBrand"
      ).refusing("unknownBrand")
    ) { call in try await answer(try Self.id(call), for: try call.staff()) }
  }

  private var add: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/brands", .staffGoods, "Makes a brand. Names are compared without case", access: Self.access,
        answers: .created, with: "StaffBrand"
      ).taking("NewBrand").refusing("invalidInput")
    ) { call in
      let body: Draft = try call.decoded()
      let staff = try call.staff()
      let made = try await work.add(BrandFace(name: body.name), by: staff)
      var answer = try await answer(made.id, for: staff)
      answer.status = .created
      return answer.located(at: "/admin/brands/\(made.id)")
    }
  }

  private var change: Endpoint {
    Endpoint(
      APIDescription(
        .put, "/admin/brands/{id}", .staffGoods,
        "Gives a brand another name, from how it was read, by `version` or `If-Match`", access: Self.access,
        with: "StaffBrand"
      ).taking("BrandDraft").matching().refusing("unknownBrand", "shelfChanged", "invalidInput")
    ) { call in
      let body: Draft = try call.decoded()
      let staff = try call.staff()
      let known = try await work.brand(try Self.id(call), for: staff)
      let version = try call.seen(known.brand.version, named: body.version)
      let face = BrandFace(name: body.name, logo: known.brand.logo)
      _ = try await work.change(known.brand.id, to: face, version: version, by: staff)
      return try await answer(known.brand.id, for: staff)
    }
  }

  private var logo: Endpoint {
    Endpoint(
      APIDescription(
        .put, "/admin/brands/{id}/logo", .staffGoods, "Gives a brand the logo that is sent", access: Self.access,
        with: "StaffBrand"
      ).bringing(StaffCategoryEndpoints.pictureTypes, upTo: StaffCategoryEndpoints.longestPicture).matching()
        .refusing("unknownBrand", "shelfChanged", "notAPicture", "pictureTooLarge", "tooManyPixels")
    ) { call in
      let staff = try call.staff()
      let known = try await work.brand(try Self.id(call), for: staff).brand
      try call.expect(version: known.version)
      let file = try await work.keep(try call.fileBytes(), by: staff)
      return try await show(file, on: known, by: staff)
    }
  }

  private var removeLogo: Endpoint {
    Endpoint(
      APIDescription(
        .delete, "/admin/brands/{id}/logo", .staffGoods, "Takes a brand's logo off", access: Self.access,
        with: "StaffBrand"
      ).matching().refusing("unknownBrand", "shelfChanged")
    ) { call in
      let staff = try call.staff()
      let known = try await work.brand(try Self.id(call), for: staff).brand
      try call.expect(version: known.version)
      return try await show(nil, on: known, by: staff)
    }
  }

  private var merge: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/brands/{id}/merger", .staffGoods,
        "Brings the goods of a brand to another, up to 5,000 at once, and takes it away with the last of them: ask again "
          + "until `isMerged`", access: Self.access, with: "Merged"
      ).taking("Merger").refusing("unknownBrand", "invalidInput")
    ) { call in
      let body: Merger = try call.decoded()
      let staff = try call.staff()
      let id = try await work.brand(try Self.id(call), for: staff).brand.id
      guard let into = BrandID(body.into) else { throw FieldFaults(field: "into", code: "unknown") }
      return try Answer(MergedAnswer(isMerged: try await work.merge(id, into: into, by: staff)))
    }
  }

  private var remove: Endpoint {
    Endpoint(
      APIDescription(
        .delete, "/admin/brands/{id}", .staffGoods, "Takes away a brand without goods", access: Self.access,
        answers: .noContent
      ).refusing("unknownBrand", "shelfInUse")
    ) { call in
      try await work.removeBrand(try Self.id(call), by: try call.staff())
      return .noContent
    }
  }

  private func show(_ logo: FileKey?, on known: Brand, by staff: Staff) async throws -> Answer {
    _ = try await work.change(
      known.id, to: BrandFace(name: known.name, logo: logo), version: known.version, by: staff)
    return try await answer(known.id, for: staff)
  }

  private func answer(_ id: BrandID, for staff: Staff) async throws -> Answer {
    let shelved = try await work.brand(id, for: staff)
    return try Answer(StaffBrandAnswer(shelved)).marked(shelved.brand.version)
  }

  private static func id(_ call: APICall) throws -> BrandID { try call.id("id", or: CatalogRefusal.unknownBrand) }
}
