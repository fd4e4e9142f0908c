import Accounts
import Catalog
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Values

/// The tree of categories, of staff of the platform alone.
struct StaffCategoryEndpoints: Sendable {
  static let access = APIDescription.Access.staff([.catalogEdit])
  static let pictureTypes = ["image/png", "image/jpeg", "image/webp"]
  /// Bytes.
  static let longestPicture = 5 << 20

  private struct Draft: Decodable {
    let name: SentWords
    let parent: String?
    let isHidden: Bool?
    let version: Int?
  }

  private struct Place: Decodable {
    let parent: String?
    let before: String?
  }

  private struct Refiling: Decodable {
    let to: String
  }

  private let parts: APIParts
  private var work: WorkShelves { parts.flows.workShelves }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [list, category, add, change, place, refile, picture, removePicture, remove] }

  private var list: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/categories", .staffGoods,
        "The whole tree, hidden categories too, each below the one that it belongs to and in the order of the shop",
        access: Self.access, with: "StaffCategoryList")
    ) { call in
      let (tree, goods) = try await work.tree(for: try call.staff())
      return try Answer(
        ListAnswer(items: tree.inOrder.map { StaffCategoryAnswer($0, goods: goods[$0.id] ?? 0) }))
    }
  }

  private var category: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/categories/{id}", .staffGoods, "One category, with how many goods lie in it itself",
        access: Self.access, with: "StaffCategory"
      ).refusing("unknownCategory")
    ) { call in try await answer(try Self.id(call), for: try call.staff()) }
  }

  private var add: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/categories", .staffGoods,
        "Makes a category, the last of those below `parent`. Its address is made of its name and stays",
        access: Self.access, answers: .created, with: "StaffCategory"
      ).taking("NewCategory").refusing("invalidInput")
    ) { call in
      let body: Draft = try call.decoded()
      let parent: CategoryID? = try body.parent.map { try Self.named($0, "parent") }
      let face = CategoryFace(name: body.name.text, isHidden: body.isHidden ?? false)
      let made = try await FieldFaults.calling(SentWords.fields) {
        try await work.add(face, below: parent, by: try call.staff())
      }
      var answer = try Self.answer(made, goods: 0)
      answer.status = .created
      return answer.located(at: "/admin/categories/\(made.id)")
    }
  }

  private var change: Endpoint {
    Endpoint(
      APIDescription(
        .put, "/admin/categories/{id}", .staffGoods,
        "Gives a category another name, hides or shows it, from how it was read, by `version` or `If-Match`",
        access: Self.access, with: "StaffCategory"
      ).taking("CategoryDraft").matching().refusing("unknownCategory", "shelfChanged", "invalidInput")
    ) { call in
      let body: Draft = try call.decoded()
      let staff = try call.staff()
      let known = try await work.category(try Self.id(call), for: staff)
      let version = try call.seen(known.version, named: body.version)
      let face = CategoryFace(
        name: body.name.text, picture: known.picture, isHidden: body.isHidden ?? known.isHidden)
      _ = try await FieldFaults.calling(SentWords.fields) {
        try await work.change(known.id, to: face, version: version, by: staff)
      }
      return try await answer(known.id, for: staff)
    }
  }

  private var place: Endpoint {
    Endpoint(
      APIDescription(
        .put, "/admin/categories/{id}/place", .staffGoods,
        "Moves a category with all below it: under `parent`, on top where none is named, before a neighbour or behind all",
        access: Self.access, with: "StaffCategory"
      ).taking("CategoryPlace").refusing("unknownCategory", "invalidInput")
    ) { call in
      let body: Place = try call.decoded()
      let (staff, id) = (try call.staff(), try Self.id(call))
      let place = CategoryPlace(
        below: try body.parent.map { try Self.named($0, "parent") },
        before: try body.before.map { try Self.named($0, "before") })
      try await work.move(id, to: place, by: staff)
      return try await answer(id, for: staff)
    }
  }

  private var refile: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/categories/{id}/goods", .staffGoods,
        "Moves the goods of a category itself into another, up to 5,000 at once; ask again while any are left",
        access: Self.access, with: "Refiled"
      ).repeatable().taking("Refiling").refusing("unknownCategory", "invalidInput")
    ) { call in
      let body: Refiling = try call.decoded()
      let (staff, id) = (try call.staff(), try Self.id(call))
      let to = try Self.named(body.to, "to")
      _ = try await work.category(id, for: staff)
      do {
        return try Answer(RefiledAnswer(moved: try await work.refile(from: id, to: to, by: staff)))
      } catch CatalogRefusal.unknownCategory {
        throw FieldFaults(field: "to", code: "unknown")
      }
    }
  }

  private var picture: Endpoint {
    Endpoint(
      APIDescription(
        .put, "/admin/categories/{id}/picture", .staffGoods, "Gives a category the picture that is sent",
        access: Self.access, with: "StaffCategory"
      ).bringing(Self.pictureTypes, upTo: Self.longestPicture).matching()
        .refusing("unknownCategory", "shelfChanged", "notAPicture", "pictureTooLarge", "tooManyPixels")
    ) { call in
      let staff = try call.staff()
      let known = try await work.category(try Self.id(call), for: staff)
      try call.expect(version: known.version)
      let file = try await work.keep(try call.fileBytes(), by: staff)
      return try await show(file, on: known, by: staff)
    }
  }

  private var removePicture: Endpoint {
    Endpoint(
      APIDescription(
        .delete, "/admin/categories/{id}/picture", .staffGoods, "Takes a category's picture off", access: Self.access,
        with: "StaffCategory"
      ).matching().refusing("unknownCategory", "shelfChanged")
    ) { call in
      let staff = try call.staff()
      let known = try await work.category(try Self.id(call), for: staff)
      try call.expect(version: known.version)
      return try await show(nil, on: known, by: staff)
    }
  }

  private var remove: Endpoint {
    Endpoint(
      APIDescription(
        .delete, "/admin/categories/{id}", .staffGoods,
        "Takes away a category without goods and without others below it",
        access: Self.access, answers: .noContent
      ).refusing("unknownCategory", "shelfInUse")
    ) { call in
      try await work.removeCategory(try Self.id(call), by: try call.staff())
      return .noContent
    }
  }

  private func show(_ picture: FileKey?, on known: Catalog.Category, by staff: Staff) async throws -> Answer {
    let face = CategoryFace(name: known.name, picture: picture, isHidden: known.isHidden)
    _ = try await work.change(known.id, to: face, version: known.version, by: staff)
    return try await answer(known.id, for: staff)
  }

  private func answer(_ id: CategoryID, for staff: Staff) async throws -> Answer {
    let (tree, goods) = try await work.tree(for: staff)
    guard let category = tree[id] else { throw CatalogRefusal.unknownCategory }
    return try Self.answer(category, goods: goods[id] ?? 0)
  }

  private static func answer(_ category: Catalog.Category, goods: Int) throws -> Answer {
    try Answer(StaffCategoryAnswer(category, goods: goods)).marked(category.version)
  }

  private static func id(_ call: APICall) throws -> CategoryID {
    try call.id("id", or: CatalogRefusal.unknownCategory)
  }

  private static func named(_ text: String, _ field: String) throws -> CategoryID {
    guard let id = CategoryID(text) else { throw FieldFaults(field: field, code: "unknown") }
    return id
  }
}

extension CategoryTree {
  /// From top to bottom, each before what lies below it.
  fileprivate var inOrder: [Catalog.Category] {
    var all: [Catalog.Category] = []
    var waiting = Array(roots.reversed())
    while let next = waiting.popLast() {
      all.append(next)
      waiting += children(of: next.id).reversed()
    }
    return all
  }
}
