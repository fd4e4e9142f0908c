import Content
import Flows
import Pages
import Values

/// The columns and filters of the list of banners.
struct BannerColumns: Sendable {
  static let listName = "banners"
  private static let phases: [EntryPhase] = [.published, .scheduled, .ended, .withdrawn]

  private let clock: WallClock

  init(_ clock: WallClock) { self.clock = clock }

  var list: DeskList<Banner> {
    DeskList(
      name: Self.listName, address: Addresses.bannersDesk, columns: columns,
      filters: [
        ListFilter(name: "titled", word: "content.title", kind: .text(longest: 100)),
        ListFilter(
          name: "place", word: "contentField.place", kind: .choice(BannerPlace.allCases.map(\.rawValue)),
          choiceWord: "content.places"),
        ListFilter(
          name: "phase", word: "admin.state", kind: .choice(Self.phases.map(\.rawValue)),
          choiceWord: "content.phases"),
      ],
      exportAddress: "\(Addresses.bannersDesk)/export", emptyWord: "content.noBanners",
      identify: { $0.id.description })
  }

  static func filter(_ query: ListQuery) -> BannerFilter {
    BannerFilter(
      place: query.text("place").flatMap(BannerPlace.init(rawValue:)),
      phase: query.text("phase").flatMap(EntryPhase.init(rawValue:)), title: query.text("titled") ?? "")
  }

  private var columns: [ListColumn<Banner>] {
    let clock = clock
    return [
      ListColumn(name: "title", word: "content.title", place: .first) { banner, words in
        .link(banner.title[words.language], to: Addresses.desk(banner.id))
      },
      ListColumn(name: "place", word: "contentField.place") { banner, words in
        .text(words["content.places.\(banner.place.rawValue)"] ?? "")
      },
      ListColumn(name: "state", word: "admin.state") { banner, words in
        let model = PhaseModel.of(banner.phase(at: clock.now), words)
        return .state(model["text"] as? String ?? "", model)
      },
      ListColumn(name: "schedule", word: "content.publishH") { banner, words in
        .text(PhaseModel.schedule(banner.from, banner.until, Format(words.language), words))
      },
      ListColumn(name: "picture", word: "contentField.picture", place: .onRequest) { banner, _ in
        .picture("/media/\(banner.picture)")
      },
      ListColumn(name: "link", word: "contentField.link", place: .onRequest) { banner, _ in .text(banner.link) },
    ]
  }
}
