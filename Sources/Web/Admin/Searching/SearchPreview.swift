import Pages
import Search
import Values

/// Finds of a query before and after a change, side by side, with what moved.
struct SearchPreview {
  /// Finds on each side.
  static let shown = 10

  private let words: Words
  private let format: Format

  init(_ words: Words) {
    self.words = words
    format = Format(words.language)
  }

  static func nothing(asked: String) -> Model {
    ["preview": ["asked": asked, "isReady": false, "isWaiting": true] as Model]
  }

  /// What isn't right yet is said here, and beside the fields once it is sent.
  func faulty(_ faults: FieldFaults, asked: String) -> Model {
    [
      "preview": [
        "asked": asked, "isReady": false, "isWaiting": false,
        "why": faults.faults.first.map(words.fault) ?? words.refusal(faults),
      ] as Model
    ]
  }

  func model(_ asked: String, before: SearchResult, after: SearchResult) -> Model {
    let isSame = before.cards.map(\.product) == after.cards.map(\.product) && before.redirect == after.redirect
    return [
      "preview": [
        "asked": asked, "askedText": words.phrase("searchDesk.previewOf", ["text": asked]), "isReady": true,
        "isWaiting": false, "isSame": isSame,
        "sides": [
          side("before", before, beside: nil), side("after", after, beside: before.cards.map(\.product)),
        ],
      ] as Model
    ]
  }

  /// - Parameter others: the finds of the other side, in order; nil where nothing is compared.
  private func side(_ name: String, _ result: SearchResult, beside others: [ProductID]?) -> Model {
    var model: Model = [
      "sideID": name, "sideName": words["searchDesk.preview.\(name)"] ?? name,
      "hasFinds": !result.cards.isEmpty, "isEmpty": result.cards.isEmpty && result.redirect == nil,
      "finds": result.cards.enumerated().map { index, card in find(card, at: index, beside: others) },
    ]
    // Whoever is led away sees no finds, and misses none.
    if let path = result.redirect {
      model["redirect"] = words.phrase("searchDesk.leads", ["path": path])
    } else {
      model["countText"] = words.phrase("searchDesk.finds", count: result.total)
    }
    if let correction = result.correction {
      let key = correction.isApplied ? "searchDesk.corrected" : "searchDesk.offered"
      model["correction"] = words.phrase(key, ["text": correction.text])
    }
    return model
  }

  private func find(_ card: ProductCard, at index: Int, beside others: [ProductID]?) -> Model {
    var model: Model = [
      "place": String(index + 1), "title": card.title[words.language],
      "address": Addresses.product(card.product, card.handle),
      "picture": Addresses.picture(card.picture, of: card.product),
      "price": card.figures.price.map(format.money) ?? "",
    ]
    guard let others else { return model }
    if let old = others.firstIndex(of: card.product) {
      if old > index { model["rise"] = words.phrase("searchDesk.rise", count: old - index) }
      if old < index { model["fall"] = words.phrase("searchDesk.fall", count: index - old) }
    } else {
      model["rise"] = words["searchDesk.preview.fresh"] ?? ""
    }
    return model
  }
}
