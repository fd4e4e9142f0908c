/// What can happen in a step. Whatever isn't allowed then is refused, which changes nothing.
enum Deed: String, CaseIterable, Sendable {
  case place, pay, visit, finish, cancel, askBack, receive
  case reject, pass, decide, ship, goodwill
  case takeMoney, payOut, refuse
  case notice, forge, refundsEnd, giveBack
  case fact, sweep, settle, overdue, expire, refunds, carts, discounts
  case time

  /// How often it's drawn, beside the others.
  var weight: Int {
    switch self {
    case .fact: 7
    case .notice, .finish: 6
    case .pay, .visit: 5
    case .time, .sweep, .askBack, .reject, .takeMoney: 4
    case .cancel, .refundsEnd, .ship: 3
    case .place, .decide, .settle, .refunds, .overdue, .receive, .goodwill: 2
    case .pass, .forge, .giveBack, .expire, .carts, .discounts, .payOut, .refuse: 1
    }
  }
}
