import Testing

@testable import Flows

@Suite struct StandInPictureTests {
  @Test func `every drawing is small, whole and without text`() {
    for kind in StandInShape.allCases {
      for paint in StandInPaint.all {
        let drawing = StandInShape.drawing(kind, paint)
        #expect(!drawing.contains("<text") && !drawing.contains("\n"))
        #expect(drawing.count(where: { $0 == "<" }) == drawing.count(where: { $0 == ">" }))
      }
    }
    for title in ["Teapot", "龟背竹", "", "<script>alert(1)</script>", "四件套"] {
      let svg = StandInPicture.svg(title: title, category: "Home", seed: 7)
      #expect(svg.utf8.count <= 4096 && svg.hasPrefix("<svg") && svg.hasSuffix("</svg>") && !svg.contains("script"))
    }
  }

  @Test func `the same goods always look the same, others of a kind in other colours`() {
    #expect(
      StandInPicture.svg(title: "Mug", category: "Home", seed: 1)
        == StandInPicture.svg(title: "Mug", category: "Home", seed: 1))
    let looks = Set((0..<20).map { StandInPicture.svg(title: "Mug", category: "Home", seed: $0) })
    #expect(looks.count > 4)
  }

  @Test(arguments: [
    ("Ocean Blue Shirt", StandInShape.garment), ("Tea cup", .cup), ("紫砂茶壶", .teapot), ("轻奢纯棉刺绣水洗四件套", .pillow),
    ("Running Shoes", .shoe), ("双肩包", .bag), ("Leather Notebook", .book), ("Desk Lamp", .lamp), ("龟背竹", .plant),
    ("Silver Necklace", .ring), ("Frying Pan", .pot), ("连衣裙", .dress), ("洗发水", .bottle), ("Gift set", .box),
  ])
  func `the last word that names a thing chooses it`(title: String, kind: StandInShape) {
    #expect(StandInShape.kind(of: title) == kind)
  }

  @Test func `words aren't found inside of others, and nothing known is a box`() {
    #expect(StandInShape.kind(of: "spring company") == nil)
    #expect(StandInPicture.svg(title: "Zzz", category: "Zzz", seed: 1).contains("M200 360h310v300H200z"))
  }
}
