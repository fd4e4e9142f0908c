import Accounts
import Content
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Values

/// The desks of what the shop says of itself: entries, banners, menus, pictures. For staff of the platform.
struct ContentDesks: Desk {
  private let entries: EntriesDesk
  private let entry: EntryDesk
  private let banners: BannersDesk
  private let menus: MenusDesk
  private let pictures: ContentPicturesDesk

  init(_ maker: PageMaker) {
    let frame = ContentFrame(DeskFrame(maker))
    entries = EntriesDesk(frame)
    entry = EntryDesk(frame)
    banners = BannersDesk(frame)
    menus = MenusDesk(frame)
    pictures = ContentPicturesDesk(frame)
  }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    entries.addRoutes(to: router)
    entry.addRoutes(to: router)
    banners.addRoutes(to: router)
    menus.addRoutes(to: router)
    pictures.addRoutes(to: router)
  }
}

/// What the desks of content share: the way from one to the other, pictures to choose from.
struct ContentFrame: Sendable {
  /// The part of the desk that a page belongs to.
  enum Part: Hashable {
    case entries(EntryKind)
    case banners
    case menu(MenuPlace)
    case pictures

    static let all: [Part] =
      EntryKind.allCases.map(Part.entries) + [.banners] + MenuPlace.allCases.map(Part.menu) + [.pictures]

    var address: String {
      switch self {
      case .entries(let kind): Addresses.with([("kind", kind.rawValue)], Addresses.contentDesk)
      case .banners: Addresses.bannersDesk
      case .menu(let place): "\(Addresses.menusDesk)/\(place.rawValue)"
      case .pictures: Addresses.contentPictures
      }
    }

    var word: String {
      switch self {
      case .entries(let kind): "content.kinds.\(kind.rawValue)"
      case .banners: "content.banners"
      case .menu(let place): "content.menus.\(place.rawValue)"
      case .pictures: "content.pictures"
      }
    }
  }

  /// How many pictures a form offers, the newest ones.
  private static let picturesOffered = 100

  let frame: DeskFrame
  var maker: PageMaker { frame.maker }
  var edit: EditContent { maker.flows.editContent }

  init(_ frame: DeskFrame) { self.frame = frame }

  func words(_ context: ShopRequestContext) -> Words { frame.words(context) }

  func page(
    _ template: String, title: String, _ part: Part, _ model: Model, _ request: Request,
    _ context: ShopRequestContext, refused: RefusedForm? = nil, status: HTTPResponse.Status = .ok
  ) async throws -> Response {
    let words = words(context)
    let tabs = Part.all.map { one -> Model in
      ["name": words[one.word] ?? "", "address": one.address, "isCurrent": one == part]
    }
    let page = try await frame.page(
      template, title: title, desk: Addresses.contentDesk, Model.merged(["tabs": tabs], model), request, context,
      status: status)
    return refused?.answer(page) ?? page
  }

  /// The choices of a field for a picture. One that isn't among the newest stands in front.
  func pictures(chosen: String, for staff: Staff, _ words: Words) async throws -> [Model] {
    let newest = try await edit.pictures(PageRequest(limit: Self.picturesOffered), for: staff).items
    var options = newest.map { picture -> Model in
      let name = picture.alternative[words.language]
      return [
        "value": picture.file.rawValue, "name": name.isEmpty ? String(picture.file.rawValue.prefix(8)) : name,
        "isChosen": picture.file.rawValue == chosen,
      ]
    }
    if let file = FileKey(rawValue: chosen), !newest.contains(where: { $0.file == file }) {
      options.insert(["value": chosen, "name": String(chosen.prefix(8)), "isChosen": true], at: 0)
    }
    return options
  }
}

/// How far something is on its way to visitors, as a colour, a mark and a word.
enum PhaseModel {
  static func of(_ phase: EntryPhase, _ words: Words) -> Model {
    let (kind, icon) =
      switch phase {
      case .draft: ("grey", "edit")
      case .scheduled: ("sky", "clock")
      case .published: ("green", "check")
      case .ended, .withdrawn: ("grey", "cross")
      }
    return ["kind": kind, "icon": icon, "text": words["content.phases.\(phase.rawValue)"] ?? phase.rawValue]
  }

  /// "From … until …", as far as either is given.
  static func schedule(_ from: Timestamp?, _ until: Timestamp?, _ format: Format, _ words: Words) -> String {
    let begins = from.map { words.phrase("content.from", ["time": format.dateTime($0)]) }
    let ends = until.map { words.phrase("content.until", ["time": format.dateTime($0)]) }
    return [begins, ends].compactMap(\.self).joined(separator: " ")
  }
}

/// Reads the fields of a form of content, and gathers what can't be read.
struct ContentFields {
  let form: Form
  let format: Format
  var faults = FieldFaults()

  init(_ form: Form, _ format: Format) {
    self.form = form
    self.format = format
  }

  /// A line break is one character, as the field counts it in the browser.
  func text(_ name: String) -> String { (form[name] ?? "").replacing("\r\n", with: "\n") }

  func localized(_ name: String) -> LocalizedText {
    LocalizedText(en: text(name + "En"), zhHans: text(name + "Zh"))
  }

  mutating func moment(_ name: String) -> Timestamp? {
    guard let text = form[name], !text.isEmpty else { return nil }
    let moment = format.moment(text)
    if moment == nil { faults.add(name, "notADate") }
    return moment
  }

  mutating func picture(_ name: String) -> FileKey? {
    guard let text = form[name], !text.isEmpty else { return nil }
    let file = FileKey(rawValue: text)
    if file == nil { faults.add(name, "unknown") }
    return file
  }

  mutating func number(_ name: String) -> Int {
    guard let number = form[name].flatMap({ Int($0) }), number >= 0 else {
      faults.add(name, "notANumber")
      return 0
    }
    return number
  }
}

extension Form {
  /// The same with one field changed.
  func with(_ name: String, _ value: String) -> Form { Form(values.merging([name: [value]]) { $1 }) }
}
