import Values

/// Where the money of an order is, as its facts and terms say: a pure function of them, whatever the order in which they
/// were heard. The books have nothing that isn't in here.
public struct OrderPosition: Hashable, Sendable {
  public let currency: Currency
  public let merchant: MerchantID
  public let order: OrderID
  /// All that came and that the order took, what the platform bears of it since it won't come counted in.
  public let paid: Money
  /// What went back and the merchant bears.
  public let refunded: Money
  /// What buyers were spared and the platform bears; zero before the order ended.
  public let borne: Money
  /// What went back and the platform bears.
  public let goodwill: Money
  /// What providers keep of it and the merchant bears.
  public let fee: Money
  /// Zero before the order ended.
  public let commission: Money
  /// What is the merchant's: paid + borne − refunded − commission − fee once the order ended, and zero before. Below zero
  /// where more went back than there was.
  public let owed: Money
  public let endedAt: Timestamp?
  /// What stands on each account because of the order, as minor units that add up to zero; accounts with nothing are left out.
  let balances: [BookPlace: Int64]

  init(
    of order: OrderID, merchant: MerchantID, currency: Currency, facts: [OrderFact], terms: SettlementTerms?
  ) throws {
    self.order = order
    self.merchant = merchant
    self.currency = currency
    let sums = try FactSums(facts, currency: currency)
    let ended = terms == nil ? nil : facts.filter { $0.kind == .ended }.map(\.at).min()
    let kept = try sums.paid.subtracting(sums.refunded)
    let borne: Money = ended == nil ? .zero(currency) : facts.borne ?? .zero(currency)
    // What the goods brought: the merchant sold them for that, whoever paid.
    let sold = try kept.adding(borne)
    let commission = ended == nil ? .zero(currency) : try terms?.commission(on: sold) ?? .zero(currency)
    let bearsFees = ended != nil && terms?.merchantBearsFees == true
    paid = sums.paid
    refunded = sums.refunded
    goodwill = sums.goodwill
    self.borne = borne
    fee = bearsFees ? try sums.fees.subtracting(sums.strayFees) : .zero(currency)
    self.commission = commission
    owed = ended == nil ? .zero(currency) : try sold.subtracting(commission).subtracting(fee)
    endedAt = ended
    var balances = sums.atProviders
    let feesLeft = try sums.fees.subtracting(fee)
    balances[BookPlace(.fees, "")] = feesLeft.minor
    balances[BookPlace(.goodwill, "")] = sums.goodwill.minor
    balances[BookPlace(.discounts, "")] = borne.minor
    balances[BookPlace(.losses, "")] = sums.lost
    balances[BookPlace(.unclear, order.description)] = -sums.unclear
    balances[BookPlace(.platformCommission, "")] = -commission.minor
    balances[BookPlace(.merchantPayable, merchant.description)] = -owed.minor
    balances[BookPlace(.buyer, order.description)] = (ended == nil ? -kept.minor : 0) - sums.stray
    // Both sides of what was to go back and went: how much of an order, and how much by each provider.
    balances[BookPlace(.refunds, order.description)] =
      -(try sums.refunded.adding(sums.goodwill).minor) - sums.strayBack
    self.balances = balances.filter { $0.value != 0 }
  }
}

/// One place in the books: an account, and whose part of it.
struct BookPlace: Hashable, Comparable, Sendable {
  let account: BookAccount
  let party: String

  init(_ account: BookAccount, _ party: String) {
    self.account = account
    self.party = party
  }

  static func < (left: BookPlace, right: BookPlace) -> Bool {
    (left.account.rawValue, left.party) < (right.account.rawValue, right.party)
  }
}

/// What facts add up to.
private struct FactSums {
  var paid: Money
  var refunded: Money
  var goodwill: Money
  var fees: Money
  /// What is still here of money that the order doesn't take, and what of it went back, in minor units.
  var stray: Int64 = 0
  var strayBack: Int64 = 0
  /// What nobody's money is, and what the platform lost of it, in minor units.
  var unclear: Int64 = 0
  var lost: Int64 = 0
  /// Of all fees those of such money that the order doesn't take.
  var strayFees: Money
  /// Where the money lies, and by whom it went back.
  var atProviders: [BookPlace: Int64] = [:]

  init(_ facts: [OrderFact], currency: Currency) throws {
    (paid, refunded, goodwill, fees) = (.zero(currency), .zero(currency), .zero(currency), .zero(currency))
    strayFees = .zero(currency)
    let strays = Set(facts.filter { $0.kind == .stray }.compactMap(\.payment))
    for fact in facts {
      let place = BookPlace(BookAccount.holding(fact.method), fact.method)
      let isStray = fact.payment.map(strays.contains) ?? false
      switch fact.kind {
      case .stray:
        stray += fact.amount.minor
        atProviders[place, default: 0] += fact.amount.minor
      case .refunded where isStray:
        stray -= fact.amount.minor
        strayBack += fact.amount.minor
        goBack(fact, from: place)
      case .captured:
        paid = try paid.adding(fact.amount)
        atProviders[place, default: 0] += fact.amount.minor
      case .refunded where fact.isPlatforms:
        goodwill = try goodwill.adding(fact.amount)
        goBack(fact, from: place)
      case .refunded:
        refunded = try refunded.adding(fact.amount)
        goBack(fact, from: place)
      case .fee:
        fees = try fees.adding(fact.amount)
        if isStray { strayFees = try strayFees.adding(fact.amount) }
        atProviders[place, default: 0] -= fact.amount.minor
      case .feeReturned:
        fees = try fees.subtracting(fact.amount)
        if isStray { strayFees = try strayFees.subtracting(fact.amount) }
        atProviders[place, default: 0] += fact.amount.minor
      case .unclear, .unclearLeft, .lost, .regained, .taken, .released: try takeUnclear(fact, at: place)
      case .borne, .ended: break
      }
    }
    // Nothing is left of a sale of which all went back, also where the platform had given a part of it: there is nothing
    // for it to bear.
    if refunded.isPositive, try refunded.adding(goodwill) == paid {
      (refunded, goodwill) = (paid, .zero(currency))
    }
  }

  private mutating func takeUnclear(_ fact: OrderFact, at place: BookPlace) throws {
    let minor = fact.amount.minor
    switch fact.kind {
    case .unclear:
      unclear += minor
      atProviders[place, default: 0] += minor
    case .unclearLeft:
      unclear -= minor
      atProviders[place, default: 0] -= minor
    case .lost:
      unclear += minor
      lost += minor
    case .regained:
      unclear -= minor
      lost -= minor
    case .taken:
      unclear -= minor
      paid = try paid.adding(fact.amount)
    case .released:
      unclear += minor
      paid = try paid.subtracting(fact.amount)
    default: break
    }
  }

  private mutating func goBack(_ fact: OrderFact, from place: BookPlace) {
    atProviders[place, default: 0] -= fact.amount.minor
    atProviders[BookPlace(.refunds, fact.method), default: 0] += fact.amount.minor
  }
}
