/// What people of a world do besides buying plainly. Most worlds have a little of it and few have all, so that ten thousand
/// of them take no longer than they must.
struct Habits: Sendable {
  /// Buyers name coupons, and spend points.
  let usesDiscounts: Bool
  /// Buyers pay a part of what is due, or all of it, with their balance.
  let usesBalance: Bool
  let paysAtDoor: Bool
  let transfers: Bool
  /// Orders leave and arrive, and merchants get their statements in the end.
  let ships: Bool
  /// Merchants give money out of goodwill.
  let isGenerous: Bool
  /// The figures hear of what happens.
  let keepsFigures: Bool
  /// The providers' bills are held against the books in the end.
  let fetchesBills: Bool
  /// Staff write off what is missing at the door, and pay back what came in part by transfer; some of the rest comes late.
  let givesUp: Bool
  /// What is done by chance, as often as it's likely.
  let deeds: [Deed]

  /// Staff say what came and what was paid out.
  var hasOwnMethods: Bool { paysAtDoor || transfers }

  /// Has dice of its own, so that a habit more or less leaves the rest of a world as it was.
  init(seed: UInt64) {
    var dice = Dice(seed: seed ^ 0x4D61_7274_6C65_7400)
    usesDiscounts = dice.happens(30)
    usesBalance = dice.happens(30)
    paysAtDoor = dice.happens(12)
    transfers = dice.happens(12)
    ships = dice.happens(25)
    isGenerous = dice.happens(15)
    keepsFigures = dice.happens(15)
    fetchesBills = dice.happens(6)
    givesUp = dice.happens(60) && !usesDiscounts && (paysAtDoor || transfers)
    var known = Set(Deed.allCases)
    if !ships && !paysAtDoor { known.subtract([.ship, .receive]) }
    if !paysAtDoor { known.remove(.refuse) }
    if !paysAtDoor && !transfers { known.subtract([.takeMoney, .payOut]) }
    if !usesDiscounts { known.remove(.discounts) }
    // Of money that went to a balance instead a provider knows nothing, and would send it back once more.
    known.remove(isGenerous ? .giveBack : .goodwill)
    deeds = Deed.allCases.filter(known.contains).flatMap { Array(repeating: $0, count: $0.weight) }
  }
}
