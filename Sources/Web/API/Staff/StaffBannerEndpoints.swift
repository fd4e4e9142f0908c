import Accounts
import Content
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Values

/// Banners and menus, of staff of the platform alone.
struct StaffBannerEndpoints: Sendable {
  private static let access = APIDescription.Access.staff([.contentEdit])

  private struct Draft: Decodable {
    let place: String
    let title: SentWords
    let text: SentWords?
    let action: SentWords?
    let link: String
    let picture: String
    let picturePhone: String?
    let from: String?
    let until: String?
    let isOn: Bool?
    let version: Int?

    /// Throws `FieldFaults`.
    func draft() throws -> BannerDraft {
      var faults = FieldFaults()
      let place = BannerPlace(rawValue: place)
      if place == nil { faults.add("place", "unknown") }
      let draft = BannerDraft(
        place: place ?? .home, title: title.text, text: text?.text ?? LocalizedText(),
        action: action?.text ?? LocalizedText(), link: link, picture: faults.picture(picture, "picture"),
        picturePhone: faults.picture(picturePhone, "picturePhone"), from: faults.moment(from, "from"),
        until: faults.moment(until, "until"), isOn: isOn ?? true)
      try faults.throwIfAny()
      return draft
    }
  }

  private struct Order: Decodable {
    let banners: [String]
  }

  private struct SentMenu: Decodable {
    struct Line: Decodable {
      let title: SentWords
      let address: String?
      let isNested: Bool?
    }

    let lines: [Line]
    let version: Int?
  }

  private let parts: APIParts
  private var work: EditContent { parts.flows.editContent }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [list.exporting("banners"), banner, add, change, remove, arrange, menus, menu, save] }

  // MARK: Banners

  private var list: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/banners", .staffContent, "All banners, by place and in their order", access: Self.access,
        with: "BannerList")
    ) { call in try await banners(call) }
  }

  private var banner: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/banners/{id}", .staffContent, "One banner", access: Self.access, with: "Banner"
      ).refusing("unknownContent")
    ) { call in try Self.answer(try await work.banner(try Self.id(call), for: try call.staff())) }
  }

  private var add: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/banners", .staffContent, "Puts a banner behind those of its place", access: Self.access,
        answers: .created, with: "Banner"
      ).taking("BannerDraft").refusing("invalidInput")
    ) { call in
      let body: Draft = try call.decoded()
      let made = try await work.add(try body.draft(), by: try call.staff())
      var answer = try Self.answer(made)
      answer.status = .created
      return answer.located(at: "/admin/banners/\(made.id)")
    }
  }

  private var change: Endpoint {
    Endpoint(
      APIDescription(
        .put, "/admin/banners/{id}", .staffContent,
        "Changes a banner from how it was read, by `version` or `If-Match`, to what is sent", access: Self.access,
        with: "Banner"
      ).taking("BannerDraft").matching().refusing("unknownContent", "contentChanged", "invalidInput")
    ) { call in
      let body: Draft = try call.decoded()
      let staff = try call.staff()
      let known = try await work.banner(try Self.id(call), for: staff)
      let version = try call.seen(known.version, named: body.version)
      return try Self.answer(try await work.change(known.id, to: try body.draft(), version: version, by: staff))
    }
  }

  private var remove: Endpoint {
    Endpoint(
      APIDescription(
        .delete, "/admin/banners/{id}", .staffContent, "Takes a banner away for good", access: Self.access,
        answers: .noContent
      ).refusing("unknownContent")
    ) { call in
      try await work.remove(try Self.id(call), by: try call.staff())
      return .noContent
    }
  }

  private var arrange: Endpoint {
    Endpoint(
      APIDescription(
        .put, "/admin/banners/order/{place}", .staffContent,
        "Brings the banners of a place into this order; those that aren't named stand behind", access: Self.access,
        with: "BannerList"
      ).taking("BannerOrder").refusing("unknownContent", "invalidInput")
    ) { call in
      let body: Order = try call.decoded()
      guard let place = BannerPlace(rawValue: call.parameter("place")) else { throw ContentRefusal.unknownContent }
      var faults = FieldFaults()
      let order = body.banners.enumerated().compactMap { index, text -> BannerID? in
        let id = BannerID(text)
        if id == nil { faults.add("banners.\(index)", "unknown") }
        return id
      }
      try faults.throwIfAny()
      try await work.arrange(order, in: place, by: try call.staff())
      return try await banners(call)
    }
  }

  private static func id(_ call: APICall) throws -> BannerID {
    try call.id("id", or: ContentRefusal.unknownContent)
  }

  private static func answer(_ banner: Banner) throws -> Answer {
    try Answer(BannerAnswer(banner)).marked(banner.version)
  }

  private func banners(_ call: APICall) async throws -> Answer {
    try Answer(ListAnswer(items: try await work.banners(for: try call.staff()).map(BannerAnswer.init)))
  }

  // MARK: Menus

  private var menus: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/menus", .staffContent, "The menus on top and at the foot of every page", access: Self.access,
        with: "MenuList")
    ) { call in
      let staff = try call.staff()
      var menus: [MenuAnswer] = []
      for place in MenuPlace.allCases { menus.append(MenuAnswer(try await work.menu(place, for: staff))) }
      return try Answer(ListAnswer(items: menus))
    }
  }

  private var menu: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/menus/{place}", .staffContent, "One menu: `header` or `footer`", access: Self.access,
        with: "Menu"
      ).refusing("unknownContent")
    ) { call in try Self.answer(try await work.menu(try Self.place(call), for: try call.staff())) }
  }

  private var save: Endpoint {
    Endpoint(
      APIDescription(
        .put, "/admin/menus/{place}", .staffContent,
        "Replaces a whole menu, by the `version` that was read or `If-Match`. A nested line belongs to the last one above "
          + "that isn't", access: Self.access, with: "Menu"
      ).taking("MenuDraft").matching().refusing("unknownContent", "contentChanged", "invalidInput")
    ) { call in
      let body: SentMenu = try call.decoded()
      let (staff, place) = (try call.staff(), try Self.place(call))
      let known = try await work.menu(place, for: staff)
      let version = try call.seen(known.version, named: body.version)
      let lines = body.lines.map {
        MenuLine(title: $0.title.text, address: $0.address ?? "", isNested: $0.isNested ?? false)
      }
      do {
        return try Self.answer(try await work.save(lines, as: place, version: version, by: staff))
      } catch let faults as FieldFaults {
        throw FieldFaults(faults.faults.map(Self.placed))
      }
    }
  }

  private static func place(_ call: APICall) throws -> MenuPlace {
    guard let place = MenuPlace(rawValue: call.parameter("place")) else { throw ContentRefusal.unknownContent }
    return place
  }

  private static func answer(_ menu: Menu) throws -> Answer { try Answer(MenuAnswer(menu)).marked(menu.version) }

  /// `titleEn.0`, as the desk's rows are called, where the body has it.
  private static func placed(_ fault: FieldFaults.Fault) -> FieldFaults.Fault {
    let parts = fault.field.split(separator: ".").map(String.init)
    guard parts.count == 2 else { return fault }
    let names = ["titleEn": "title.en", "titleZh": "title.zh-Hans", "level": "isNested"]
    return FieldFaults.Fault(
      field: "lines.\(parts[1]).\(names[parts[0]] ?? parts[0])", code: fault.code, details: fault.details)
  }
}
