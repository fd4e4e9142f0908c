/// How bad a world is: what goes wrong in it, and how often. Drawn from its seed, so that some worlds are plain and others
/// have everything at once.
struct Weather: Sendable {
  /// How many more times the shop's process ends in the midst of something.
  var crashes: Int
  /// How many places the shop comes by before it does.
  var crashAfter: Int
  /// Per hundred calls of a provider: it isn't reached, and it is and its answer is lost.
  var unreached: Int
  var unanswered: Int
  /// Per hundred refunds: the provider says no at once, and only later.
  var refused: Int
  var failing: Int
  /// Per hundred commits: the database is away, and what it says of a commit is lost.
  var away: Int
  var unsure: Int
  /// Whether the database is one that several programs share. Only of such a one a commit can be unsure.
  let isShared: Bool
  /// Per hundred notices: lost, told twice, changed on their way.
  var lost: Int
  var doubled: Int
  var tampered: Int
  /// Per hundred notices: beside it comes one that is as genuine and isn't so, of another amount, or of another merchant's money
  /// or another currency.
  var wrongAmount: Int
  var foreign: Int

  /// Errors of providers have dice of their own, so that the rest of a world is as it would be without them.
  init(_ dice: inout Dice, seed: UInt64) {
    crashes = [0, 1, 1, 2, 3][dice.number(0...4)]
    crashAfter = dice.number(1...160)
    let callsFail = dice.happens(60)
    unreached = callsFail ? dice.number(0...20) : 0
    unanswered = callsFail ? dice.number(0...25) : 0
    let refundsFail = dice.happens(30)
    refused = refundsFail ? 25 : 0
    failing = refundsFail ? 30 : 0
    let storageFails = dice.happens(25)
    away = storageFails ? dice.number(0...5) : 0
    unsure = storageFails ? dice.number(0...5) : 0
    isShared = storageFails || dice.happens(30)
    let isLossy = dice.happens(60)
    lost = isLossy ? dice.number(10...70) : 0
    doubled = dice.number(0...40)
    tampered = dice.happens(40) ? 25 : 0
    var errors = Dice(seed: seed ^ 0x4572_726F_7273_0000)
    wrongAmount = errors.happens(30) ? 35 : 0
    foreign = errors.happens(30) ? 35 : 0
  }

  /// A shower after all was well: one crash at most, and answers that don't come.
  mutating func darken(_ dice: inout Dice) {
    crashes = dice.number(0...1)
    crashAfter = dice.number(1...200)
    unanswered = 20
  }

  /// Nothing goes wrong any more.
  mutating func clear() {
    crashes = 0
    (unreached, unanswered, refused, failing, away, unsure) = (0, 0, 0, 0, 0, 0)
    (lost, doubled, tampered, wrongAmount, foreign) = (0, 0, 0, 0, 0)
  }
}
