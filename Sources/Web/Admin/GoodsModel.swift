import Catalog
import Flows
import Pages
import Pricing
import Values

/// How far a product is on its way to shoppers at a moment, as a colour, a mark and a word.
enum GoodsPhase: String {
  case draft, waiting, scheduled, shown, ended, refused

  init(_ publication: Publication, at now: Timestamp) {
    switch publication.state {
    case .draft: self = .draft
    case .waiting: self = .waiting
    case .refused: self = .refused
    case .published:
      if let from = publication.from, now < from {
        self = .scheduled
      } else {
        self = publication.isShown(at: now) ? .shown : .ended
      }
    }
  }

  func model(_ words: Words) -> Model {
    let (kind, icon) =
      switch self {
      case .draft: ("grey", "edit")
      case .waiting: ("amber", "clock")
      case .scheduled: ("sky", "clock")
      case .shown: ("green", "check")
      case .ended: ("grey", "cross")
      case .refused: ("red", "cross")
      }
    return ["kind": kind, "icon": icon, "text": name(words)]
  }

  func name(_ words: Words) -> String { words["goods.phases.\(rawValue)"] ?? rawValue }
}

/// A product in a list, with the names of what it belongs to.
struct GoodsItem: Sendable {
  let row: GoodsRow
  let phase: GoodsPhase
  let category: String
  let brand: String
  let merchant: String
  var product: Product { row.product }
}
