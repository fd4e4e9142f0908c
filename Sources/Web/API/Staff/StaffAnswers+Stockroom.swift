import Catalog
import Flows
import Inventory
import Values

/// A variant over all its places.
struct StockItemAnswer: Encodable, Sendable {
  let variant: String
  let merchant: String
  let sku: String
  let title: LocalizedText
  /// What was chosen of its options.
  let choice: LocalizedText
  let free: Int
  /// With so many free units or fewer it is low.
  let lowAt: Int
  let hasOwnThreshold: Bool
  let state: String
  let levels: [StockAnswer.Level]

  init(_ line: WorkStock.Line) {
    variant = line.item.variant.description
    merchant = line.item.merchant.description
    sku = line.variant?.sku ?? ""
    title = line.variant?.title ?? LocalizedText()
    choice = line.variant?.choice ?? LocalizedText()
    free = line.item.level.free
    lowAt = line.item.lowAt
    hasOwnThreshold = line.item.hasOwnThreshold
    state = line.item.state.rawValue
    levels = line.places.map(StockAnswer.Level.init)
  }
}

struct StockroomAnswer: Encodable, Sendable {
  let location: LocationAnswer
  /// How many variants lie there.
  let items: Int
  let onHand: Int
  let held: Int

  init(_ room: Stockroom) {
    location = LocationAnswer(room.location)
    items = room.items
    onHand = room.onHand
    held = room.held
  }
}

struct CountSheetAnswer: Encodable, Sendable {
  let id: String
  let merchant: String
  let location: String
  let title: String
  let state: String
  /// Lines, and how many of them have a number.
  let lines: Int
  let counted: Int
  let openedBy: String
  let openedAt: String
  @OrNull var endedBy: String?
  @OrNull var endedAt: String?

  init(_ sheet: CountSheet) {
    id = sheet.id.description
    merchant = sheet.merchant.description
    location = sheet.location.description
    title = sheet.title
    state = sheet.state.rawValue
    lines = sheet.lines
    counted = sheet.counted
    openedBy = sheet.openedBy.text
    openedAt = sheet.openedAt.description
    _endedBy = OrNull(wrappedValue: sheet.endedBy?.text)
    _endedAt = OrNull(wrappedValue: sheet.endedAt?.description)
  }
}

struct CountDetailAnswer: Encodable, Sendable {
  struct Outcome: Encodable, Sendable {
    /// Lines with another number than there should have been.
    let differing: Int
    let more: Int
    let fewer: Int
  }

  let sheet: CountSheetAnswer
  let outcome: Outcome

  init(_ sheet: CountSheet, _ outcome: CountOutcome) {
    self.sheet = CountSheetAnswer(sheet)
    self.outcome = Outcome(differing: outcome.differing, more: outcome.more, fewer: outcome.fewer)
  }
}

struct CountLineAnswer: Encodable, Sendable {
  let variant: String
  let sku: String
  /// What should have lain there when it was counted.
  @OrNull var expected: Int?
  @OrNull var counted: Int?
  @OrNull var difference: Int?
  @OrNull var at: String?

  init(_ line: CountLine, _ variant: VariantSummary?) {
    self.variant = line.variant.description
    sku = variant?.sku ?? ""
    _expected = OrNull(wrappedValue: line.expected)
    _counted = OrNull(wrappedValue: line.counted)
    _difference = OrNull(wrappedValue: line.difference)
    _at = OrNull(wrappedValue: line.at?.description)
  }
}
