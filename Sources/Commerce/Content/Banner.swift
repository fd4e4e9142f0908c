import Values

public enum BannerPlace: String, CaseIterable, Codable, Sendable {
  /// The slides of the home page.
  case home
  /// Above the lists of goods, the first one alone.
  case lists
}

/// What someone typed.
public struct BannerDraft: Hashable, Codable, Sendable {
  public var place: BannerPlace
  public var title: LocalizedText
  public var text: LocalizedText
  /// The words of the button.
  public var action: LocalizedText
  /// A path within the shop, or an https address.
  public var link: String
  /// Five wide to two high.
  public var picture: FileKey?
  /// For narrow screens; the wide one where there is none.
  public var picturePhone: FileKey?
  /// Nil means from now on.
  public var from: Timestamp?
  /// The first moment at which it isn't seen any more; nil means for good.
  public var until: Timestamp?
  public var isOn: Bool

  public init(
    place: BannerPlace, title: LocalizedText, text: LocalizedText = LocalizedText(),
    action: LocalizedText = LocalizedText(), link: String, picture: FileKey?, picturePhone: FileKey? = nil,
    from: Timestamp? = nil, until: Timestamp? = nil, isOn: Bool = true
  ) {
    self.place = place
    self.title = title
    self.text = text
    self.action = action
    self.link = link
    self.picture = picture
    self.picturePhone = picturePhone
    self.from = from
    self.until = until
    self.isOn = isOn
  }
}

public struct Banner: Hashable, Codable, Sendable {
  public let id: BannerID
  public let place: BannerPlace
  public let title: LocalizedText
  public let text: LocalizedText
  public let action: LocalizedText
  public let link: String
  public let picture: FileKey
  public let picturePhone: FileKey?
  public let from: Timestamp?
  public let until: Timestamp?
  public let isOn: Bool
  /// Its place among those of its place, the lowest first.
  public let position: Int
  /// Counts changes, from 1.
  public let version: Int

  public init(
    id: BannerID, place: BannerPlace, title: LocalizedText, text: LocalizedText, action: LocalizedText, link: String,
    picture: FileKey, picturePhone: FileKey?, from: Timestamp?, until: Timestamp?, isOn: Bool, position: Int,
    version: Int
  ) {
    self.id = id
    self.place = place
    self.title = title
    self.text = text
    self.action = action
    self.link = link
    self.picture = picture
    self.picturePhone = picturePhone
    self.from = from
    self.until = until
    self.isOn = isOn
    self.position = position
    self.version = version
  }

  /// What it says and when, as it would be typed.
  public var draft: BannerDraft {
    BannerDraft(
      place: place, title: title, text: text, action: action, link: link, picture: picture, picturePhone: picturePhone,
      from: from, until: until, isOn: isOn)
  }

  /// How it stands at a moment: one that is switched off is withdrawn.
  public func phase(at moment: Timestamp) -> EntryPhase {
    guard isOn else { return .withdrawn }
    if let from, moment < from { return .scheduled }
    if let until, until <= moment { return .ended }
    return .published
  }
}
