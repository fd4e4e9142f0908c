import Flows
import Insight
import Values

/// Who buys what and when, before anything happens: the same for the same day and goods.
struct DemoPlan {
  /// Orders of a day, Monday first; there are more from week to week.
  private static let usual = [2, 2, 2, 3, 3, 4, 4]
  /// Hours in which people buy, as often as they stand here.
  private static let hours = [8, 9, 10, 11, 12, 12, 13, 14, 15, 16, 17, 18, 19, 20, 20, 21, 21, 21, 22, 22, 23]
  /// Minutes ago of orders that nobody has paid for yet, that wait for a look, and that are to be sent.
  private static let unpaidAgo = [6, 14, 22]
  private static let freshAgo = [38, 70, 105, 150, 195]
  private static let passedAgo = [340, 460, 610, 760, 930, 1100]
  /// Of the one whose money comes when the order is cancelled.
  private static let lateAgo = 12_960
  private static let oddAgo: [(DemoPurchase.Oddity, Int)] = [
    (.newPlace, 2050), (.oddQuantity, 1500), (.newAccount, 900), (.failedPayments, 420),
  ]

  struct Shelf {
    let variants: [VariantID]
    let merchant: MerchantID
    /// How much of it sells, beside others.
    let weight: Int
    /// Sold by the hundred, so that many units can be asked for.
    let isPlenty: Bool
  }

  private let now: Timestamp
  private let firstDay: ShopDay
  private let shelves: [Shelf]
  private let places: [Int]
  private let buyers: Int
  private let notes: [LocalizedText]
  private(set) var dice: SeededDice

  init(_ past: DemoPast, shelves: [Shelf], buyers: Int, notes: [LocalizedText]) {
    now = past.now
    firstDay = past.firstDay
    self.shelves = shelves
    self.buyers = buyers
    self.notes = notes
    places = shelves.indices.flatMap { Array(repeating: $0, count: shelves[$0].weight) }
    dice = SeededDice(seed: 20_251_111)
  }

  mutating func purchases() -> [DemoPurchase] {
    var all: [DemoPurchase] = []
    for number in 0..<DemoPast.days {
      let day = firstDay.adding(number)
      // 1970-01-01 was a Thursday.
      let weekday = (day.rawValue + 3) % 7
      for _ in 0..<(Self.usual[weekday] + number / 15 + dice.number(in: -1...1)) {
        let at = day.start.adding(.minutes(dice.pick(Self.hours) * 60 + dice.number(in: 0...59)))
        // What is younger stands below.
        if at < now.adding(.minutes(-1200)) { all.append(purchase(at, usualWay())) }
      }
    }
    for ago in Self.unpaidAgo { all.append(purchase(now.adding(.minutes(-ago)), .opens)) }
    for ago in Self.freshAgo + Self.passedAgo { all.append(purchase(now.adding(.minutes(-ago)), .usual)) }
    for (oddity, ago) in Self.oddAgo { all.append(purchase(now.adding(.minutes(-ago)), .odd(oddity))) }
    all.append(purchase(now.adding(.minutes(-Self.lateAgo)), .cancelsLate))
    return all.sorted { $0.at < $1.at }
  }

  private mutating func usualWay() -> DemoPurchase.Way {
    switch dice.number(in: 1...100) {
    case ...6: .lapses
    case ...9: .cancels
    case ...11: .regrets
    default: .usual
    }
  }

  private mutating func purchase(_ at: Timestamp, _ way: DemoPurchase.Way) -> DemoPurchase {
    var lines: [(variant: VariantID, units: Int)] = []
    if way == .odd(.oddQuantity), let plenty = shelves.first(where: \.isPlenty) {
      lines = [(plenty.variants[0], 60)]
    } else {
      for _ in 0..<dice.pick([1, 1, 1, 1, 2, 2, 3]) {
        let shelf = shelves[dice.pick(places)]
        let variant = dice.pick(shelf.variants)
        if !lines.contains(where: { $0.variant == variant }) {
          lines.append((variant, dice.pick([1, 1, 1, 1, 1, 2, 2, 3])))
        }
      }
    }
    let buyer = buyer(way)
    let note = dice.number(in: 1...5) == 1 ? dice.pick(notes) : nil
    return DemoPurchase(at: at, buyer: buyer, lines: lines, way: way, note: note)
  }

  private mutating func buyer(_ way: DemoPurchase.Way) -> Int {
    switch way {
    // Somebody who was never here before, and somebody who often was.
    case .odd(.newAccount): buyers - 1
    case .odd(.newPlace): 1
    // Some come again and again: the smaller of two numbers.
    default: min(dice.number(in: 0...buyers - 2), dice.number(in: 0...buyers - 2))
    }
  }
}
