import Content
import Values

struct BannerAnswer: Encodable, Sendable {
  let id: String
  let place: String
  let title: LocalizedText
  let text: LocalizedText
  /// The words of the button.
  let action: LocalizedText
  let link: String
  let picture: String
  @OrNull var picturePhone: String?
  @OrNull var from: String?
  @OrNull var until: String?
  let isOn: Bool
  let position: Int
  let version: Int

  init(_ banner: Banner) {
    id = banner.id.description
    place = banner.place.rawValue
    title = banner.title
    text = banner.text
    action = banner.action
    link = banner.link
    picture = "/media/\(banner.picture)"
    _picturePhone = OrNull(wrappedValue: banner.picturePhone.map { "/media/\($0)" })
    _from = OrNull(wrappedValue: banner.from?.description)
    _until = OrNull(wrappedValue: banner.until?.description)
    isOn = banner.isOn
    position = banner.position
    version = banner.version
  }
}

struct MenuAnswer: Encodable, Sendable {
  struct Line: Encodable, Sendable {
    let title: LocalizedText
    let address: String
    let isNested: Bool
  }

  let place: String
  /// 0 for one that was never saved.
  let version: Int
  let lines: [Line]

  init(_ menu: Menu) {
    place = menu.place.rawValue
    version = menu.version
    lines = menu.lines.map { Line(title: $0.title, address: $0.address, isNested: $0.isNested) }
  }
}
